-- +goose Up
-- Who answers for a service principal: it never holds more than its owner does now. Instants are UTC microseconds since 1970-01-01.
alter table service_principal add column owner_login text;        -- a built-in login; or
alter table service_principal add column owner_sid text;          -- a person of a directory; both null = nobody is known
alter table service_principal add column owner_forest text;
alter table service_principal add column owner_name text not null default '';
alter table service_principal add column owner_ended integer not null default 0; -- 1 = the login was removed since, and may be back
alter table service_principal add column owner_confirmed_at bigint; -- when the directory last confirmed the grants of a person

-- What a person of a directory had his rights from when he became the owner. A row that goes takes its part along.
create table service_principal_grant (
  customer_id  text not null,
  principal_id text not null,
  grant_id     text not null,
  constraint service_principal_grant_pk primary key (customer_id, principal_id, grant_id),
  constraint service_principal_grant_principal_fk foreign key (customer_id, principal_id)
    references service_principal (customer_id, id) on delete cascade,
  constraint service_principal_grant_grant_fk foreign key (customer_id, grant_id)
    references administrator_directory (customer_id, id) on delete cascade
);
create index service_principal_grant_grant_ix on service_principal_grant (customer_id, grant_id);

-- Principals that are there already keep what they have. Their maker is the owner where the log still knows him and he has full
-- access today; of the others nobody is known until somebody approves them.
update service_principal set owner_name = created_by, owner_login = (
  select a.login_id from log_record r
  join administrator_link a on a.login_id = r.actor_id
  where r.log_id = 'customer:' || service_principal.customer_id and r.event = 'ServicePrincipalCreated'
    and r.at between service_principal.created_at - 60000000 and service_principal.created_at + 60000000
    and r.target_id = service_principal.id and r.actor_type = 'administrator'
    and a.customer_id = service_principal.customer_id and a.access = 'full' limit 1);
update service_principal set owner_name = '' where owner_login is null;

-- +goose Up
-- Logout requests that a provider has not answered yet: one at a time for each application, so that a flood of them fills nothing.
create table awaited_logout (
  customer_id   text   not null,
  connection_id text   not null,
  variant       text   not null, -- primary or custom_domain
  request_id    text   not null,
  sealed        text   not null, -- what its trace needs
  expires_at    bigint not null, -- no answer is taken later
  constraint awaited_logout_pk primary key (customer_id, connection_id, variant),
  constraint awaited_logout_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);
create index awaited_logout_expiry_ix on awaited_logout (expires_at);

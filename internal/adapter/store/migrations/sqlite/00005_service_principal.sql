-- +goose Up
-- Machine callers with rights of their own.
create table service_principal (
  customer_id  text   not null,
  id           text   not null, -- also the client ID
  name         text   not null,
  access       text   not null,
  permissions  text   not null,
  secret_mac   blob   not null, -- HMAC-SHA-256 under the pepper
  created_at   bigint not null,
  created_by   text   not null,
  last_used_at bigint,
  version      bigint not null,
  -- Set together, for the credential of one installation of a connector.
  location_id  text,   -- the only one that it opens
  expires_at   integer,
  used_by      text,   -- the connector that was registered with it; null = none yet
  constraint service_principal_pk primary key (customer_id, id),
  constraint service_principal_id_uq unique (id),
  constraint service_principal_customer_fk foreign key (customer_id) references customer (id)
);
create index service_principal_name_ix on service_principal (customer_id, name, id);

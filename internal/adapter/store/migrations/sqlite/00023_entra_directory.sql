-- +goose Up
-- The Entra ID directory of a customer: where people are found whose assertion asks for their Entra ID identity. Instants are
-- UTC microseconds since 1970-01-01.
create table entra_directory (
  customer_id   text   not null,
  tenant_id     text   not null, -- as Entra ID prints it
  name          text   not null, -- of the organisation
  domains       text   not null, -- JSON array of the verified ones
  client_id     text   not null,
  client_secret text   not null, -- sealed
  connected_at  bigint not null,
  connected_by  text   not null,
  checked_at    bigint not null,
  check_code    text   not null, -- '' = all was well
  version       bigint not null,
  constraint entra_directory_pk primary key (customer_id),
  constraint entra_directory_customer_fk foreign key (customer_id) references customer (id)
);

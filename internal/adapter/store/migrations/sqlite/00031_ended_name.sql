-- +goose Up
-- Names whose sessions a provider has ended: an answer that it wrote before makes no session afterwards (SAML Core 2.0 §3.7.3.2).
create table ended_name (
  customer_id   text   not null,
  connection_id text   not null,
  variant       text   not null, -- primary or custom_domain
  name_id_hash  text   not null,
  session_index text   not null, -- '' = every session of the name
  issued_at     bigint not null, -- when the provider wrote the latest such request
  ended_at      bigint not null, -- when it was carried out
  expires_at    bigint not null, -- no earlier answer is taken later
  constraint ended_name_pk primary key (customer_id, connection_id, variant, name_id_hash, session_index),
  constraint ended_name_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);
create index ended_name_expiry_ix on ended_name (customer_id, expires_at);

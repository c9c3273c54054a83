-- +goose Up
-- Scoped entity IDs, the second application of a connection, and sessions that a provider can end. Instants are UTC
-- microseconds since 1970-01-01.

-- Global: whose a scoped entity ID is. Providers read its metadata without signing in.
create table entity_scope (
  scope_id      text not null, -- GUID
  customer_id   text not null,
  connection_id text not null, -- a connection, or the draft that becomes it
  variant       text not null, -- primary or custom_domain
  expires_at    bigint,        -- null for connections
  constraint entity_scope_pk primary key (scope_id),
  constraint entity_scope_variant_uq unique (customer_id, connection_id, variant),
  constraint entity_scope_customer_fk foreign key (customer_id) references customer (id)
);

-- The application for the customer's own host, JSON; '' = none.
alter table connection add column custom_domain text not null default '';

-- What a provider's logout request names (SSO-048); '' for sessions from before.
alter table workspace_session add column name_id_hash text not null default '';
alter table workspace_session add column session_index text not null default '';
alter table workspace_session add column variant text not null default 'primary'; -- the application that it came through
alter table workspace_session add column host text not null default '';           -- the host that it is for; '' = that of the workspace's name
create index workspace_session_name_id_ix on workspace_session (customer_id, connection_id, name_id_hash);

-- Sessions of the console that began at an identity provider. Their rights were fixed at sign-in; link and connection are
-- read with each request.
create table console_session (
  customer_id   text   not null,
  id            text   not null,
  token_hash    text   not null, -- SHA-256, hex
  connection_id text   not null,
  sid           text   not null, -- of the directory account
  forest        text   not null,
  identity      text   not null, -- JSON
  rights        text   not null, -- JSON: the rights of the sign-in and what gave them
  name_id_hash  text   not null,
  session_index text   not null,
  created_at    bigint not null,
  expires_at    bigint not null,
  last_activity bigint not null,
  constraint console_session_pk primary key (customer_id, id),
  constraint console_session_token_uq unique (token_hash),
  constraint console_session_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);
create index console_session_name_id_ix on console_session (customer_id, connection_id, name_id_hash);
create index console_session_expiry_ix on console_session (customer_id, expires_at);

-- +goose Up
-- The rotation of the SAML signing key. Instants are UTC microseconds since 1970-01-01; those of a plan are whole seconds.

-- Global: one row per rotation. What the keys do follows from their own times in key; this is the plan that gave them.
create table rotation_plan (
  id               text   not null,
  kind             text   not null, -- scheduled, overdue or emergency
  old_key          text   not null,
  new_key          text   not null,
  old_thumbprint   text   not null, -- SHA-1 of the certificate, upper-case hex
  new_thumbprint   text   not null,
  old_active_at    bigint not null,
  old_expires_at   bigint not null, -- end of the old certificate
  discovery_at     bigint not null,
  agreement_at     bigint not null,
  advertisement_at bigint not null,
  activation_at    bigint not null,
  completion_at    bigint not null,
  advertised_at    bigint, -- when it was noted, as the three below; null: not yet
  activated_at     bigint,
  completed_at     bigint,
  cancelled_at     bigint,
  revision         bigint not null,
  constraint rotation_plan_pk primary key (id),
  constraint rotation_plan_order_ck check (discovery_at <= agreement_at and agreement_at <= advertisement_at
    and advertisement_at <= activation_at and activation_at <= completion_at),
  -- SSO-206, SSO-204: thirty days before, and before the old certificate expires
  constraint rotation_plan_expiry_ck check (kind <> 'scheduled' or activation_at < old_expires_at),
  constraint rotation_plan_notice_ck check (kind <> 'scheduled' or activation_at - advertisement_at >= 2592000000000)
);
create index rotation_plan_discovery_ix on rotation_plan (discovery_at);

-- Which notices of a rotation a customer has got; a notice is sent once.
create table rotation_notice (
  customer_id text   not null,
  plan_id     text   not null,
  step        text   not null,
  sequence    bigint not null, -- 1 for the first of the plan
  at          bigint not null,
  constraint rotation_notice_pk primary key (customer_id, plan_id, step),
  constraint rotation_notice_customer_fk foreign key (customer_id) references customer (id)
);

-- Global: who has read our metadata, the last time per entity ID and network.
create table metadata_fetch (
  scope_id   text   not null, -- '' = the generic entity ID
  network    text   not null, -- /24 or /48
  address    text   not null,
  user_agent text   not null,
  at         bigint not null,
  keys       text   not null, -- IDs of the signing keys in the answer, separated by blanks
  constraint metadata_fetch_pk primary key (scope_id, network)
);
create index metadata_fetch_at_ix on metadata_fetch (scope_id, at);

-- The last test of a connection with the next key.
create table next_key_test (
  customer_id   text   not null,
  connection_id text   not null,
  key_id        text   not null,
  at            bigint not null,
  ok            bigint not null, -- 0 or 1
  code          text   not null, -- of the failure; '' when it passed
  constraint next_key_test_pk primary key (customer_id, connection_id),
  constraint next_key_test_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);

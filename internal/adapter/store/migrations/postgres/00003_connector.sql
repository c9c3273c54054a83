-- +goose Up
-- Resource locations and the connectors in them. Instants are UTC microseconds since 1970-01-01.
create table resource_location (
  customer_id text    not null,
  id          text    not null,
  name        text    not null,
  name_key    text    not null, -- folded in the program (PLT-442)
  is_default  integer not null, -- 1 for at most one of a customer (CON-184)
  created_at  bigint  not null,
  version     bigint  not null,
  constraint resource_location_pk primary key (customer_id, id),
  constraint resource_location_name_uq unique (customer_id, name_key),
  constraint resource_location_customer_fk foreign key (customer_id) references customer (id)
);
create unique index resource_location_default_uq on resource_location (customer_id) where is_default = 1;
create index resource_location_name_ix on resource_location (customer_id, name_key, id);

create table connector (
  customer_id     text    not null,
  id              text    not null,
  location_id     text    not null,
  name            text    not null,
  type            text    not null,
  machine_id      text    not null,
  hardware_uuid   text    not null,
  boot_id         text    not null,
  host_name       text    not null,
  domain          text    not null,
  os              text    not null,
  software        text    not null, -- its version as reported last
  registered_at   bigint  not null,
  registered_by   text    not null,
  proven          bigint  not null, -- newest generation that the connector has shown
  offered         bigint  not null, -- newest generation handed out
  forest          text    not null,
  domains         text    not null, -- JSON array
  known_domains   text    not null, -- JSON array of all that it reported so far, of whichever time
  upn_suffixes    text    not null, -- JSON array
  problem         text    not null,
  problem_fatal   integer not null,
  last_contact_at bigint,           -- null = never
  version         bigint  not null,
  constraint connector_pk primary key (customer_id, id),
  -- A location with connectors cannot be deleted.
  constraint connector_location_fk foreign key (customer_id, location_id) references resource_location (customer_id, id)
);
create index connector_name_ix on connector (customer_id, name, id);
create index connector_location_ix on connector (customer_id, location_id, name, id);

-- The keys of connectors, those of removed ones too: such a key is told from an unknown one and never registered again.
create table connector_key (
  customer_id  text   not null,
  hash         text   not null, -- SHA-256 of the SubjectPublicKeyInfo, hex
  spki         bytea  not null,
  connector_id text   not null,
  created_at   bigint not null,
  removed_at   bigint,          -- null = trusted
  constraint connector_key_pk primary key (customer_id, connector_id, hash),
  constraint connector_key_hash_uq unique (hash),
  constraint connector_key_customer_fk foreign key (customer_id) references customer (id)
);

-- The one live channel of a connector (the primary key is the lock).
create table connector_channel (
  customer_id  text   not null,
  connector_id text   not null,
  node         text   not null,
  instance     text   not null,
  generation   bigint not null,
  opened_at    bigint not null,
  constraint connector_channel_pk primary key (customer_id, connector_id),
  constraint connector_channel_connector_fk foreign key (customer_id, connector_id) references connector (customer_id, id) on delete cascade
);

-- What connectors report of their own event logs, the newest ones of each.
create table connector_event (
  customer_id  text    not null,
  connector_id text    not null,
  event_key    text    not null, -- from the connector; reported twice is stored once
  number       integer not null,
  at           bigint  not null,
  params       text    not null, -- JSON array
  constraint connector_event_pk primary key (customer_id, connector_id, event_key),
  constraint connector_event_connector_fk foreign key (customer_id, connector_id) references connector (customer_id, id) on delete cascade
);
create index connector_event_time_ix on connector_event (customer_id, connector_id, at, event_key);

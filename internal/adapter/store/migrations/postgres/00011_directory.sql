-- +goose Up
-- What administrators chose for the domains that connectors report. Instants are UTC microseconds since 1970-01-01.
create table directory_domain (
  customer_id         text not null,
  name                text not null, -- DNS name, lower case
  state               text not null, -- enabled, disabled or unused
  primary_location_id text,          -- null = any location serves (CON-312)
  constraint directory_domain_pk primary key (customer_id, name),
  constraint directory_domain_customer_fk foreign key (customer_id) references customer (id),
  -- A location is taken out of here, with records, before it is deleted (CON-323).
  constraint directory_domain_location_fk foreign key (customer_id, primary_location_id) references resource_location (customer_id, id)
);

-- Whose Active Directory was detected and is marked as enabled (IAM-191).
create table directory_connection (
  customer_id  text   not null,
  connected_at bigint not null,
  constraint directory_connection_pk primary key (customer_id),
  constraint directory_connection_customer_fk foreign key (customer_id) references customer (id)
);

-- NetBIOS names of the domains that a connector reports: a JSON object by domain.
alter table connector add column netbios text not null default '{}';

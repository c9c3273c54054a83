-- +goose Up
-- Tests of connections with everything that can be said of the provider's answer. They hold what it says of a person, so each is
-- kept for a day. Instants are UTC microseconds since 1970-01-01.
create table connection_test (
  customer_id    text   not null,
  id             text   not null,
  connection_id  text   not null, -- or draft
  state          text   not null, -- waiting, passed or failed
  started_at     bigint not null,
  transaction_id text   not null,
  report         text   not null, -- JSON; '' while it waits
  constraint connection_test_pk primary key (customer_id, id),
  constraint connection_test_customer_fk foreign key (customer_id) references customer (id)
);
create index connection_test_time_ix on connection_test (customer_id, started_at, id);

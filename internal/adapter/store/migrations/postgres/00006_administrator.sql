-- +goose Up
-- Which web login administers which customer.
create table administrator_link (
  customer_id text   not null,
  login_id    text   not null,
  access      text   not null, -- full or custom
  permissions text   not null, -- JSON array of keys; [] with full access
  created_at  bigint not null,
  version     bigint not null,
  constraint administrator_link_pk primary key (customer_id, login_id),
  constraint administrator_link_customer_fk foreign key (customer_id) references customer (id),
  constraint administrator_link_login_fk foreign key (login_id) references web_login (id)
);
create index administrator_link_login_ix on administrator_link (login_id, customer_id);

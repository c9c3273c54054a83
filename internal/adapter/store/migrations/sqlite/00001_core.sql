-- +goose Up
-- Companies, customers, their logs, the outbox, keys and nodes. Instants are UTC microseconds since 1970-01-01.
create table company (
  org_id       text   not null, -- the documented OrgID (PLT-373)
  name         text   not null,
  site_address text   not null,
  created_at   bigint not null,
  constraint company_pk primary key (org_id)
);

create table customer (
  id         text   not null,
  org_id     text   not null, -- exactly one company (PLT-381)
  name       text   not null,
  region     text   not null, -- written once
  created_at bigint not null,
  version    bigint not null,
  constraint customer_pk primary key (id),
  constraint customer_company_fk foreign key (org_id) references company (org_id)
);
create index customer_company_ix on customer (org_id, id);

create table log_head (
  log_id    text   not null, -- customer:<id>, company:<org id> or installation
  seq       bigint not null,
  last_time bigint not null,
  last_hash text   not null,
  constraint log_head_pk primary key (log_id)
);

create table log_record (
  log_id         text   not null,
  seq            bigint not null,
  record_id      text   not null,
  at             bigint not null,
  event          text   not null,
  target_type    text   not null,
  target_id      text   not null,
  target_name    text   not null,
  target_email   text   not null,
  target_user_id text   not null,
  before_fields  text,
  after_fields   text,
  agent_id       text   not null,
  actor_type     text   not null,
  actor_id       text   not null,
  actor_name     text   not null,
  client_addr    text   not null,
  transaction_id text   not null,
  message        text   not null,
  args           text   not null,
  reason         text   not null,
  prev_hash      text   not null,
  hash           text   not null,
  constraint log_record_pk primary key (log_id, seq)
);
create index log_record_time_ix on log_record (log_id, at, seq);

-- A record cannot be changed by anybody (OPS-140); retention deletes whole records that are past their time.
-- +goose StatementBegin
create trigger log_record_immutable before update on log_record
begin
  select raise(abort, 'a System Log record cannot be changed');
end;
-- +goose StatementEnd

create table job (
  id      integer not null,
  kind    text    not null,
  job_key text,
  payload text    not null,
  due_at  bigint  not null,
  attempt integer not null,
  cause   text    not null, -- why the last attempt failed
  dead    integer not null, -- 1 = never again, kept for the operator
  constraint job_pk primary key (id autoincrement),
  constraint job_key_uq unique (kind, job_key)
);
create index job_due_ix on job (dead, due_at, id);

create table lease (
  name     text   not null,
  holder   text   not null,
  until_at bigint not null,
  constraint lease_pk primary key (name)
);

create table periodic_run (
  name        text   not null,
  last_run_at bigint not null,
  constraint periodic_run_pk primary key (name)
);

create table key (
  id             text   not null,
  purpose        text   not null,
  algorithm      text   not null,
  public         blob   not null, -- PKIX public key or certificate in DER; empty for symmetric keys
  sealed         blob   not null, -- private part, sealed under the key file
  created_at     bigint not null,
  advertised_at  bigint not null,
  active_at      bigint not null,
  retired_at     bigint,
  compromised_at bigint,
  constraint key_pk primary key (id)
);
create index key_purpose_ix on key (purpose, active_at);

create table node (
  id            text   not null,
  cluster_addr  text   not null, -- host:port of its route listener, '' on a single node
  started_at    bigint not null,
  seen_at       bigint not null,
  constraint node_pk primary key (id)
);

-- +goose Up
-- Identity-provider connections, sign-ins through them, and workspaces. Instants are UTC microseconds since 1970-01-01.

-- Global: which customer a workspace host name belongs to.
create table host_name (
  name        text not null, -- the label in front of the workspace domain
  kind        text not null, -- workspace
  customer_id text not null,
  constraint host_name_pk primary key (name),
  constraint host_name_customer_fk foreign key (customer_id) references customer (id)
);
create index host_name_customer_ix on host_name (customer_id);

-- Global: the identifiers of administrator sign-in URLs, unique over the installation (SAM-024).
create table go_url (
  identifier    text   not null,
  customer_id   text   not null,
  connection_id text   not null, -- a connection, or the draft that becomes it
  expires_at    bigint,          -- null for connections; a draft's reservation ends with it
  constraint go_url_pk primary key (identifier),
  constraint go_url_customer_fk foreign key (customer_id) references customer (id)
);
create index go_url_connection_ix on go_url (customer_id, connection_id);

create table connection (
  customer_id  text    not null,
  id           text    not null,
  type         text    not null,
  nickname     text    not null,
  nickname_key text    not null, -- folded in the program
  identifier   text    not null,
  settings     text    not null, -- JSON
  tested       integer not null, -- 1 = a test had passed when it was saved
  created_at   bigint  not null,
  created_by   text    not null,
  version      bigint  not null,
  constraint connection_pk primary key (customer_id, id),
  constraint connection_customer_fk foreign key (customer_id) references customer (id),
  constraint connection_nickname_uq unique (customer_id, nickname_key)
);

create table connection_draft (
  customer_id text   not null,
  id          text   not null,
  type        text   not null,
  nickname    text   not null,
  identifier  text   not null,
  settings    text   not null, -- JSON
  test        text   not null, -- JSON
  created_at  bigint not null,
  created_by  text   not null,
  expires_at  bigint not null,
  version     bigint not null, -- of nickname and settings; a test does not change it
  constraint connection_draft_pk primary key (customer_id, id),
  constraint connection_draft_customer_fk foreign key (customer_id) references customer (id)
);

-- A request is answered once and an assertion is used once: the primary keys are the locks (SAM-113, SAM-115).
create table consumed_request (
  customer_id text   not null,
  request_id  text   not null,
  expires_at  bigint not null,
  constraint consumed_request_pk primary key (customer_id, request_id)
);
create index consumed_request_expiry_ix on consumed_request (customer_id, expires_at);

create table consumed_assertion (
  customer_id  text   not null,
  issuer       text   not null,
  assertion_id text   not null,
  expires_at   bigint not null,
  constraint consumed_assertion_pk primary key (customer_id, issuer, assertion_id)
);
create index consumed_assertion_expiry_ix on consumed_assertion (customer_id, expires_at);

-- One-time codes that carry a proved identity from the host of identity providers to the host where the sign-in began.
create table return_code (
  customer_id   text   not null,
  code_hash     text   not null, -- SHA-256, hex
  purpose       text   not null,
  connection_id text   not null,
  binder        text   not null, -- hash of what only one browser holds, hex
  payload       text   not null, -- JSON
  expires_at    bigint not null,
  constraint return_code_pk primary key (customer_id, code_hash)
);
create index return_code_expiry_ix on return_code (customer_id, expires_at);

create table signin_trace (
  customer_id     text    not null,
  id              text    not null,
  at              bigint  not null,
  transaction_id  text    not null,
  succeeded       integer not null,
  purpose         text    not null,
  connection_id   text    not null,
  connection_name text    not null,
  person          text    not null,
  client_addr     text    not null,
  code            text    not null,
  setting         text    not null,
  detail          text    not null, -- JSON: values of the reason, steps, messages
  constraint signin_trace_pk primary key (customer_id, id)
);
create index signin_trace_time_ix on signin_trace (customer_id, at, id);

create table workspace (
  customer_id   text   not null,
  name          text   not null, -- its row in host_name makes it unique
  method        text   not null, -- type of identity provider, '' until one is chosen
  connection_id text,
  version       bigint not null,
  constraint workspace_pk primary key (customer_id),
  constraint workspace_customer_fk foreign key (customer_id) references customer (id),
  -- A connection that is in use cannot be deleted (SAM-028).
  constraint workspace_connection_fk foreign key (customer_id, connection_id) references connection (customer_id, id)
);

create table workspace_session (
  customer_id   text   not null,
  id            text   not null,
  token_hash    text   not null, -- SHA-256, hex
  connection_id text   not null,
  identity      text   not null, -- JSON
  created_at    bigint not null,
  expires_at    bigint not null,
  constraint workspace_session_pk primary key (customer_id, id),
  constraint workspace_session_token_uq unique (customer_id, token_hash),
  -- The sessions of a connection end with it.
  constraint workspace_session_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);
create index workspace_session_connection_ix on workspace_session (customer_id, connection_id);
create index workspace_session_expiry_ix on workspace_session (customer_id, expires_at);

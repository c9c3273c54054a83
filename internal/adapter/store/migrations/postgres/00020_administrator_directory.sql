-- +goose Up
-- Administrators that come from a directory. They belong to the customer and not to a connection, so they are there again
-- when its identity provider is connected anew (SAM-031). Instants are UTC microseconds since 1970-01-01.

create table administrator_directory (
  customer_id text   not null,
  id          text   not null,
  kind        text   not null, -- user or group
  sid         text   not null, -- never changes, as the forest: it is what the row is about (IAM-113)
  forest      text   not null, -- DNS name
  domain      text   not null, -- DNS name
  name        text   not null, -- as the directory had it last
  name_key    text   not null, -- folded in the program
  upn         text   not null, -- of a user; '' of a group
  upn_key     text   not null,
  access      text   not null,
  permissions text   not null, -- JSON
  login_id    text,            -- the built-in login of the same person; null = none is known
  created_at  bigint not null,
  created_by  text   not null,
  version     bigint not null,
  constraint administrator_directory_pk primary key (customer_id, id),
  constraint administrator_directory_sid_uq unique (customer_id, sid, forest),
  constraint administrator_directory_login_uq unique (customer_id, login_id),
  constraint administrator_directory_customer_fk foreign key (customer_id) references customer (id)
);

-- When the directory last confirmed what a session hangs on.
alter table console_session add column checked_at bigint not null default 0;
create index console_session_person_ix on console_session (customer_id, sid, forest);

-- What a session of the console has its rights from. A row that goes takes its part of the rights with it at once.
create table console_session_grant (
  customer_id text not null,
  session_id  text not null,
  grant_id    text not null,
  constraint console_session_grant_pk primary key (customer_id, session_id, grant_id),
  constraint console_session_grant_session_fk foreign key (customer_id, session_id)
    references console_session (customer_id, id) on delete cascade,
  constraint console_session_grant_grant_fk foreign key (customer_id, grant_id)
    references administrator_directory (customer_id, id) on delete cascade
);
create index console_session_grant_grant_ix on console_session_grant (customer_id, grant_id);

-- A code that comes back to the console names no customer.
create index return_code_hash_ix on return_code (code_hash);

-- The pages that a person of a directory has pinned in the navigation.
create table administrator_pins (
  customer_id text not null,
  actor_id    text not null,
  pages       text not null, -- JSON array of paths
  constraint administrator_pins_pk primary key (customer_id, actor_id),
  constraint administrator_pins_customer_fk foreign key (customer_id) references customer (id) on delete cascade
);

-- +goose Up
-- The library of offerings, and what a workspace's administrator sets of its sessions and its look. Instants are UTC
-- microseconds since 1970-01-01.
alter table workspace add column always_prompt integer not null default 1; -- 1 = the provider asks for credentials at each sign-in (SAM-090)
alter table workspace add column web_inactivity_minutes bigint not null default 60; -- of sessions in browsers; 0 = none (SAM-088)
alter table workspace_session add column last_activity_at bigint not null default 0; -- 0 = the session is older than this column

create table workspace_appearance (
  customer_id       text   not null,
  name              text   not null, -- '' = the product's
  primary_color     text   not null, -- #rrggbb, '' = the product's
  banner_color      text   not null,
  banner_text_color text   not null,
  sign_in_logo      bytea  not null, -- PNG, empty = none
  logo              bytea  not null,
  version           bigint not null,
  constraint workspace_appearance_pk primary key (customer_id),
  constraint workspace_appearance_customer_fk foreign key (customer_id) references customer (id)
);

create table offering (
  customer_id text   not null,
  id          text   not null,
  name        text   not null,
  name_key    text   not null, -- folded in the program
  description text   not null,
  address     text   not null,
  category    text   not null,
  icon        bytea  not null, -- PNG, empty = none
  icon_hash   text   not null, -- SHA-256 of icon in hex, '' = none; its address
  created_at  bigint not null,
  version     bigint not null,
  constraint offering_pk primary key (customer_id, id),
  constraint offering_name_uq unique (customer_id, name_key),
  constraint offering_customer_fk foreign key (customer_id) references customer (id)
);
create index offering_icon_ix on offering (customer_id, icon_hash);

create table offering_assignment (
  customer_id text   not null,
  offering_id text   not null,
  id          text   not null,
  kind        text   not null, -- user or group
  sid         text   not null,
  forest      text   not null, -- DNS name; with sid it is what is compared, names are for people
  domain      text   not null, -- DNS name
  name        text   not null, -- as it was when it was assigned
  name_key    text   not null, -- folded in the program
  assigned_at bigint not null,
  assigned_by text   not null, -- name of the actor
  constraint offering_assignment_pk primary key (customer_id, offering_id, id),
  constraint offering_assignment_sid_uq unique (customer_id, offering_id, sid, forest),
  constraint offering_assignment_offering_fk foreign key (customer_id, offering_id) references offering (customer_id, id) on delete cascade
);
create index offering_assignment_sid_ix on offering_assignment (customer_id, sid);

-- What a person marked in his own workspace.
create table workspace_favorite (
  customer_id text   not null,
  sid         text   not null, -- of the person
  offering_id text   not null,
  marked_at   bigint not null,
  constraint workspace_favorite_pk primary key (customer_id, sid, offering_id),
  constraint workspace_favorite_offering_fk foreign key (customer_id, offering_id) references offering (customer_id, id) on delete cascade
);
create index workspace_favorite_offering_ix on workspace_favorite (customer_id, offering_id);

-- +goose Up
-- What concerns a customer as a whole: its notifications, its inactivity time-out, and what is left of purged logs.

-- A notification is the customer's; who has dismissed it is each administrator's own (OPS-100).
create table notification (
  customer_id text   not null,
  id          text   not null, -- given when its cause is committed, so that a repeated job adds nothing
  at          bigint not null,
  kind        text   not null,
  severity    text   not null, -- information, warning, error or critical
  args        text   not null, -- JSON object: values of its sentences
  constraint notification_pk primary key (customer_id, id),
  constraint notification_customer_fk foreign key (customer_id) references customer (id) on delete cascade
);
create index notification_time_ix on notification (customer_id, at, id);
create index notification_age_ix on notification (at);

create table notification_dismissal (
  customer_id     text   not null,
  notification_id text   not null,
  viewer_id       text   not null, -- a login or a service principal
  at              bigint not null,
  constraint notification_dismissal_pk primary key (customer_id, notification_id, viewer_id),
  constraint notification_dismissal_notification_fk foreign key (customer_id, notification_id)
    references notification (customer_id, id) on delete cascade
);

-- No row: off, with the period that the console proposes (PLT-168, PLT-169).
create table account_inactivity (
  customer_id text    not null,
  enabled     integer not null,
  minutes     integer not null, -- 10 to 720 (PLT-170)
  version     bigint  not null,
  constraint account_inactivity_pk primary key (customer_id),
  constraint account_inactivity_customer_fk foreign key (customer_id) references customer (id) on delete cascade
);

-- The pages that a person has pinned in the navigation (PLT-022); global, as the login is.
create table login_pins (
  login_id text not null,
  pages    text not null, -- JSON array of paths
  constraint login_pins_pk primary key (login_id),
  constraint login_pins_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

-- The last record of a log that retention has deleted: the chain of the rest begins at its hash (OPS-138).
create table log_checkpoint (
  log_id text   not null,
  seq    bigint not null,
  hash   text   not null,
  constraint log_checkpoint_pk primary key (log_id)
);
create index log_record_age_ix on log_record (at);

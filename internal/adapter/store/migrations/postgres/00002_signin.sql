-- +goose Up
-- Web logins of administrators: passwords, second factor, recovery, sessions. All of these tables are global: a login
-- belongs to a company and may administer many customers.
create table web_login (
  id            text   not null,
  org_id        text   not null, -- exactly one company (PLT-375)
  user_name     text   not null,
  user_name_key text   not null, -- folded; unique over the installation
  email         text   not null,
  email_key     text   not null, -- folded; may belong to several logins
  created_at    bigint not null,
  version       bigint not null,
  constraint web_login_pk primary key (id),
  constraint web_login_user_name_uq unique (user_name_key),
  constraint web_login_company_fk foreign key (org_id) references company (org_id)
);
create index web_login_email_ix on web_login (email_key);
create index web_login_company_ix on web_login (org_id, id);

create table login_secret (
  login_id      text    not null,
  password_hash text    not null, -- argon2id in PHC form, over the peppered password
  must_change   integer not null, -- 1 = handed over by somebody else
  changed_at    bigint  not null,
  constraint login_secret_pk primary key (login_id),
  constraint login_secret_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

-- The row is made when enrolment is finished, never before, and is never deleted but with its login (PLT-397).
create table mfa_enrolment (
  login_id    text   not null,
  totp_sealed text   not null, -- the shared key under the key ring
  last_step   bigint not null, -- the last time step that was accepted; a step is accepted once
  enrolled_at bigint not null,
  constraint mfa_enrolment_pk primary key (login_id),
  constraint mfa_enrolment_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

create table recovery (
  login_id text   not null,
  phone    text   not null,
  saved_at bigint not null,
  constraint recovery_pk primary key (login_id),
  constraint recovery_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

create table backup_code (
  login_id text   not null,
  code_mac bytea  not null, -- HMAC-SHA-256 under the pepper
  used_at  bigint,
  constraint backup_code_pk primary key (login_id, code_mac),
  constraint backup_code_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

create table login_session (
  id               text    not null, -- public handle
  token_hash       text    not null, -- hex SHA-256 of the token
  login_id         text    not null,
  level            text    not null, -- password: first step of a sign-in; factor: both steps; console: a session
  customer_id      text,             -- of a console session
  attempts         integer not null, -- wrong codes of the first step
  state            text    not null, -- what an unfinished sign-in remembers, sealed
  created_at       bigint  not null,
  expires_at       bigint  not null, -- never moved (PLT-164)
  last_activity_at bigint  not null,
  constraint login_session_pk primary key (id),
  constraint login_session_token_uq unique (token_hash),
  constraint login_session_login_fk foreign key (login_id) references web_login (id) on delete cascade,
  constraint login_session_customer_fk foreign key (customer_id) references customer (id) on delete cascade
);
create index login_session_login_ix on login_session (login_id);
create index login_session_expiry_ix on login_session (expires_at);

-- Carries a finished sign-in from the accounts site to the console site; one use.
create table one_time_code (
  code_hash   text   not null,
  login_id    text   not null,
  customer_id text   not null,
  binder      text   not null, -- hex SHA-256 of what only the browser holds
  return_path text   not null,
  expires_at  bigint not null,
  constraint one_time_code_pk primary key (code_hash),
  constraint one_time_code_login_fk foreign key (login_id) references web_login (id) on delete cascade,
  constraint one_time_code_customer_fk foreign key (customer_id) references customer (id) on delete cascade
);
create index one_time_code_expiry_ix on one_time_code (expires_at);

-- How often a secret of this subject was tried without success of late, and until when the next try has to wait.
create table signin_delay (
  subject       text    not null, -- keyed hash of a typed name, a login, a device or a range of addresses
  failures      integer not null,
  blocked_until bigint  not null,
  forget_at     bigint  not null,
  constraint signin_delay_pk primary key (subject)
);
create index signin_delay_forget_ix on signin_delay (forget_at);

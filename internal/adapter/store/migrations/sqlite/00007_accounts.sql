-- +goose Up
-- What proves that a login is still its person's: the address on file, use, passwords that are not used again. Instants
-- are UTC microseconds since 1970-01-01.
alter table web_login add column email_verified_at bigint;            -- null = the address is to be proven before the console opens (PLT-428)
alter table web_login add column verify_reason text not null default 'new'; -- why: new, absent, changed or ordered
alter table web_login add column last_sign_in_at bigint;              -- of the last session; null = none yet

-- Whoever signed in with an earlier release goes on as before; absence counts from now on.
update web_login set email_verified_at = created_at, last_sign_in_at = cast(strftime('%s', 'now') as integer) * 1000000;

-- The passwords before the present one; the newest five are kept.
create table password_history (
  login_id      text   not null,
  password_hash text   not null, -- as it stood in login_secret
  replaced_at   bigint not null,
  constraint password_history_pk primary key (login_id, password_hash),
  constraint password_history_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

-- The one live link that proves an address. A new one replaces it.
create table email_verification (
  login_id   text   not null,
  token_hash text   not null, -- hex SHA-256 of the link's token
  email_key  text   not null, -- the address that the mail went to, folded; it proves no other
  sent_at    bigint not null,
  expires_at bigint not null,
  constraint email_verification_pk primary key (login_id),
  constraint email_verification_token_uq unique (token_hash),
  constraint email_verification_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

-- The one live link that sets a new password. A new one replaces it.
create table password_reset (
  login_id   text   not null,
  token_hash text   not null, -- hex SHA-256 of the link's token
  email_key  text   not null, -- the address that the mail went to, folded
  expires_at bigint not null,
  constraint password_reset_pk primary key (login_id),
  constraint password_reset_token_uq unique (token_hash),
  constraint password_reset_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

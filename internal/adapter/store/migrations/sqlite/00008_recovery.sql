-- +goose Up
-- How administrators get back in without their authenticator app, and what My settings changes. Instants are UTC
-- microseconds since 1970-01-01.
alter table mfa_enrolment add column email text not null default '';      -- proven while enrolling, never the account's (PLT-403)
alter table recovery add column email text not null default '';           -- '' = backup codes instead (PLT-412)
alter table recovery add column outdated integer not null default 0;      -- 1 = used to sign in and not looked at since (PLT-083)
alter table login_session add column identity_until bigint not null default 0; -- the person proved himself afresh (IAM-088)
alter table one_time_code add column identity_until bigint not null default 0; -- carried into the session

-- What waits for its proof: at most one of a use in each sign-in or session, the newest.
create table login_proof (
  session_id text    not null,
  use        text    not null,
  address    text    not null, -- to which the code went; '' = the proof is none of a mailbox
  sealed     text    not null, -- what takes effect with the proof; '' = the address
  code_mac   blob,             -- HMAC-SHA-256 under the pepper
  attempts   integer not null,
  expires_at bigint  not null,
  constraint login_proof_pk primary key (session_id, use),
  constraint login_proof_session_fk foreign key (session_id) references login_session (id) on delete cascade
);

-- Who waits for support; the history is in the System Logs. A row goes with the use of its code.
create table support_request (
  login_id        text   not null,
  id              text   not null, -- what the operator types
  details         text   not null,
  requested_at    bigint not null,
  verified_at     bigint,          -- the recovery phone was called and the person verified
  verified_by     text   not null, -- the operator's name; ''
  code_mac        blob,            -- HMAC-SHA-256 under the pepper
  code_expires_at bigint,
  constraint support_request_pk primary key (login_id),
  constraint support_request_id_uq unique (id),
  constraint support_request_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

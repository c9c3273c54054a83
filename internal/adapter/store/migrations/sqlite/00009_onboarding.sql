-- +goose Up
-- How people and companies come in. Instants are UTC microseconds since 1970-01-01.

-- Several company accounts, each with its OrgID, can be one organisation (PLT-377): the OrgID of its first one; '' = stands alone.
alter table company add column organisation text not null default '';

-- What the person who made the account agreed to; null where an operator made it.
alter table customer add column terms_version text;
alter table customer add column terms_accepted_at bigint;
alter table customer add column terms_accepted_by text;

-- The home region is written once; whatever else is changed, by whoever (PLT-291).
-- +goose StatementBegin
create trigger customer_region_immutable before update of region on customer when new.region <> old.region
begin
  select raise(abort, 'the home region cannot be changed');
end;
-- +goose StatementEnd

create table administrator_invitation (
  customer_id  text    not null,
  id           text    not null,
  email        text    not null,
  email_key    text    not null, -- folded; one invitation per address
  access       text    not null, -- full or custom
  permissions  text    not null, -- JSON array of keys; [] with full access
  token_hash   text    not null, -- SHA-256 of the newest link's token, hex
  invited_by   text    not null, -- ID of the administrator
  invited_name text    not null, -- and his name
  invited_at   bigint  not null,
  expires_at   bigint  not null, -- five days after invited_at, never moved (IAM-054)
  mails        integer not null, -- how many were sent
  version      bigint  not null,
  constraint administrator_invitation_pk primary key (customer_id, id),
  constraint administrator_invitation_email_uq unique (customer_id, email_key),
  constraint administrator_invitation_token_uq unique (token_hash),
  constraint administrator_invitation_customer_fk foreign key (customer_id) references customer (id)
);

-- A colleague who asks to be let in. The row grants nothing; it stays for a day at least, so that nobody asks more often.
create table access_request (
  customer_id  text   not null,
  id           text   not null,
  login_id     text   not null,
  name         text   not null,
  email        text   not null,
  email_key    text   not null, -- folded
  requested_at bigint not null,
  closed_at    bigint,          -- null = waits for an answer
  constraint access_request_pk primary key (customer_id, id),
  constraint access_request_login_uq unique (customer_id, login_id),
  constraint access_request_customer_fk foreign key (customer_id) references customer (id),
  constraint access_request_login_fk foreign key (login_id) references web_login (id) on delete cascade
);

-- Global: companies that sign up by themselves, until they have an account or are forgotten.
create table company_signup (
  id           text   not null,
  state        text   not null, -- sent: to be verified; known: nobody's, the address has a login; waiting: for the operator; approved
  company      text   not null,
  site_address text   not null,
  person       text   not null,
  email        text   not null,
  email_key    text   not null, -- folded
  client_range text   not null, -- network that it came from
  token_hash   text   not null, -- SHA-256 of the newest link's token, hex
  created_at   bigint not null,
  expires_at   bigint not null, -- of the link
  constraint company_signup_pk primary key (id),
  constraint company_signup_token_uq unique (token_hash)
);
create index company_signup_created_ix on company_signup (created_at);
create index company_signup_email_ix on company_signup (email_key, created_at);

-- +goose Up
-- What a connection needs beside its settings: clones, metadata that is read again, keys that it proposes, notices about
-- certificates, and switches of operators. Instants are UTC microseconds since 1970-01-01.
--
-- go_url keeps the identifier of a deleted or renamed sign-in URL for its customer: connection_id is then '' and expires_at
-- says until when nobody else can have it.

alter table connection_draft add column scope_id text not null default '';    -- GUID of the entity ID, used when the switch is on
alter table connection_draft add column cloned_from text not null default ''; -- the connection that the settings came from

alter table connection add column metadata_state text not null default '';    -- JSON: what was read last; '' = never
alter table connection add column metadata_due_at bigint;                      -- null: the metadata is not read regularly
alter table connection add column metadata_asked_at bigint not null default 0; -- when it was last ordered to be read
create index connection_metadata_due_ix on connection (metadata_due_at);

-- Keys that a provider's metadata has shown and that the connection does not have, or did not have then.
create table key_proposal (
  customer_id   text    not null,
  id            text    not null,
  connection_id text    not null,
  fingerprint   text    not null, -- SHA-256 of the certificate, hex
  certificate   text    not null, -- DER in Base64
  found_at      bigint  not null,
  signed        integer not null, -- 1 = a trusted key vouched for the metadata
  state         text    not null, -- proposed, accepted, rejected
  decided_at    bigint,
  decided_by    text    not null default '',
  constraint key_proposal_pk primary key (customer_id, id),
  constraint key_proposal_fingerprint_uq unique (customer_id, connection_id, fingerprint),
  constraint key_proposal_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);

-- Notices about the end of a certificate: each threshold is told once.
create table certificate_notice (
  customer_id   text   not null,
  connection_id text   not null,
  variant       text   not null, -- primary or custom_domain
  fingerprint   text   not null,
  days          bigint not null, -- the last threshold told; 0 = that it has expired
  told_at       bigint not null,
  constraint certificate_notice_pk primary key (customer_id, connection_id, variant, fingerprint),
  constraint certificate_notice_connection_fk foreign key (customer_id, connection_id)
    references connection (customer_id, id) on delete cascade
);

-- Switches that only operators set, for one customer each; a row is a switch that is on.
create table customer_feature (
  customer_id text   not null,
  name        text   not null,
  enabled_by  text   not null,
  reason      text   not null,
  enabled_at  bigint not null,
  constraint customer_feature_pk primary key (customer_id, name),
  constraint customer_feature_customer_fk foreign key (customer_id) references customer (id)
);

-- +goose Up
-- Hosts of customers' own for their workspaces, and what the ACME client remembers. Instants are UTC microseconds since
-- 1970-01-01.

create table workspace_domain (
  customer_id text   not null,
  host        text   not null, -- ASCII, lower case; a row of host_name as soon as it is active, so that no claim keeps others out
  tls         text   not null, -- acme or upload
  state       text   not null, -- provisioning, active or failed
  reason      text   not null, -- code of the sentence about what is wrong, '' = nothing
  token       text   not null, -- proves the host: the customer publishes it in DNS, we answer with it
  proved      integer not null, -- 1 = the customer has published it
  saml_mode   text   not null, -- both or customOnly, '' = none: no SAML on this host
  chain       text   not null, -- uploaded certificate and its intermediates, PEM; '' = none
  private_key text   not null, -- of the uploaded certificate, sealed
  subject     text   not null, -- of the certificate in use, '' = none
  not_after   bigint not null, -- of the certificate in use, 0 = none
  noticed     bigint not null, -- days before the end at which the last notice went out, 0 = none did
  since       bigint not null, -- when provisioning began
  next_try    bigint not null, -- of the next step of provisioning
  version     bigint not null,
  constraint workspace_domain_pk primary key (customer_id),
  constraint workspace_domain_customer_fk foreign key (customer_id) references customer (id)
);
create index workspace_domain_host_ix on workspace_domain (host);

-- Global: accounts, certificates and open challenges of the ACME client, for all nodes.
create table acme_item (
  name       text   not null, -- a path
  value      text   not null, -- sealed
  changed_at bigint not null,
  constraint acme_item_pk primary key (name)
);

-- Global: who works on a certificate now.
create table acme_lease (
  name       text   not null,
  holder     text   not null, -- random per taking
  expires_at bigint not null, -- machine time
  constraint acme_lease_pk primary key (name)
);

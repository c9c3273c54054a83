-- +goose Up
-- The region of networks around client_range: a /16 of IPv4, a /32 of IPv6.
alter table company_signup add column client_region text not null default '';
create index company_signup_region_ix on company_signup (client_region, created_at);
create index company_signup_range_ix on company_signup (client_range, created_at);

-- The invitation mails of a customer are counted before each one.
create index log_record_invitation_ix on log_record (log_id, at) where event = 'AdministratorInvitationSent';

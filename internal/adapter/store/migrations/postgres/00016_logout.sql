-- +goose Up
-- Whose provider has sent a logout request: no request of ours says it, so connections are found by the entity ID in their
-- settings, without slashes at its end.
create index connection_idp_ix on connection (rtrim(settings::jsonb ->> 'idpEntityId', '/'));
create index connection_custom_idp_ix on connection ((case when custom_domain <> '' then rtrim(custom_domain::jsonb ->> 'idpEntityId', '/') end));

-- +goose Up
-- Whose provider has sent a logout request: no request of ours says it, so connections are found by the entity ID in their
-- settings, without slashes at its end.
create index connection_idp_ix on connection (rtrim(json_extract(settings, '$.idpEntityId'), '/'));
create index connection_custom_idp_ix on connection (case when custom_domain <> '' then rtrim(json_extract(custom_domain, '$.idpEntityId'), '/') end);

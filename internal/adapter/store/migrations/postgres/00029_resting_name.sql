-- +goose Up
-- A name that a workspace gave up is its customer's alone until then: a row of the kind "resting".
alter table host_name add column rests_until bigint;

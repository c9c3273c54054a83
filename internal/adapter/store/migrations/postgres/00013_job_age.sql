-- +goose Up
-- When the change that caused a job was committed, so that the operator sees how long it waits (PLT-057).
alter table job add column created_at bigint not null default 0; -- UTC, microseconds since 1970-01-01
update job set created_at = due_at;
create index job_kind_ix on job (kind, dead, created_at);

-- +goose Up
-- The list of one kind: sign-outs are few among many sign-ins.
create index signin_trace_kind_ix on signin_trace (customer_id, kind, at, id);

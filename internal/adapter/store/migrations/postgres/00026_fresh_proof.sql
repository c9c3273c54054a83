-- +goose Up
-- Since when a session counts as freshly proved by its own sign-in: the second factor of a built-in login, or a sign-in for which the
-- provider was made to ask and has shown that it did. null = it does not. UTC microseconds since 1970-01-01.
alter table login_session add column proved_at bigint;
alter table one_time_code add column proved_at bigint; -- carried into the session
alter table console_session add column proved_at bigint;

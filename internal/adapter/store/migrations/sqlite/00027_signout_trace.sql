-- +goose Up
-- Sign-outs at identity providers leave traces beside those of sign-ins: "signin" or "signout".
alter table signin_trace add column kind text not null default 'signin';

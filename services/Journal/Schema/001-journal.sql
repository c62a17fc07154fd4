-- The journal of one department: streams, events, claims. Nothing else is written by an append.
create schema if not exists journal;

create table journal.streams (
    noun     text not null,
    id       uuid not null,
    version  int  not null,
    previous int  not null, -- what the last append expected: lets its upsert compare, see Appender.cs
    primary key (id, noun)
) with (fillfactor = 80);
comment on table journal.streams is 'The newest version of every stream.';

create table journal.events (
    transaction  xid8        not null default pg_current_xact_id(),
    position     bigint      not null generated always as identity,
    noun         text        not null,
    id           uuid        not null,
    version      int         not null,
    event_id     uuid        not null,
    name         text        not null,
    data         json        not null,
    meta         json        not null,
    occurred_at  timestamptz not null,
    recorded_at  timestamptz not null default statement_timestamp(),
    content_hash bytea       not null,
    primary key (id, noun, version)
);
create index events_log on journal.events (transaction, position);
comment on table journal.events is 'Every fact this department decided, in the order (transaction, position). Only inserted, never changed.';
comment on column journal.events.transaction is 'The transaction that wrote it: readers stay behind the oldest one still running.';
comment on column journal.events.occurred_at is 'Business time; never falls within a stream.';
comment on column journal.events.content_hash is 'SHA-256 over name, data and the stable part of meta, as stored.';

create table journal.claims (
    command_id  uuid        not null primary key,
    fingerprint bytea,
    noun        text        not null,
    id          uuid        not null,
    version     int         not null,
    added       int         not null,
    code        text,
    transaction xid8        not null default pg_current_xact_id(),
    claimed_at  timestamptz not null default statement_timestamp()
);
comment on table journal.claims is 'What became of each command: the same command again answers this and adds nothing.';
comment on column journal.claims.code is 'Set when a reaction was refused; it is not retried.';

-- The bus of one department: what was sealed and sent, what was heard, what waits.
create table journal.packs (
    no                bigint      not null primary key check (no > 0),
    first_transaction xid8        not null,
    first_position    bigint      not null,
    last_transaction  xid8        not null,
    last_position     bigint      not null,
    hash              bytea       not null check (octet_length(hash) = 32),
    sealed_at         timestamptz not null default clock_timestamp()
);
comment on table journal.packs is 'The journal cut into numbered ranges of (transaction, position), chained by hash. Only inserted, never changed.';
comment on column journal.packs.hash is 'SHA-256(hash of the pack before, content hashes of its events); 32 zero bytes stand before pack 1.';

create table journal.relay (
    confirmed bigint not null
);
create unique index relay_one on journal.relay ((true));
insert into journal.relay (confirmed) values (0);
comment on table journal.relay is 'The number of the last pack that the broker has confirmed; one row.';

create table journal.inbox (
    department text        not null primary key,
    no         bigint      not null,
    hash       bytea       not null,
    handled_at timestamptz not null default clock_timestamp()
);
comment on table journal.inbox is 'The last pack of each other department whose facts have been answered.';

create table journal.followed (
    name        text   not null primary key,
    transaction xid8   not null,
    position    bigint not null
);
comment on table journal.followed is 'How far followers of the own journal have got.';

create table journal.set_aside (
    id           bigint      not null generated always as identity primary key,
    department   text        not null,
    stream       text,
    event_id     uuid unique,
    name         text,
    body         bytea       not null,
    reason       text        not null,
    attempts     int         not null default 1,
    next_at      timestamptz not null default clock_timestamp(),
    set_aside_at timestamptz not null default clock_timestamp()
);
create index set_aside_stream on journal.set_aside (stream, id);
comment on table journal.set_aside is 'Facts heard that could not be answered, oldest first in each stream, whose later events wait behind them; and bodies that could not be read.';
comment on column journal.set_aside.stream is 'The source stream; null for a body that could not be read, which the feed has replaced.';
comment on column journal.set_aside.body is 'A CloudEvents batch of the one event, or the unreadable body.';

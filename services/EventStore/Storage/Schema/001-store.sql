-- The company's event store: names of streams, events in commit order, the lease of the one writer, signed heads. See Writer.cs.
create schema if not exists store;

create table store.streams (
    id   bigint not null primary key,
    name text   collate "C" not null unique
);
comment on table store.streams is 'Every stream ever written to. What a stream is at (its last revision, whether it is deleted) follows from its events alone.';

create table store.events (
    position  bigint      not null primary key,
    stream    bigint      not null, -- of store.streams; written in the same transaction by the same writer, so no foreign key is paid for
    revision  bigint      not null,
    id        uuid        not null,
    type      text        not null,
    json      boolean     not null,
    data      bytea       not null,
    metadata  bytea       not null,
    created   timestamptz not null,
    unique (stream, revision)
) with (fillfactor = 100);
comment on table store.events is 'Every event. Only inserted, never changed.';
comment on column store.events.position is 'Commit order, 1, 2, 3 … without gaps, given by the one writer.';
comment on column store.events.revision is 'Place in its stream, from 0; 2^63-1 is the tombstone, after which the stream is closed for ever.';
comment on column store.events.id is 'Unique within its stream by use, not by law: the protocol lets one append write the same id twice.';
comment on column store.events.json is 'Whether the writer called data application/json; never checked.';

create table store.lease (
    one     boolean     not null primary key default true check (one),
    holder  text        not null,
    fence   bigint      not null,
    expires timestamptz not null
);
comment on table store.lease is 'Who may write. Every write checks fence in its own transaction; whoever takes the lease raises it.';
insert into store.lease (holder, fence, expires) values ('', 0, '-infinity');

create table store.heads (
    number    bigint not null primary key,
    document  text   not null,
    signature bytea  not null
);
comment on table store.heads is 'The newest pack of every department, signed about once a minute; each line stands in a file elsewhere as well. See Heads.cs.';

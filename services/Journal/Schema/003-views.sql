-- What is derived from the journal and can be made again: the views' bookkeeping and snapshots. The tables of the views themselves are made by the runner.
-- Stands alone: Analytics keeps its views by the same script.
create schema if not exists views;

create table views.state (
    schema      text        not null,
    table_name  text        not null,
    name        text        not null,
    version     int         not null,
    generation  int         not null,
    status      text        not null check (status in ('building', 'running', 'waiting', 'failed')),
    serving     boolean     not null default false,
    transaction xid8        not null default '0',
    number      bigint      not null default -1,
    reason      text,
    built_at    timestamptz,
    moved_at    timestamptz not null default now(),
    primary key (schema, table_name),
    unique (schema, name, version, generation)
) with (fillfactor = 50);
create unique index state_serving on views.state (schema, name) where serving;
comment on table views.state is 'One row for each table of a view: how far it has folded the log, and whether queries read it.';
comment on column views.state.generation is '1 for the first table of a version; an operator''s rebuild makes the next.';
comment on column views.state.transaction is 'With number the position of the last event folded in; moves in the same statement as the rows.';
comment on column views.state.reason is 'Why it stands still; without personal data.';

create table views.diff (
    schema       text        not null,
    name         text        not null,
    taken_at     timestamptz not null default now(),
    old_table    text        not null,
    new_table    text        not null,
    old_position text        not null,
    new_position text        not null,
    only_old     bigint      not null,
    only_new     bigint      not null,
    changed      bigint      not null,
    samples      jsonb       not null,
    primary key (schema, name)
);
comment on table views.diff is 'What the last rebuild of each view changed. Equal positions make it exact.';

create table views.snapshots (
    category    text        not null,
    id          uuid        not null,
    code        uuid        not null,
    version     int         not null,
    occurred_at timestamptz not null,
    state       json        not null,
    primary key (category, id)
);
comment on table views.snapshots is 'States of long streams, a cache: a snapshot of another build (code) is not read.';

-- Imports: what was uploaded (sealed, deleted at the end), how far it is, what was refused. Numbers from 101 on, beside the journal's own.
create table journal.import_mappings (
    kind       text        not null,
    name       text        not null,
    body       jsonb       not null,
    changed_at timestamptz not null default now(),
    primary key (kind, name)
);
comment on table journal.import_mappings is 'Mappings from columns to fields, stored under a name.';

create table journal.imports (
    id          uuid        not null primary key,
    kind        text        not null,
    mapping     jsonb       not null,
    actor       jsonb       not null,
    correlation uuid        not null,
    state       text        not null default 'receiving' check (state in ('receiving', 'waiting', 'running', 'done', 'failed', 'cancelled')),
    failure     text,
    bytes       bigint      not null default 0,
    consumed    bigint      not null default 0,
    read        bigint      not null default 0,
    accepted    bigint      not null default 0,
    repeated    bigint      not null default 0,
    refused     bigint      not null default 0,
    events      bigint      not null default 0,
    received_at timestamptz not null default now(),
    changed_at  timestamptz not null default now(),
    ended_at    timestamptz
);
create index imports_open on journal.imports (received_at) where state in ('receiving', 'waiting', 'running');
comment on table journal.imports is 'One row for each uploaded file; read is the cursor: how many rows are decided.';

create table journal.import_parts (
    import_id uuid  not null references journal.imports on delete cascade,
    no        int   not null,
    sealed    bytea not null,
    primary key (import_id, no)
);
comment on table journal.import_parts is 'The body as it came, sealed; gone when the import has ended.';

create table journal.import_refusals (
    import_id uuid   not null references journal.imports on delete cascade,
    line      bigint not null,
    code      text   not null,
    reason    text   not null,
    primary key (import_id, line)
);
comment on table journal.import_refusals is 'The rows that were refused, by line of the file; never their content.';

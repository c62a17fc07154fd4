-- The embedded identity provider: who may sign in, with what, as whom.
create schema identity;

create table identity.teams (
    id      text not null primary key,
    name    text not null,
    parent  text references identity.teams,
    manager uuid
);
comment on table identity.teams is 'A tree of teams with one manager each.';

create table identity.users (
    id            uuid        not null primary key,
    user_name     text        not null,
    name          text        not null,
    password_hash text        not null,
    active        boolean     not null default true,
    roles         text[]      not null,
    team          text        references identity.teams,
    region        text,
    substitute    uuid        references identity.users,
    failed        int         not null default 0,
    locked_until  timestamptz,
    created_at    timestamptz not null default now(),
    changed_at    timestamptz not null default now()
);
create unique index users_user_name on identity.users (lower(user_name));
comment on table identity.users is 'Staff. A leaver is made inactive, never deleted: facts name him.';
comment on column identity.users.failed is 'Sign-ins begun since the last one that succeeded.';

alter table identity.teams add foreign key (manager) references identity.users;

create table identity.clients (
    id          text        not null primary key,
    secret_hash bytea       not null,
    roles       text[]      not null,
    permissions text[]      not null,
    active      boolean     not null default true,
    created_at  timestamptz not null default now()
);
comment on table identity.clients is 'Programs that sign in by client credentials. The secret is random, so a plain SHA-256 hides it.';

create table identity.families (
    id         uuid        not null primary key,
    user_id    uuid        not null references identity.users,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index families_user on identity.families (user_id) where revoked_at is null;
comment on table identity.families is 'One sign-in and all refresh tokens that follow from it.';

create table identity.refresh_tokens (
    hash       bytea       not null primary key,
    family     uuid        not null references identity.families on delete cascade,
    issued_at  timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index refresh_tokens_family on identity.refresh_tokens (family);
comment on table identity.refresh_tokens is 'Each is good for one use; a second use revokes the family, because one of the two was stolen.';

create table identity.signing_keys (
    kid             text        not null primary key,
    x               bytea       not null,
    y               bytea       not null,
    sealed          bytea       not null,
    signs_from      timestamptz not null,
    published_until timestamptz
);
comment on table identity.signing_keys is 'ES256 keys. The private half is sealed under a key outside this database. A key is published before it signs and after it has signed.';

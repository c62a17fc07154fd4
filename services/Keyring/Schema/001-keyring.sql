-- The keys of persons. This database is backed up apart from everything else, and never restored over a tombstone.
create schema keyring;

create table keyring.person_keys (
    person     uuid        not null primary key,
    wrapped    bytea,
    created_at timestamptz not null default now(),
    erased_at  timestamptz,
    check ((wrapped is null) = (erased_at is not null))
);
comment on table keyring.person_keys is 'One data key for each person, wrapped by a key outside this database. An erased person keeps a row without a key: the tombstone.';

-- By which customers and leads may be of one person: keyed hashes of personal fields, which no event holds, so that they can be forgotten with the person.
create table journal.pii_match_keys (
    noun   text not null check (noun in ('customer', 'lead')),
    id     uuid not null,
    person uuid not null,
    kind   text not null,
    hash   uuid not null,
    primary key (id, noun, kind, hash)
);
create index pii_match_keys_hash on journal.pii_match_keys (noun, hash, id);
create index pii_match_keys_person on journal.pii_match_keys (person);
comment on table journal.pii_match_keys is 'The match keys of every customer and lead whose personal fields can be read; made again from the journal at any time.';
comment on column journal.pii_match_keys.person is 'Under whose key the fields are sealed: when it is destroyed, these rows go.';
comment on column journal.pii_match_keys.hash is 'HMAC of the folded field under the master key; tells nothing without it.';

-- By which customers may be duplicates: keyed hashes of personal fields, which no event holds, so that they can be forgotten with the person.
create table journal.pii_match_keys (
    customer_id uuid not null,
    kind        text not null,
    hash        uuid not null,
    primary key (customer_id, kind, hash)
);
create index pii_match_keys_hash on journal.pii_match_keys (hash, customer_id);
comment on table journal.pii_match_keys is 'The match keys of every customer whose personal fields can be read; made again from the journal at any time.';
comment on column journal.pii_match_keys.hash is 'HMAC of the folded field under the master key; tells nothing without it.';

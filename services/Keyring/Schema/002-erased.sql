-- Tables that hold personal fields in the clear ask whose key was destroyed since they last asked.
create index person_keys_erased on keyring.person_keys (erased_at, person) where erased_at is not null;

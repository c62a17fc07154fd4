-- Claims of callers (an Idempotency-Key leaves a fingerprint) are kept for seven days; the sweep finds the old ones here and never reads the others.
create index claims_of_callers on journal.claims (claimed_at) where fingerprint is not null;
comment on column journal.claims.fingerprint is 'Of the request body, where a caller gave an Idempotency-Key: such a claim is deleted after seven days, all others stay.';

-- Whoever was refused because of others is shown them, as a request is.
alter table journal.import_refusals add column more jsonb;
comment on column journal.import_refusals.more is 'What a program needs to go on, for example candidates; empty where code and reason say it all.';

-- A row that a noun refused names it: of rows that nobody uploaded there is no file to look into.
alter table journal.import_refusals add column noun_id uuid;
comment on column journal.import_refusals.noun_id is 'The noun that refused; empty where the row could not be read.';

-- A department that is heard no more says so to every replica, and an operator's resumption reaches the one that listens.
alter table journal.inbox add column stopped text;
comment on column journal.inbox.stopped is 'Why the department is heard no more; null while it is heard. Set to null, it is heard again within seconds.';

-- How far due work may go, where somebody drives the business time: a demonstration, or a test that tells a quarter as history.
create table views.due_clock (
    until    timestamptz not null,
    moved_at timestamptz not null default statement_timestamp()
);
create unique index due_clock_one on views.due_clock ((true));
comment on table views.due_clock is 'At most one row: nothing that falls due later is decided. Ten minutes after it was last moved it binds nobody any more.';

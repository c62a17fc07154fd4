-- What analysts read. The tables folded from the company's history (customer_orders and others) are made by the view runner; what is derived from them by a
-- query or a run is declared here. Functions are bound when they are called, so that the runner may swap the tables under them.
create schema if not exists analytics;
comment on schema analytics is 'Read models over the company''s history: plain tables and views, readable by the role analyst.';
set local check_function_bodies = off;

create function analytics.zone() returns text language sql stable
    as $$ select coalesce((select zone from analytics.books_in_force limit 1), 'UTC') $$;
comment on function analytics.zone() is 'The zone of the books: where days and months begin. UTC until books are published.';

create function analytics.currency() returns text language sql stable
    as $$ select coalesce((select reporting_currency from analytics.books_in_force limit 1),
        (select currency from analytics.customer_orders group by currency order by count(*) desc, currency limit 1)) $$;
comment on function analytics.currency() is 'The reporting currency; until books are published the one that most orders are in.';

create function analytics.orders_as_of(as_of timestamptz, known_at timestamptz)
    returns table (order_id uuid, customer_id uuid, placed_at timestamptz, amount_minor bigint, currency text)
    language sql stable as $$
    select order_id, customer_id, placed_at, amount_minor, currency from analytics.customer_orders
    where placed_at <= as_of and recorded_at <= known_at and (cancelled_at is null or cancelled_at > as_of) $$;
comment on function analytics.orders_as_of is 'Orders placed up to an instant of business time, as known at an instant, without those cancelled by then.';

create function analytics.rfm_as_of(as_of timestamptz, known_at timestamptz, in_zone text, in_currency text)
    returns table (customer_id uuid, recency_days int, frequency int, money_minor bigint, r int, f int, m int)
    language sql stable as $$
    with facts as (
        select customer_id, ((as_of at time zone in_zone)::date - (max(placed_at) at time zone in_zone)::date) as recency_days, count(*)::int as frequency,
            coalesce(sum(amount_minor) filter (where currency = in_currency), 0)::bigint as money_minor
        from analytics.orders_as_of(as_of, known_at) group by customer_id)
    select customer_id, recency_days, frequency, money_minor, ntile(5) over (order by recency_days desc, customer_id),
        ntile(5) over (order by frequency, customer_id), ntile(5) over (order by money_minor, customer_id) from facts $$;
comment on function analytics.rfm_as_of is 'Recency, frequency, money of every customer with an order; scores 1 to 5 are equal fifths of the rank, ties in the order of customer_id.';

create function analytics.cohort_retention_as_of(as_of timestamptz, known_at timestamptz, in_zone text)
    returns table (cohort_month date, months_since int, month date, cohort_size int, customers int, complete boolean)
    language sql stable as $$
    with orders as (select customer_id, placed_at, date_trunc('month', placed_at at time zone in_zone)::date as month from analytics.orders_as_of(as_of, known_at)),
    last as (select least(as_of, max(placed_at)) as at from orders),
    firsts as (select customer_id, min(month) as cohort_month from orders group by customer_id),
    sizes as (select cohort_month, count(*)::int as cohort_size from firsts group by cohort_month),
    active as (select f.cohort_month, o.month, count(distinct o.customer_id)::int as customers
        from orders as o join firsts as f using (customer_id) group by f.cohort_month, o.month),
    months as (select s.cohort_month, s.cohort_size, m::date as month
        from sizes as s, last, generate_series(s.cohort_month::timestamp, date_trunc('month', last.at at time zone in_zone), interval '1 month') as m)
    select cohort_month, ((extract(year from age(month, cohort_month)) * 12) + extract(month from age(month, cohort_month)))::int, month, cohort_size,
        coalesce(customers, 0), ((month + interval '1 month')::timestamp at time zone in_zone) <= last.at
    from months left join active using (cohort_month, month), last $$;
comment on function analytics.cohort_retention_as_of is 'Customers by the month of their first order, and how many of them ordered in each month since.';

create function analytics.revenue_by_month_as_of(as_of timestamptz, known_at timestamptz, in_zone text)
    returns table (month date, currency text, orders bigint, customers bigint, ordered_minor bigint, returns bigint, returned_minor bigint,
        credits bigint, credited_minor bigint, net_minor bigint, complete boolean)
    language sql stable as $$
    with facts as (
        select placed_at as at, currency, customer_id, 'order' as kind, amount_minor from analytics.orders_as_of(as_of, known_at)
        union all
        select given_at, currency, customer_id, kind, amount_minor from analytics.customer_credits where given_at <= as_of and recorded_at <= known_at),
    last as (select least(as_of, max(at)) as at from facts)
    select date_trunc('month', facts.at at time zone in_zone)::date as month, currency,
        count(*) filter (where kind = 'order'), count(distinct customer_id) filter (where kind = 'order'),
        coalesce(sum(amount_minor) filter (where kind = 'order'), 0)::bigint,
        count(*) filter (where kind = 'return'), coalesce(sum(amount_minor) filter (where kind = 'return'), 0)::bigint,
        count(*) filter (where kind = 'credit'), coalesce(sum(amount_minor) filter (where kind = 'credit'), 0)::bigint,
        coalesce(sum(case when kind = 'order' then amount_minor else -amount_minor end), 0)::bigint,
        bool_and(((date_trunc('month', facts.at at time zone in_zone) + interval '1 month') at time zone in_zone) <= last.at)
    from facts, last group by 1, 2 $$;
comment on function analytics.revenue_by_month_as_of is 'What was ordered and given back in each calendar month of the zone, by currency.';

create view analytics.cohort_retention as select * from analytics.cohort_retention_as_of('infinity', 'infinity', analytics.zone());
comment on view analytics.cohort_retention is 'Customers by the month of their first order, and how many of them ordered in each month since, as of the newest order.';
comment on column analytics.cohort_retention.cohort_month is 'First day of the month of the first order, in the zone of the books.';
comment on column analytics.cohort_retention.months_since is '0 = the month of the first order.';
comment on column analytics.cohort_retention.month is 'First day of the month that is counted.';
comment on column analytics.cohort_retention.cohort_size is 'Customers of the cohort.';
comment on column analytics.cohort_retention.customers is 'How many of them ordered in that month.';
comment on column analytics.cohort_retention.complete is 'False for a month that had not ended: its count will still grow.';

create view analytics.revenue_by_month as select * from analytics.revenue_by_month_as_of('infinity', 'infinity', analytics.zone());
comment on view analytics.revenue_by_month is 'What was ordered and given back in each calendar month, by currency, as of the newest fact.';
comment on column analytics.revenue_by_month.month is 'First day of the month, in the zone of the books.';
comment on column analytics.revenue_by_month.currency is 'ISO 4217 code; amounts of several currencies are never added.';
comment on column analytics.revenue_by_month.orders is 'Orders placed in the month and not cancelled.';
comment on column analytics.revenue_by_month.customers is 'Distinct customers who ordered.';
comment on column analytics.revenue_by_month.ordered_minor is 'Their worth in minor units, tax included.';
comment on column analytics.revenue_by_month.returns is 'Returns of orders in the month.';
comment on column analytics.revenue_by_month.returned_minor is 'Their worth in minor units.';
comment on column analytics.revenue_by_month.credits is 'Credits in the month that name no order.';
comment on column analytics.revenue_by_month.credited_minor is 'Their worth in minor units.';
comment on column analytics.revenue_by_month.net_minor is 'Ordered less returned less credited.';
comment on column analytics.revenue_by_month.complete is 'False for a month that had not ended.';

create table analytics.runs (
    run_id      uuid        not null primary key,
    kind        text        not null check (kind in ('scores', 'training', 'segment')),
    request     jsonb       not null,
    status      text        not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
    rows_done   bigint      not null default 0,
    rows_total  bigint,
    reason      text,
    asked_at    timestamptz not null default now(),
    ended_at    timestamptz
);
create index runs_open on analytics.runs (asked_at) where status in ('waiting', 'running');
comment on table analytics.runs is 'Long work that was asked for, and how far it is. It survives a restart: what had begun is begun again.';
comment on column analytics.runs.run_id is 'The run.';
comment on column analytics.runs.kind is 'scores, training or segment.';
comment on column analytics.runs.request is 'What was asked.';
comment on column analytics.runs.status is 'waiting, running, done or failed.';
comment on column analytics.runs.rows_done is 'Customers worked through.';
comment on column analytics.runs.rows_total is 'Customers in all, once known.';
comment on column analytics.runs.reason is 'Why it failed.';
comment on column analytics.runs.asked_at is 'When it was asked for.';
comment on column analytics.runs.ended_at is 'When it ended.';

create table analytics.score_runs (
    run_id       uuid        not null primary key,
    as_of        timestamptz not null,
    known_at     timestamptz,
    position     bigint      not null,
    zone         text        not null,
    currency     text,
    customers    int         not null,
    boundaries   jsonb       not null,
    unrated      bigint      not null,
    model        text        not null,
    version      int         not null,
    horizon_days int         not null,
    made_at      timestamptz not null default now()
);
create index score_runs_as_of on analytics.score_runs (as_of desc, made_at desc);
comment on table analytics.score_runs is 'Runs that scored every customer with an order: RFM and churn of one instant. The newest as_of serves; a fixed number of older ones is kept.';
comment on column analytics.score_runs.run_id is 'The run.';
comment on column analytics.score_runs.as_of is 'Business time of the scores.';
comment on column analytics.score_runs.known_at is 'Facts recorded later did not count; empty when all that was there did.';
comment on column analytics.score_runs.position is 'Position of the company''s store that the tables had passed.';
comment on column analytics.score_runs.zone is 'Whose days count.';
comment on column analytics.score_runs.currency is 'Currency of the money; orders in others are not in it.';
comment on column analytics.score_runs.customers is 'Customers scored.';
comment on column analytics.score_runs.boundaries is 'For recency, frequency and money the least and the greatest value of each score 1 to 5.';
comment on column analytics.score_runs.unrated is 'Orders in other currencies, which the money leaves out.';
comment on column analytics.score_runs.model is 'What made the churn probability: a model, or the naive score by days since the last purchase.';
comment on column analytics.score_runs.version is 'Version of the churn model card; 0 while there is none.';
comment on column analytics.score_runs.horizon_days is 'The churn probability is that of no purchase within so many days.';
comment on column analytics.score_runs.made_at is 'When the run ended; no score depends on it.';

create table analytics.scores (
    run_id         uuid not null references analytics.score_runs on delete cascade,
    customer_id    uuid not null,
    recency_days   int not null,
    frequency      int not null,
    money_minor    bigint not null,
    r              int not null,
    f              int not null,
    m              int not null,
    purchase_days  int not null,
    tenure_days    int not null,
    mean_gap_days  numeric,
    p_no_purchase  double precision,
    p_alive        double precision,
    expected       double precision,
    primary key (run_id, customer_id)
);
comment on table analytics.scores is 'RFM and churn of every customer in every run that is kept.';

create view analytics.rfm as
    select s.customer_id, u.as_of, s.recency_days, s.frequency, s.money_minor, u.currency, s.r, s.f, s.m, s.r::text || s.f || s.m as cell, s.run_id
    from analytics.scores as s join (select * from analytics.score_runs order by as_of desc, made_at desc limit 1) as u using (run_id);
comment on view analytics.rfm is 'Recency, frequency and money of every customer in the newest run, with scores 1 (worst) to 5 (best).';
comment on column analytics.rfm.customer_id is 'The customer.';
comment on column analytics.rfm.as_of is 'Business time of the scores.';
comment on column analytics.rfm.recency_days is 'Calendar days since the last order.';
comment on column analytics.rfm.frequency is 'Orders so far.';
comment on column analytics.rfm.money_minor is 'Ordered so far, in minor units of currency.';
comment on column analytics.rfm.currency is 'ISO 4217 code of the money.';
comment on column analytics.rfm.r is 'Fifth of the rank by recency, 5 = most recent; ties in the order of customer_id.';
comment on column analytics.rfm.f is 'Fifth of the rank by frequency, 5 = most.';
comment on column analytics.rfm.m is 'Fifth of the rank by money, 5 = most.';
comment on column analytics.rfm.cell is 'The three scores in one word, 555 is best.';
comment on column analytics.rfm.run_id is 'The run.';

create view analytics.churn_scores as
    select s.customer_id, u.as_of, u.horizon_days, s.p_no_purchase, u.model, u.version, s.recency_days, s.purchase_days, s.tenure_days, s.mean_gap_days,
        s.p_alive, s.expected, s.run_id
    from analytics.scores as s join (select * from analytics.score_runs order by as_of desc, made_at desc limit 1) as u using (run_id) where s.p_no_purchase is not null;
comment on view analytics.churn_scores is 'How likely each customer is to buy nothing within the horizon, in the newest run, with the facts behind it.';
comment on column analytics.churn_scores.customer_id is 'The customer.';
comment on column analytics.churn_scores.as_of is 'Business time of the score.';
comment on column analytics.churn_scores.horizon_days is 'Length of the window in days.';
comment on column analytics.churn_scores.p_no_purchase is 'Probability of no purchase within the horizon.';
comment on column analytics.churn_scores.model is 'What made it: the promoted model, or the naive score where no model beat it.';
comment on column analytics.churn_scores.version is 'Version of the model card.';
comment on column analytics.churn_scores.recency_days is 'Calendar days since the last purchase.';
comment on column analytics.churn_scores.purchase_days is 'Days on which the customer bought.';
comment on column analytics.churn_scores.tenure_days is 'Calendar days since the first purchase.';
comment on column analytics.churn_scores.mean_gap_days is 'Mean days between purchase days; empty with fewer than two.';
comment on column analytics.churn_scores.p_alive is 'Probability of not having left for good; empty where the score is naive or from BG/NBD, which cannot tell it for one-time buyers.';
comment on column analytics.churn_scores.expected is 'Purchase days to be expected within the horizon; empty where the score is naive.';
comment on column analytics.churn_scores.run_id is 'The run.';

create table analytics.segment_membership (
    segment_id   uuid        not null,
    version      int         not null,
    customer_id  uuid        not null,
    valid_from   timestamptz not null,
    valid_to     timestamptz,
    entered_by   uuid,
    entered_leaf text        not null,
    left_by      uuid,
    left_leaf    text,
    primary key (segment_id, customer_id, valid_from)
);
create index segment_membership_customer on analytics.segment_membership (customer_id);
create index segment_membership_time on analytics.segment_membership (segment_id, valid_from, valid_to);
comment on table analytics.segment_membership is 'Who is in which segment, since when, until when and why. Ends that follow from the passing of time are known ahead: ask for an instant.';
comment on column analytics.segment_membership.segment_id is 'The segment.';
comment on column analytics.segment_membership.version is 'The version of its rule.';
comment on column analytics.segment_membership.customer_id is 'The customer.';
comment on column analytics.segment_membership.valid_from is 'Business time of the entry.';
comment on column analytics.segment_membership.valid_to is 'Business time of leaving, exclusive; empty if nothing known ends it. It may lie ahead.';
comment on column analytics.segment_membership.entered_by is 'The event that caused the entry; empty when time alone did.';
comment on column analytics.segment_membership.entered_leaf is 'The condition that flipped at the entry.';
comment on column analytics.segment_membership.left_by is 'The event that caused leaving; empty when time alone did.';
comment on column analytics.segment_membership.left_leaf is 'The condition that flipped at leaving.';

create table analytics.segment_state (
    segment_id uuid not null primary key,
    version    int  not null,
    look       text not null,
    after      uuid not null,
    customers  int  not null,
    filled_at  timestamptz
);
comment on table analytics.segment_state is 'What the memberships of each segment were computed by (rule, zone, scores), and how far that is.';
create table analytics.segment_checkpoint (one boolean primary key default true check (one), position bigint not null);
insert into analytics.segment_checkpoint (position) values (-1);
comment on table analytics.segment_checkpoint is 'Facts up to this position of the company''s store are in the memberships.';

do $$
begin
    if not exists (select from pg_roles where rolname = 'analyst') then
        create role analyst nologin;
    end if;
exception when duplicate_object or unique_violation then
    raise notice 'Another database of this server has made the role analyst meanwhile.';
end $$;
grant usage on schema analytics to analyst;
grant select on all tables in schema analytics to analyst;
grant execute on all functions in schema analytics to analyst;

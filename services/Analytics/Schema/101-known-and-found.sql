-- What was known when, and what is found. An instant of knowledge is resolved to a cut: of each department the packs up to the last one recorded by then.
set local check_function_bodies = off;

create function analytics.cut(known_at timestamptz) returns jsonb language sql stable as $$
    select jsonb_object_agg(d.department, coalesce((select k.pack_no from analytics.known_packs as k where k.department = d.department and k.recorded_at <= known_at
        order by k.pack_no desc limit 1), 0))
    from unnest(array['acquisition', 'analytics', 'loyalty', 'sales', 'service']) as d(department) $$;
comment on function analytics.cut is 'What was known at an instant: of each department the number of the last pack that was recorded by then, 0 for none; it and all before it count.';

create function analytics.known_pack(in_department text, known_at timestamptz) returns bigint language sql stable as $$
    select case when known_at >= '9999-01-01' then 9223372036854775807 else coalesce((select pack_no from analytics.known_packs
        where department = in_department and recorded_at <= known_at order by pack_no desc limit 1), 0) end $$;
comment on function analytics.known_pack is 'One department of the cut of an instant: its facts count up to this pack. All of them from the year 9999 on.';

create or replace function analytics.orders_as_of(as_of timestamptz, known_at timestamptz)
    returns table (order_id uuid, customer_id uuid, placed_at timestamptz, amount_minor bigint, currency text)
    language sql stable as $$
    select order_id, customer_id, placed_at, amount_minor, currency from analytics.customer_orders
    where placed_at <= as_of and pack_no <= (select analytics.known_pack('sales', known_at))
        and (cancelled_at is null or cancelled_at > as_of or cancelled_pack_no > (select analytics.known_pack('sales', known_at))) $$;
comment on function analytics.orders_as_of is 'Orders placed up to an instant of business time, as known at an instant, without those known to be cancelled by then.';

create function analytics.credits_as_of(as_of timestamptz, known_at timestamptz)
    returns table (customer_id uuid, kind text, given_at timestamptz, amount_minor bigint, currency text)
    language sql stable as $$
    select customer_id, kind, given_at, amount_minor, currency from analytics.customer_credits
    where given_at <= as_of and pack_no <= (select analytics.known_pack('sales', known_at)) $$;
comment on function analytics.credits_as_of is 'Returns and credits up to an instant of business time, as known at an instant.';

create or replace function analytics.revenue_by_month_as_of(as_of timestamptz, known_at timestamptz, in_zone text)
    returns table (month date, currency text, orders bigint, customers bigint, ordered_minor bigint, returns bigint, returned_minor bigint,
        credits bigint, credited_minor bigint, net_minor bigint, complete boolean)
    language sql stable as $$
    with facts as (
        select placed_at as at, currency, customer_id, 'order' as kind, amount_minor from analytics.orders_as_of(as_of, known_at)
        union all
        select given_at, currency, customer_id, kind, amount_minor from analytics.credits_as_of(as_of, known_at)),
    last as (select least(as_of, max(at)) as at from facts)
    select date_trunc('month', facts.at at time zone in_zone)::date as month, currency,
        count(*) filter (where kind = 'order'), count(distinct customer_id) filter (where kind = 'order'),
        coalesce(sum(amount_minor) filter (where kind = 'order'), 0)::bigint,
        count(*) filter (where kind = 'return'), coalesce(sum(amount_minor) filter (where kind = 'return'), 0)::bigint,
        count(*) filter (where kind = 'credit'), coalesce(sum(amount_minor) filter (where kind = 'credit'), 0)::bigint,
        coalesce(sum(case when kind = 'order' then amount_minor else -amount_minor end), 0)::bigint,
        bool_and(((date_trunc('month', facts.at at time zone in_zone) + interval '1 month') at time zone in_zone) <= last.at)
    from facts, last group by 1, 2 $$;

alter table analytics.score_runs add column cut jsonb, add column threshold numeric, add column at_risk int not null default 0, add column raised int not null default 0;
comment on column analytics.score_runs.cut is 'What was known: of each department the number of the last pack that counted.';
comment on column analytics.score_runs.threshold is 'The published churn threshold; empty while there is none.';
comment on column analytics.score_runs.at_risk is 'Customers at or above the threshold.';
comment on column analytics.score_runs.raised is 'How many of them the same model did not put there as of the run before: the findings that were proposed.';

comment on column analytics.scores.run_id is 'The run.';
comment on column analytics.scores.customer_id is 'The customer.';
comment on column analytics.scores.recency_days is 'Calendar days since the last order.';
comment on column analytics.scores.frequency is 'Orders so far.';
comment on column analytics.scores.money_minor is 'Ordered so far, in minor units of the run''s currency.';
comment on column analytics.scores.r is 'Fifth of the rank by recency, 5 = most recent; ties in the order of customer_id.';
comment on column analytics.scores.f is 'Fifth of the rank by frequency, 5 = most.';
comment on column analytics.scores.m is 'Fifth of the rank by money, 5 = most.';
comment on column analytics.scores.purchase_days is 'Days on which the customer bought.';
comment on column analytics.scores.tenure_days is 'Calendar days since the first purchase.';
comment on column analytics.scores.mean_gap_days is 'Mean days between purchase days; empty with fewer than two.';
comment on column analytics.scores.p_no_purchase is 'Probability of no purchase within the run''s horizon; empty while there is no model.';
comment on column analytics.scores.p_alive is 'Probability of not having left for good; empty where it cannot be told.';
comment on column analytics.scores.expected is 'Purchase days to be expected within the horizon; empty where the score is naive.';

create index segment_membership_from on analytics.segment_membership (valid_from);
create index segment_membership_to on analytics.segment_membership (valid_to);

alter table analytics.segment_state add column scores uuid, add column silent boolean not null default true, add column came int not null default 0, add column went int not null default 0;
comment on column analytics.segment_state.segment_id is 'The segment.';
comment on column analytics.segment_state.version is 'The version of its rule.';
comment on column analytics.segment_state.look is 'Version, retirement and zone by which it was computed.';
comment on column analytics.segment_state.after is 'The last customer evaluated.';
comment on column analytics.segment_state.customers is 'Customers evaluated.';
comment on column analytics.segment_state.filled_at is 'When all were; empty while it is being filled.';
comment on column analytics.segment_state.scores is 'The run of scores by which it was computed; empty where the rule looks at none.';
comment on column analytics.segment_state.silent is 'Whether what the filling changes is a change of the rule, which is shown here and not told as findings.';
comment on column analytics.segment_state.came is 'Customers whom the last filling put in.';
comment on column analytics.segment_state.went is 'Customers whom the last filling put out.';

alter table analytics.segment_checkpoint add column told_to timestamptz not null default now();
comment on column analytics.segment_checkpoint.one is 'There is one row.';
comment on column analytics.segment_checkpoint.position is 'Facts up to this position of the company''s store are in the memberships.';
comment on column analytics.segment_checkpoint.told_to is 'Entries and exits up to this instant of business time have been proposed as findings.';

create table analytics.proposals (
    no      bigint      not null generated always as identity primary key,
    noun_id uuid        not null,
    name    text        not null,
    finding json        not null,
    at      timestamptz not null,
    cause   uuid
);
comment on table analytics.proposals is 'Findings, written beside the rows they follow from, that a leader has not decided yet; each is gone when it is decided.';
comment on column analytics.proposals.no is 'Their order.';
comment on column analytics.proposals.noun_id is 'The noun that decides.';
comment on column analytics.proposals.name is 'The event''s stored name.';
comment on column analytics.proposals.finding is 'The event.';
comment on column analytics.proposals.at is 'Its business time.';
comment on column analytics.proposals.cause is 'The event that it follows from.';

grant select on analytics.proposals to analyst;
grant execute on all functions in schema analytics to analyst;

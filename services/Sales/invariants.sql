-- What is true whatever was done: each query answers no row, or names what is wrong. The line above it says of which database it speaks and what it means, the
-- line below it what would break it: the suite's tests run every query on a told quarter, and on a copy that was broken so, which it must notice.
-- Tables are looked for in the schemas journal and views. Asked at rest: reactions and views come a moment later than facts.

-- every department: A stream counts from zero without a gap, and is as long as its newest version says.
select e.noun, e.id from events e group by e.noun, e.id having min(version) <> 0 or max(version) <> count(*) - 1
union all
select s.noun, s.id from streams s where s.version is distinct from (select max(e.version) from events e where e.noun = s.noun and e.id = s.id);
-- broken by: delete from events where version = 1;

-- every department: Business time never falls within a stream, and is never later than it was recorded by more than five minutes.
select noun, id, version from (select *, lag(occurred_at) over (partition by noun, id order by version) as before from events) e
where occurred_at < before or occurred_at > recorded_at + interval '5 minutes';
-- broken by: update events set occurred_at = occurred_at - interval '1 year' where version = 1;

-- every department: Packs are numbered without a gap, and no fact is in two of them.
select no from (select no, row_number() over (order by no) as counted, (first_transaction, first_position) as first,
    lag((last_transaction, last_position)) over (order by no) as before from packs) p where no <> counted or first <= before;
-- broken by: delete from packs where no = 2;

-- every department: No fact heard waits for somebody to look at it.
select department, stream, reason from set_aside;
-- broken by: insert into set_aside (department, reason) values ('sales', 'unreadable');

-- every department: What is personal is sealed: a name, an address, a number or free text is an object with its sealed bytes, or is not there.
select e.noun, e.id, e.version, f.key from events e cross join json_each(e.data) f
where f.key in ('name', 'title', 'need', 'words', 'text', 'email', 'phone', 'birthDate', 'reference')
    and e.noun in ('account', 'contact', 'affiliation', 'opportunity', 'customer', 'order', 'note', 'task', 'case', 'lead') and json_typeof(f.value) not in ('object', 'null');
-- broken by: update events set data = '{"name": "Anna"}' where noun = 'account';

-- sales: A deal is opened once, by its first event.
select id, version from events where noun = 'opportunity' and (name = 'sales.opportunity-opened.1') <> (version = 0);
-- broken by: update events set version = version + 1 where noun = 'opportunity';

-- sales: After a deal was won, lost or withdrawn nothing happens to it until it is reopened, and only then it is reopened.
select id, version from (select *, lag(name) over (partition by id order by version) as before from events where noun = 'opportunity') e
where (name = 'sales.opportunity-reopened.1') <> (coalesce(before, '') in ('sales.opportunity-won.1', 'sales.opportunity-lost.1', 'sales.opportunity-withdrawn.1'));
-- broken by: update events set name = 'sales.opportunity-reopened.1' where name = 'sales.opportunity-need-recorded.1';

-- sales: What a deal was worth before a change is what it was worth after the one before; and it stays in its currency.
select id, version from (
    select id, version, was, lag(becomes) over (partition by id order by version) as before, becomes from (
        select id, version, coalesce(data->'from', data->'value')::jsonb as was, coalesce(data->'amount', data->'to', data->'value')::jsonb as becomes from events where name in
        ('sales.opportunity-opened.1', 'sales.opportunity-amount-changed.1', 'sales.opportunity-won.1', 'sales.opportunity-reopened.1')) said) e
where was <> before or becomes->>'currency' <> before->>'currency';
-- broken by: update events set data = jsonb_set(data::jsonb, '{from,minor}', '1')::json where name = 'sales.opportunity-amount-changed.1';

-- sales: A stage, a close date and an owner change from what they were.
select id, version from (
    select id, version, what, was, lag(becomes) over (partition by id, what order by version) as before from (
        select e.id, version, f.what, case when e.name not in ('sales.opportunity-opened.1', 'sales.opportunity-reopened.1') then data->>'from' end as was,
            coalesce(data->>f.field, data->>'to') as becomes
        from events e join (values ('stage', 'stage', 'sales.opportunity-stage-moved.1'), ('date', 'closeDate', 'sales.opportunity-close-date-moved.1'),
            ('owner', 'ownerId', 'sales.opportunity-owner-changed.1')) f (what, field, changed)
            on e.name in ('sales.opportunity-opened.1', 'sales.opportunity-reopened.1', f.changed)) said) e
where was <> before;
-- broken by: update events set data = jsonb_set(data::jsonb, '{from}', '"elsewhere"')::json where name = 'sales.opportunity-stage-moved.1';

-- sales: A deal was won on evidence that its stage table, in the version that was decided by, accepts.
select e.id, e.version from events e
where e.name = 'sales.opportunity-won.1' and not exists (
    select from json_array_elements(e.meta->'policyRefs') r join events s on r->>'stream' = 'sales.stages-' || s.id and s.noun = 'stages' and s.version = (r->>'version')::int
    cross join json_array_elements_text(s.data->'evidence') kind where kind = e.data->'evidence'->>'kind');
-- broken by: update events set data = jsonb_set(data::jsonb, '{evidence,kind}', '"none"')::json where name = 'sales.opportunity-won.1';

-- sales: A rate that a fact names was published; and by one that is older than seven days, or of a day to come, nobody won.
select e.id, e.version from events e left join events r on r.name = 'sales.rate-published.1' and r.data->>'rateId' = e.data->>'rateId'
where e.data->>'rateId' is not null and e.noun <> 'rate' and (r.id is null or e.name = 'sales.opportunity-won.1'
    and not (e.occurred_at at time zone (select b.data->>'zone' from events b where b.noun = 'books' order by version desc limit 1))::date - (r.data->>'firstDay')::date between 0 and 7);
-- broken by: update events set data = jsonb_set(data::jsonb, '{firstDay}', '"2000-01-01"')::json where name = 'sales.rate-published.1';

-- sales: A day has one rate for two currencies.
select data->>'currency', data->>'reportingCurrency', data->>'firstDay' from events where name = 'sales.rate-published.1' group by 1, 2, 3 having count(*) > 1;
-- broken by: insert into events select * from events where name = 'sales.rate-published.1';

-- sales: Each win has one order, of its customer and over its total, and there is no order of a deal without a win.
select coalesce(w.id, (o.data->>'opportunityId')::uuid), w.win from
    (select id, data->>'win' as win, data->>'customerId' as customer, (data->'total')::jsonb as total from events where name = 'sales.opportunity-won.1') w
    full join (select * from events where name = 'sales.order-placed.1' and data->>'source' = 'opportunity') o on o.data->>'number' = w.id || '-' || w.win
where w.id is null or o.id is null or w.customer <> o.data->>'customerId' or w.total <> (o.data->'total')::jsonb;
-- broken by: delete from events where name = 'sales.order-placed.1';

-- sales: When a won deal is reopened its order is cancelled, and nothing had been paid for it.
select r.id, r.version from events r where r.name = 'sales.opportunity-reopened.1' and (r.data->>'wins')::int > 0
    and exists (select from events w where w.id = r.id and w.noun = r.noun and w.version = r.version - 1 and w.name = 'sales.opportunity-won.1')
    and not exists (select from events p join events c on c.id = p.id and c.noun = p.noun and c.name = 'sales.order-cancelled.1'
        where p.name = 'sales.order-placed.1' and p.data->>'number' = r.id || '-' || (r.data->>'wins'));
-- broken by: delete from events where name = 'sales.order-cancelled.1';

-- sales: An order is paid once at most, and exactly when what arrived and what came back make up its total.
select o.id from (select id, count(*) filter (where name = 'sales.order-paid.1') as paid, bool_or(name = 'sales.order-cancelled.1') as cancelled,
        coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.order-payment-received.1'), 0) as received,
        coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.order-returned.1'), 0) as returned,
        max((data->'total'->>'minor')::bigint) filter (where name = 'sales.order-placed.1') as total
    from events where noun = 'order' group by id) o
where paid > 1 or (paid = 1) <> (not cancelled and (total = 0 or received > 0 and received + returned >= total));
-- broken by: delete from events where name = 'sales.order-paid.1';

-- sales: No more comes back of an order than was ordered: neither in money nor of any line.
select id from events where noun = 'order' group by id having coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.order-returned.1'), 0)
    > max((data->'total'->>'minor')::bigint) filter (where name = 'sales.order-placed.1')
union all
select r.id from (select e.id, l->>'line' as line, sum((l->>'quantity')::bigint) as quantity from events e cross join json_array_elements(e.data->'lines') l
        where e.name = 'sales.order-returned.1' group by 1, 2) r
    left join (select e.id, l->>'line' as line, (l->>'quantity')::bigint as quantity from events e cross join json_array_elements(e.data->'lines') l
        where e.name = 'sales.order-placed.1') o using (id, line)
where r.quantity > coalesce(o.quantity, 0);
-- broken by: update events set data = jsonb_set(data::jsonb, '{amount,minor}', '999999999999')::json where name = 'sales.order-returned.1';

-- sales: Nothing happens to an order that was cancelled, and it was cancelled before anything was paid.
select c.id from events c join events e on e.id = c.id and e.noun = c.noun
where c.name = 'sales.order-cancelled.1' and (e.version > c.version or e.name in ('sales.order-payment-received.1', 'sales.order-returned.1'));
-- broken by: update events set version = version + 100 where name = 'sales.order-placed.1';

-- sales: What is open of an invoice is its amount less what was paid, never below zero; it is settled exactly when nothing is open, and then it is not overdue.
select i.id from (select id, max((data->'amount'->>'minor')::bigint) filter (where name = 'sales.invoice-opened.1') as amount,
        coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.invoice-payment-recorded.1'), 0) as paid,
        max(version) filter (where name = 'sales.invoice-settled.1') as settled, max(version) as newest
    from events where noun = 'invoice' group by id) i
    full join (select * from invoice_list where valid_to is null and known_to is null) l on l.invoice_id = i.id
where l.invoice_id is null or i.id is null or paid > amount or (settled is not null) <> (paid = amount) or settled < newest or (settled is not null) <> (l.status = 'settled')
    or (l.amount_minor, l.paid_minor, l.open_minor) is distinct from (amount, paid::bigint, amount - paid::bigint);
-- broken by: update invoice_list set status = 'overdue';

-- sales: A deal, and a person's work for an account, name an account that was opened; the deal its customer too, the work somebody who is known.
select e.noun, e.id from events e
    left join events a on a.name = 'sales.account-opened.1' and a.id = (e.data->>'accountId')::uuid
    left join events c on c.noun = 'contact' and c.version = 0 and c.id = (e.data->>'customerId')::uuid
where e.name = 'sales.opportunity-opened.1' and (a.id is null or a.data->>'customerId' <> e.data->>'customerId')
    or e.name = 'sales.affiliation-started.1' and (a.id is null or c.id is null);
-- broken by: delete from events where name = 'sales.account-opened.1';

-- sales: The list of orders says what the orders say.
select o.id from (select id, max(data->'total'->>'minor') filter (where name = 'sales.order-placed.1') as total,
        coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.order-payment-received.1'), 0) as received,
        coalesce(sum((data->'amount'->>'minor')::bigint) filter (where name = 'sales.order-returned.1'), 0) as returned
    from events where noun = 'order' group by id) o full join order_list l on l.order_id = o.id
where l.order_id is null or o.id is null or (l.total_minor, l.received_minor, l.returned_minor) is distinct from (o.total::bigint, o.received::bigint, o.returned::bigint);
-- broken by: update order_list set received_minor = received_minor + 1;

-- sales: A deal stands once in the history as it is known, with the amount, stage and owner that its newest events say.
select o.id from (select id, (array_agg(coalesce(data->'amount', data->'to', data->'value')->>'minor' order by version desc) filter (where name in
            ('sales.opportunity-opened.1', 'sales.opportunity-amount-changed.1', 'sales.opportunity-won.1', 'sales.opportunity-reopened.1')))[1]::bigint as amount,
        (array_agg(coalesce(data->>'stage', data->>'to') order by version desc) filter (where name in
            ('sales.opportunity-opened.1', 'sales.opportunity-stage-moved.1', 'sales.opportunity-reopened.1')))[1] as stage,
        (array_agg(coalesce(data->>'ownerId', data->>'to') order by version desc) filter (where name in
            ('sales.opportunity-opened.1', 'sales.opportunity-owner-changed.1', 'sales.opportunity-reopened.1')))[1] as owner
    from events where noun = 'opportunity' group by id) o
    left join (select opportunity_id, count(*) as rows, max(amount_minor) as amount, max(stage) as stage, max(owner_id) as owner from opportunity_history
        where valid_to is null and known_to is null group by 1) h on h.opportunity_id = o.id
where (1, o.amount, o.stage, o.owner) is distinct from (h.rows, h.amount, h.stage, h.owner);
-- broken by: update opportunity_history set amount_minor = amount_minor + 1;

-- sales: As many deals are open as were opened and reopened, less those that were won, lost and withdrawn.
select facts.open, shown.open from
    (select count(*) filter (where name in ('sales.opportunity-opened.1', 'sales.opportunity-reopened.1'))
        - count(*) filter (where name in ('sales.opportunity-won.1', 'sales.opportunity-lost.1', 'sales.opportunity-withdrawn.1')) as open from events where noun = 'opportunity') facts,
    (select count(*) as open from opportunity_history where valid_to is null and known_to is null and status = 'open') shown
where facts.open <> shown.open;
-- broken by: update opportunity_history set status = 'open';

-- sales: What was sent never changes: it is the version that was written last, by its hash, and nothing writes that version afterwards.
select s.id, s.version from events s where s.name = 'sales.quote-sent.1' and ((
    select w.data->>'hash' from events w where w.id = s.id and w.noun = s.noun and w.version < s.version
        and w.name in ('sales.quote-drafted.1', 'sales.quote-changed.1', 'sales.quote-revised.1') order by w.version desc limit 1) is distinct from s.data->>'hash'
    or exists (select from events w where w.id = s.id and w.noun = s.noun and w.version > s.version and w.name in ('sales.quote-changed.1', 'sales.quote-revised.1')
        and (w.data->>'version')::int <= (s.data->>'version')::int));
-- broken by: update events set data = jsonb_set(data::jsonb, '{hash}', '"other"')::json where name = 'sales.quote-drafted.1';

-- sales: A quote adds up: its net is the sum of its lines and of what its taxes are on, its gross the net and the taxes.
select q.id, q.version from (select e.id, e.version, e.data->'terms' as terms from events e where e.name in ('sales.quote-drafted.1', 'sales.quote-changed.1', 'sales.quote-revised.1')) q
where (terms->'net'->>'minor')::bigint <> (select sum((l->'net'->>'minor')::bigint) from json_array_elements(terms->'lines') l)
    or (terms->'net'->>'minor')::bigint <> (select sum((t->'net'->>'minor')::bigint) from json_array_elements(terms->'taxes') t)
    or (terms->'gross'->>'minor')::bigint <> (terms->'net'->>'minor')::bigint + (select sum((t->'tax'->>'minor')::bigint) from json_array_elements(terms->'taxes') t);
-- broken by: update events set data = jsonb_set(data::jsonb, '{terms,gross,minor}', '1')::json where name = 'sales.quote-drafted.1';

-- sales: What goes beyond the corridor was sent only after exactly that content had been approved.
select s.id, s.version from events s where s.name = 'sales.quote-sent.1' and (s.data->>'isBeyond')::boolean and not exists (select from events c
    where c.name = 'sales.approval-completed.1' and c.data->>'result' = 'approved' and c.data->'target'->>'id' = s.id::text and c.data->'target'->>'hash' = s.data->>'hash'
        and c.occurred_at <= s.occurred_at);
-- broken by: update events set data = jsonb_set(data::jsonb, '{result}', '"refused"')::json where name = 'sales.approval-completed.1';

-- sales: A deal that was won by a quote was won by one of its own that had been accepted, at its net and gross.
select w.id, w.version from events w where w.name = 'sales.opportunity-won.1' and w.data->'evidence'->>'kind' = 'quote' and not exists (
    select from events s join events a on a.id = s.id and a.noun = s.noun and a.name = 'sales.quote-accepted.1' and a.data->>'version' = s.data->>'version'
    where s.name = 'sales.quote-sent.1' and 'sales.quote-' || s.id = w.data->'evidence'->>'stream' and s.data->>'opportunityId' = w.id::text
        and (s.data->'net')::jsonb = (w.data->'value')::jsonb and (s.data->'gross')::jsonb = (w.data->'total')::jsonb and a.occurred_at <= w.occurred_at);
-- broken by: delete from events where name = 'sales.quote-accepted.1';

-- sales: Nobody decides twice in one round of an approval, nor who asked for it, wrote it or owns the deal.
select d.id, d.data->>'by' from events d where d.name = 'sales.approval-step-decided.1' group by d.id, d.data->>'round', d.data->>'by' having count(*) > 1
union all
select d.id, d.data->>'by' from events d join events s on s.id = d.id and s.noun = d.noun and s.name = 'sales.approval-started.1' and s.data->>'round' = d.data->>'round'
where d.name = 'sales.approval-step-decided.1' and d.data->>'by' in (s.data->>'requestedBy', s.data->>'authorId', s.data->>'ownerId');
-- broken by: update events set data = jsonb_set(data::jsonb, '{by}', '"somebody"')::json where name = 'sales.approval-step-decided.1';

-- sales: An approval is complete only when each of its steps has as many yeses as it needs.
select c.id, c.version from events c join events s on s.id = c.id and s.noun = c.noun and s.name = 'sales.approval-started.1' and s.data->>'round' = c.data->>'round'
cross join json_array_elements(s.data->'steps') step
where c.name = 'sales.approval-completed.1' and c.data->>'result' = 'approved' and (select count(*) from events d where d.id = c.id and d.noun = c.noun and d.version < c.version
    and d.name = 'sales.approval-step-decided.1' and d.data->>'round' = c.data->>'round' and d.data->>'step' = step->>'name' and d.data->>'answer' = 'yes') < (step->>'needed')::int;
-- broken by: delete from events where name = 'sales.approval-step-decided.1';

-- sales: A task ends once, done or dropped, and nothing happens to it afterwards.
select e.id, e.version from (select *, lag(name) over (partition by id order by version) as before from events where noun = 'task') e
where before in ('sales.task-done.1', 'sales.task-dropped.1');
-- broken by: update events set name = 'sales.task-dropped.1' where name = 'sales.task-opened.1';

-- sales: All parties that a contract names have signed it, each once, and over a text that had been approved.
select s.id, s.version from events s where s.name = 'sales.contract-signed.1' and (
    (select array_agg(r.data->>'party' order by r.data->>'party') from events r where r.id = s.id and r.noun = s.noun and r.version < s.version
        and r.name = 'sales.contract-signature-recorded.1' and r.data->>'hash' = s.data->>'hash') is distinct from
    (select array_agg(party order by party) from json_array_elements_text((select w.data->'terms'->'parties' from events w where w.id = s.id and w.noun = s.noun
        and w.name in ('sales.contract-drafted.1', 'sales.contract-changed.1') and w.data->>'hash' = s.data->>'hash' and w.version < s.version
        order by w.version desc limit 1)) party)
    or not exists (select from events c where c.name = 'sales.approval-completed.1' and c.data->>'result' = 'approved' and c.data->'target'->>'id' = s.id::text
        and c.data->'target'->>'hash' = s.data->>'hash' and c.occurred_at <= s.occurred_at));
-- broken by: update events set data = jsonb_set(data::jsonb, '{party}', '"seller"')::json where name = 'sales.contract-signature-recorded.1';

-- sales: A contract that is over stays over, and it stands once in the history as it is known, as its events say.
select e.id, e.version from (select *, lag(name) over (partition by id order by version) as before from events where noun = 'contract') e
where before in ('sales.contract-expired.1', 'sales.contract-terminated.1', 'sales.contract-withdrawn.1')
union all
select e.id, e.version from (select distinct on (id) id, version, name from events where noun = 'contract' and name in ('sales.contract-drafted.1', 'sales.contract-changed.1',
        'sales.contract-submitted.1', 'sales.contract-approved.1', 'sales.contract-returned.1', 'sales.contract-signed.1', 'sales.contract-activated.1',
        'sales.contract-expired.1', 'sales.contract-terminated.1', 'sales.contract-withdrawn.1') order by id, version desc) e
    left join contract_history h on h.contract_id = e.id and h.valid_to is null and h.known_to is null
where h.status is distinct from case e.name when 'sales.contract-drafted.1' then 'draft' when 'sales.contract-changed.1' then 'draft' when 'sales.contract-returned.1' then 'draft'
    when 'sales.contract-activated.1' then 'active' else replace(replace(e.name, 'sales.contract-', ''), '.1', '') end;
-- broken by: update contract_history set status = 'draft';

-- sales: A deal that was won by a contract was won by one of its own that all had signed.
select w.id, w.version from events w where w.name = 'sales.opportunity-won.1' and w.data->'evidence'->>'kind' = 'contract' and not exists (
    select from events s where s.name = 'sales.contract-signed.1' and 'sales.contract-' || s.id = w.data->'evidence'->>'stream'
        and coalesce(s.data->'matter'->>'opportunityId', w.id::text) = w.id::text and s.occurred_at <= w.occurred_at);
-- broken by: delete from events where name = 'sales.contract-signed.1';

-- sales: Whoever has to say whether a contract goes on was given one task for it, due on the last day for a notice.
select n.id, n.version from events n where n.name = 'sales.contract-notice-due.1' and (select count(*) from events t where t.name = 'sales.task-opened.1'
    and t.data->'about'->>'id' = n.id::text and (t.data->>'dueAt')::timestamptz = (n.data->>'dueAt')::timestamptz) <> 1;
-- broken by: delete from events where name = 'sales.task-opened.1';

-- sales: Nothing is forecast of a period after it was frozen, and each is frozen once.
select f.id, f.version from events f join events p on p.name = 'sales.period-frozen.1' and p.data->>'period' = f.data->>'period'
where f.name in ('sales.forecast-submitted.1', 'sales.forecast-adjusted.1') and f.occurred_at > p.occurred_at
union all
select id, count(*) from events where name = 'sales.period-frozen.1' group by id having count(*) > 1;
-- broken by: update events set occurred_at = occurred_at + interval '1 year' where name = 'sales.forecast-submitted.1';

-- sales: What a sold period is held against is what its owner said last, with what his managers made of it; the error is what lies between.
select c.id, c.version from events c where c.name = 'sales.forecast-compared.1' and (
    (c.data->'error'->>'minor')::bigint <> (c.data->'forecast'->>'minor')::bigint - (c.data->'actual'->>'minor')::bigint
    or (c.data->'forecast'->>'minor')::bigint <> (select (s.data->'commit'->>'minor')::bigint from events s where s.id = c.id and s.noun = c.noun
            and s.name = 'sales.forecast-submitted.1' order by s.version desc limit 1)
        + coalesce((select sum(minor) from (select distinct on (a.id) (a.data->'delta'->>'minor')::bigint as minor from events a where a.name = 'sales.forecast-adjusted.1'
            and a.data->>'childOwner' = c.data->>'ownerId' and a.data->>'period' = c.data->>'period' order by a.id, a.version desc) adjusted), 0));
-- broken by: update events set data = jsonb_set(data::jsonb, '{commit,minor}', '1')::json where name = 'sales.forecast-submitted.1';

-- sales: A person or a team has one quota for a period: what was agreed last.
select coalesce(q.id, l.quota_id) from (select distinct on (id) id, data from events where name = 'sales.quota-agreed.1' order by id, version desc) q
    full join quota_list l on l.quota_id = q.id
where (q.data->>'period', q.data->>'ownerId', (q.data->'amount'->>'minor')::bigint) is distinct from (l.period, l.owner_id, l.amount_minor);
-- broken by: update quota_list set amount_minor = amount_minor + 1;

-- sales: Whatever was noted is listed, unless it was removed.
select coalesce(n.id, l.note_id) from (select id from events where noun = 'note' group by id having not bool_or(name = 'sales.note-removed.1')) n full join note_list l on l.note_id = n.id
where n.id is null or l.note_id is null;
-- broken by: delete from events where name = 'sales.note-written.1';

-- sales: Two customers are one as long as the registry says so, of whom the one registered earlier survives.
select coalesce(a.id, l.link_id) from (select distinct on (id) id, data from events where noun = 'link' order by id, version desc) a full join linked_customers l on l.link_id = a.id
where (a.data->>'isLinked')::boolean is distinct from l.is_linked or l.customer_since > l.absorbed_since;
-- broken by: update linked_customers set is_linked = not is_linked;

-- loyalty: No member has less than nothing, and nobody owes points while he has some.
select * from points_balance where available < 0 or debt < 0 or available > 0 and debt > 0;
-- broken by: update points_balance set available = 1, debt = 1;

-- acquisition: A customer is registered once, by his first event.
select id, version from events where noun = 'customer' and (name = 'acquisition.customer-registered.1') <> (version = 0);
-- broken by: update events set version = version + 1 where name = 'acquisition.customer-registered.1';

-- acquisition: Nobody gets a lead who is not there, or has as many as he can have.
select t.id, t.version from events t where t.name = 'acquisition.roster-lead-taken.1' and (
    (select p.data->>'to' from events p where p.id = t.id and p.noun = t.noun and p.version < t.version and p.name = 'acquisition.roster-presence-changed.1'
        and p.data->>'memberId' = t.data->>'memberId' order by p.version desc limit 1) is distinct from 'ready'
    or (select count(*) filter (where h.name = 'acquisition.roster-lead-taken.1') - count(*) filter (where h.name = 'acquisition.roster-lead-released.1') from events h
        where h.id = t.id and h.noun = t.noun and h.version <= t.version and h.data->>'memberId' = t.data->>'memberId')
    > (select (c.data->>'capacity')::int from events c where c.id = t.id and c.noun = t.noun and c.version < t.version and c.name = 'acquisition.roster-member-set.1'
        and c.data->>'memberId' = t.data->>'memberId' order by c.version desc limit 1));
-- broken by: update events set data = jsonb_set(data::jsonb, '{to}', '"away"')::json where name = 'acquisition.roster-presence-changed.1';

-- acquisition: Whom a lead is assigned to has it on his team's roster, by the same command.
select a.id, a.version from events a where a.name = 'acquisition.lead-assigned.1' and not exists (select from events t where t.name = 'acquisition.roster-lead-taken.1'
    and t.data->>'leadId' = a.id::text and t.data->>'memberId' = a.data->>'ownerId' and t.meta->>'commandId' = a.meta->>'commandId');
-- broken by: update events set data = jsonb_set(data::jsonb, '{memberId}', '"nobody"')::json where name = 'acquisition.roster-lead-taken.1';

-- acquisition: A lead is converted once, after sales accepted and qualified it, and nothing happens to it afterwards.
select c.id, c.version from events c where c.name = 'acquisition.lead-converted.1' and (exists (select from events e where e.id = c.id and e.noun = c.noun and e.version > c.version)
    or (select count(*) from events e where e.id = c.id and e.noun = c.noun and e.version < c.version and e.name in ('acquisition.lead-accepted-by-sales.1', 'acquisition.lead-sales-qualified.1')) < 2);
-- broken by: delete from events where name = 'acquisition.lead-sales-qualified.1';

-- sales: A deal that was a lead came of one lead, and its account was opened before it.
select (o.data->>'leadId')::uuid, count(*) from events o where o.name = 'sales.opportunity-opened.1' and o.data->>'leadId' is not null group by 1 having count(*) > 1
union all
select o.id, 0 from events o where o.name = 'sales.opportunity-opened.1' and o.data->>'leadId' is not null and not exists (
    select from events a where a.name = 'sales.account-opened.1' and a.id = (o.data->>'accountId')::uuid and a.occurred_at <= o.occurred_at);
-- broken by: update events set occurred_at = occurred_at + interval '1 year' where name = 'sales.account-opened.1';

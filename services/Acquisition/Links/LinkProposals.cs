using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Links;

/// <summary>
/// Duplicates to decide: pairs of customers who have match keys in common and are not decided yet, by the match rule in force, the likeliest first. Computed when they
/// are asked for, so that a new version of the rule proposes at once.
/// </summary>
sealed record LinkProposals(Queries Queries, IJournal Journal, PiiCustomerKeys Keys)
{
    /// <summary>A key that so many have is a switchboard's or a family's, and says nothing.</summary>
    const int SharersMax = 20;

    /// <summary>A pair.</summary>
    /// <param name="CustomerId">The one with the smaller id.</param>
    /// <param name="OtherId">The other one.</param>
    /// <param name="Score">What the rule gives them, out of a hundred.</param>
    /// <param name="RuleVersion">Its version.</param>
    /// <param name="Common">What they have in common.</param>
    public sealed record Row(Guid CustomerId, Guid OtherId, int Score, int RuleVersion, IReadOnlyList<MatchKind> Common);

    /// <summary>A page of them, all or those with one customer in the pair.</summary>
    public async Task<IResult> Open(Guid? customerId, string? after, int? size, CancellationToken ct)
    {
        await Queries.Passed([LinkList.Name, LinkedCustomers.Name], ct, Keys.Passed);
        var rule = (await Journal.Load<MatchRule>(MatchRule.TheId, ct)).State;
        return await Queries.Answer<Row>("duplicates", (next, rows) => Page(rule, customerId, next, rows, ct), after, size);
    }

    /// <summary>What the rule in force gives two customers; null until there is a rule.</summary>
    public async Task<(Match? Match, int Version)> Of(Guid one, Guid other, CancellationToken ct)
    {
        var (rule, version) = await Journal.Load<MatchRule>(MatchRule.TheId, ct);
        return (version < 0 ? null : new(rule.Score(await Keys.Common(one, other, ct)), rule.Version), version);
    }

    async Task<Page<Row>> Page(MatchRule rule, Guid? customerId, string? after, int size, CancellationToken ct)
    {
        var (kinds, scores) = (rule.Weights.Select(weight => PiiCustomerKeys.Word(weight.Kind)).ToArray(), rule.Weights.Select(weight => weight.Score).ToArray());
        var page = await Queries.Page<Row>($"""
            with recursive edge (one, other) as (
                select customer_id, absorbed_id from views.{LinkedCustomers.Name:name} where is_linked
                union all select absorbed_id, customer_id from views.{LinkedCustomers.Name:name} where is_linked),
            same (one, other) as (select one, other from edge union select same.one, edge.other from same join edge on edge.one = same.other),
            told (hash) as (select hash from journal.pii_match_keys group by hash having count(*) <= {SharersMax}),
            common as (
                select distinct mine.customer_id, theirs.customer_id as other_id, kind
                from journal.pii_match_keys mine join told using (hash) join journal.pii_match_keys theirs using (kind, hash)
                where mine.customer_id < theirs.customer_id
                    and ({customerId}::uuid is null or mine.customer_id = {customerId} or theirs.customer_id = {customerId})),
            pair as (
                select customer_id, other_id, least({MatchRule.ScoreMax}, sum(score))::int as score, {rule.Version}::int as rule_version, to_jsonb(array_agg(kind order by kind)) as common
                from common join unnest({kinds}::text[], {scores}::int[]) as weight (kind, score) using (kind) group by customer_id, other_id)
            select pair.* from pair where score >= {rule.ProposeAt}
                and not exists (select from same where same.one = pair.customer_id and same.other = pair.other_id)
                and not exists (select from views.{LinkList.Name:name} decided where status <> 'linked'
                    and least(decided.customer_id, decided.absorbed_id) = pair.customer_id and greatest(decided.customer_id, decided.absorbed_id) = pair.other_id)
            """, "score desc, other_id desc", after, size, ct);
        var erased = await Keys.Forget([.. page.Items.SelectMany(row => new[] { row.CustomerId, row.OtherId }).Distinct()], ct);
        return page with { Items = [.. page.Items.Where(row => !erased.Contains(row.CustomerId) && !erased.Contains(row.OtherId))] };
    }
}

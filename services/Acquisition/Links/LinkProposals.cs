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
sealed record LinkProposals(Queries Queries, IJournal Journal, PiiMatchKeys Keys)
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

    /// <summary>A page of them, all, or by his keys alone those with one customer in the pair.</summary>
    public async Task<IResult> Open(Guid? customerId, string? after, int? size, CancellationToken ct)
    {
        await Queries.Passed([LinkList.Name, LinkedCustomers.Name], ct, Keys.Passed);
        var rule = (await Journal.Load<MatchRule>(MatchRule.TheId, ct)).State;
        return await Queries.Answer<Row>("duplicates", (next, rows) => Page(rule, customerId, next, rows, ct), after, size);
    }

    Task<Page<Row>> Page(MatchRule rule, Guid? customerId, string? after, int size, CancellationToken ct)
    {
        var (kinds, scores) = (rule.Weights.Select(weight => PiiMatchKeys.Word(weight.Kind)).ToArray(), rule.Weights.Select(weight => weight.Score).ToArray());
        var whose = customerId is null ? (FormattableString)$"" : $"and id = {customerId}";
        var shared = customerId is null ? (FormattableString)$"" : $"and hash in (select hash from mine)";
        return Queries.Page<Row>($"""
            with recursive mine as (select id, hash from journal.pii_match_keys where noun = 'customer' {whose}),
            told (hash) as (
                select hash from journal.pii_match_keys where noun = 'customer' {shared} group by hash having count(*) between 2 and {SharersMax}),
            common as (
                select distinct least(mine.id, theirs.id) as customer_id, greatest(mine.id, theirs.id) as other_id, theirs.kind
                from told join mine using (hash) join journal.pii_match_keys theirs using (hash) where theirs.noun = 'customer' and theirs.id <> mine.id),
            pair as (
                select customer_id, other_id, least({MatchRule.ScoreMax}, sum(score))::int as score, {rule.Version}::int as rule_version, to_jsonb(array_agg(kind order by kind)) as common
                from common join unnest({kinds}::text[], {scores}::int[]) as weight (kind, score) using (kind) group by customer_id, other_id),
            same (one, other) as (
                select customer_id, customer_id from pair
                union select same.one, case when link.customer_id = same.other then link.absorbed_id else link.customer_id end
                from same join views.{LinkedCustomers.Name:name} link on link.is_linked and (link.customer_id = same.other or link.absorbed_id = same.other))
            select pair.* from pair where score >= {rule.ProposeAt}
                and not exists (select from same where same.one = pair.customer_id and same.other = pair.other_id)
                and not exists (select from views.{LinkList.Name:name} decided where status <> 'linked'
                    and (decided.customer_id, decided.absorbed_id) in ((pair.customer_id, pair.other_id), (pair.other_id, pair.customer_id)))
            """, "score desc, other_id desc", after, size, ct);
    }
}

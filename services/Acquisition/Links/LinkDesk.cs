using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Links;

/// <summary>How a request about a pair is decided: on both customers, on all with whom they are one already, and on what the match rule gives them.</summary>
/// <param name="Queries">Who is one with whom.</param>
/// <param name="Journal">Where it is written.</param>
/// <param name="Keys">What two customers have in common.</param>
/// <param name="Leader">Where one waits for his turn.</param>
/// <param name="Log">What was written before.</param>
sealed record LinkDesk(Queries Queries, IJournal Journal, PiiMatchKeys Keys, Leader Leader, JournalLog Log)
{
    /// <summary>
    /// Two customers become one. One link is made at a time, in all hosts: two at once could each pass the look for contradictions and together join two who
    /// contradict each other, for each joins groups that the other one makes larger.
    /// </summary>
    public Task<Outcome> Make(LinkCustomers command, Cause cause, CancellationToken ct) => Leader.Alone("link", async () =>
    {
        Queries.UpTo = await Log.Last(ct);
        return await Decide(command.One, command.Other, cause, (link, one, other, match) => link.Make(command, one, other, match), ct);
    }, ct);

    /// <summary>Two who were proposed are two.</summary>
    public Task<Outcome> Decline(DeclineLink command, Cause cause, CancellationToken ct) =>
        Decide(command.One, command.Other, cause, (link, one, other, match) => link.Decline(command, one, other, match), ct);

    /// <summary>What the rule in force gives two customers, and the version of its stream; null until there is a rule.</summary>
    public async Task<(Match? Match, int Version)> Of(Guid one, Guid other, CancellationToken ct)
    {
        var (rule, version) = await Journal.Load<MatchRule>(MatchRule.TheId, ct);
        return (version < 0 ? null : new(rule.Score(await Keys.Common(one, other, ct)), rule.Version), version);
    }

    async Task<Outcome> Decide(Guid one, Guid other, Cause cause, Func<Link, Side, Side, Match?, Decision> decide, CancellationToken ct)
    {
        var (side, otherSide) = (await SideOf(one, ct), await SideOf(other, ct));
        var (match, version) = await Of(one, other, ct);
        var because = version < 0 ? cause : cause with { PolicyRefs = [new($"{MatchRule.Category}-{MatchRule.TheId}", version)] };
        return await Journal.Decide<Link>(Link.IdOf(one, other), because, link => decide(link, side, otherSide, match), ct);
    }

    async Task<Side> SideOf(Guid id, CancellationToken ct)
    {
        var group = new List<Customer>();
        foreach (var member in (await Group.Of(Queries, id, ct)).Members)
        {
            group.Add(Open((await Journal.Load<Customer>(member, ct)).State));
        }

        var entries = await Journal.Read<Customer>(id, ct);
        return new(group.Find(member => member.CustomerId == id) ?? Customer.Initial, entries.Count == 0 ? default : entries[0].OccurredAt, group);
    }

    // A sealed field means that the keyring did not answer: then nobody can say whether two contradict each other.
    static Customer Open(Customer customer) =>
        customer.Verified.IsEmpty || (customer.BirthDate is not { Clear: null } && customer.Identifiers.TrueForAll(known => known.Value is not { Clear: null }))
        ? customer : throw new KeyringUnavailableException("The keyring does not answer.");
}

using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

/// <summary>How a request about a lead is decided: who asks, why, and with which rosters it must agree (rulings.md 9).</summary>
/// <param name="Worker">Who asks.</param>
/// <param name="Cause">Why.</param>
/// <param name="Journal">Where it is written.</param>
/// <param name="Staff">Who works here.</param>
sealed record LeadDesk(LeadWorker Worker, Cause Cause, IJournal Journal, Staff Staff)
{
    /// <summary>How many leads are loaded side by side.</summary>
    const int LoadedMax = 200;

    /// <summary>A decision that rests on the lead alone.</summary>
    public Task<IResult> Decide(Guid id, Func<Lead, DateTime, Decision> decide, CancellationToken ct, Basis? basis = null) =>
        Journal.Decide<Lead>(id, Cause with { Basis = basis }, decide, ct).ToHttp();

    /// <summary>A decision that rests on the score table too.</summary>
    public async Task<Outcome> Score(Guid id, Func<Lead, ScoreTable, Decision> decide, CancellationToken ct, Basis? basis = null)
    {
        var (scores, policy) = await Scores(Journal, ct);
        return await Journal.Decide<Lead>(id, Cause with { Basis = basis, PolicyRefs = policy }, lead => decide(lead, scores), ct);
    }

    /// <summary>A decision after which nobody has the lead: whoever had it is free for another one, in the same transaction.</summary>
    public Task<IResult> End(Guid id, Func<Lead, DateTime, Decision> decide, CancellationToken ct, Basis? basis = null) => Journal.DecideTogether(
        async reading =>
        {
            var (lead, version) = await Journal.Load<Lead>(id, reading);
            return [At(id, version, Cause with { Basis = basis }, decide), .. Released(lead)];
        }, ct).ToHttp();

    /// <summary>Somebody gets the lead; lead and roster agree, or nothing is written.</summary>
    public Task<Outcome> Assign(Guid id, AssignLead command, CancellationToken ct) => Journal.DecideTogether(
        async reading =>
        {
            var (lead, version) = await Journal.Load<Lead>(id, reading);
            var (choice, policy) = await Choose(command, lead, reading);
            var isWithin = lead.OwnerTeam == choice.Roster.Team;
            return [At(id, version, Cause with { PolicyRefs = policy }, (state, at) => state.Assign(choice, Worker, at)), .. Taken(choice, lead),
                .. isWithin ? [] : Released(lead)];
        }, ct);

    /// <summary>The lead goes to sales, and where somebody is idle at once to him.</summary>
    public Task<IResult> Qualify(Guid id, QualifyLead command, CancellationToken ct) => Journal.DecideTogether(
        async reading =>
        {
            var (lead, version) = await Journal.Load<Lead>(id, reading);
            var (scores, scoresPolicy) = await Scores(Journal, reading);
            var (choice, policy) = await Choose(new(), lead, reading);
            var decided = At(id, version, Cause with { PolicyRefs = [.. scoresPolicy, .. policy] }, (state, at) => state.Qualify(command, scores, choice, at));
            return lead.Status is LeadStatus.Mql ? [decided] : [decided, .. Taken(choice, lead)];
        }, ct).ToHttp();

    /// <summary>Somebody leaves a roster, and his leads go to one of the team: all together, or nothing is written.</summary>
    public Task<IResult> Leave(string team, string memberId, RemoveMember command, CancellationToken ct) => Journal.DecideTogether(
        async reading =>
        {
            var rosterId = Roster.IdOf(team);
            var (roster, version) = await Journal.Load<Roster>(rosterId, reading);
            var deciding = new List<Deciding>
            {
                new Deciding<Roster>(rosterId, Cause with { Expected = Cause.Expected ?? version },
                    (state, at) => state.Remove(memberId, command, Worker, at)),
            };
            foreach (var leadId in command.To is null ? [] : roster.Members.GetValueOrDefault(memberId)?.Leads ?? [])
            {
                var (lead, leadVersion) = await Journal.Load<Lead>(leadId, reading);
                var (choice, policy) = await Choose(new(command.To, team, command.Reason), lead, reading);
                deciding.Add(At(leadId, leadVersion, Beside with { PolicyRefs = policy }, (state, at) => state.Assign(choice, Worker, at)));
            }

            return deciding;
        }, ct).ToHttp();

    /// <summary>The score table by which leads are scored, and its version.</summary>
    public static async Task<(ScoreTable Scores, IReadOnlyList<PolicyRef> Policy)> Scores(IJournal journal, CancellationToken ct)
    {
        var id = ScoreTable.IdOf(ScoreTable.Usual);
        var (scores, version) = await journal.Load<ScoreTable>(id, ct);
        return (scores, version < 0 ? [] : [new($"{ScoreTable.Category}-{id}", version)]);
    }

    /// <summary>The leads that a new version of a definition by this name is held against; none where leads do not go by it.</summary>
    public static async Task<IReadOnlyList<Lead>> InPlay(string name, string usual, IJournal journal, Queries queries, CancellationToken ct)
    {
        var leads = new List<Lead>();
        foreach (var page in (name == usual ? await LeadBoard.InPlay(queries, ct) : []).Chunk(LoadedMax))
        {
            leads.AddRange((await Task.WhenAll(page.Select(id => journal.Load<Lead>(id, ct)))).Select(loaded => loaded.State));
        }

        return leads;
    }

    async Task<(Assignment Choice, IReadOnlyList<PolicyRef> Policy)> Choose(AssignLead command, Lead lead, CancellationToken ct)
    {
        var id = AssignmentRule.IdOf(AssignmentRule.Usual);
        var (rule, version) = await Journal.Load<AssignmentRule>(id, ct);
        var rosterId = Roster.IdOf(command.Team ?? rule.TeamOf(lead) ?? "");
        var (roster, rosterVersion) = await Journal.Load<Roster>(rosterId, ct);
        PolicyRef[] policy = [new($"{AssignmentRule.Category}-{id}", version), new($"{Roster.Category}-{rosterId}", rosterVersion)];
        var seen = roster.Of(await Staff.Known(ct));
        return (Assignment.Of(command, rule, seen, rosterVersion, lead), [.. policy.Where(one => one.Version >= 0)]);
    }

    /// <summary>What is decided on the lead as it was read; the caller's own version goes before.</summary>
    static Deciding<Lead> At(Guid id, int version, Cause cause, Func<Lead, DateTime, Decision> decide) =>
        new(id, cause with { Expected = cause.Expected ?? version }, decide);

    IEnumerable<Deciding> Taken(Assignment choice, Lead lead)
    {
        if (choice is { Refusal: null, OwnerId: { } ownerId })
        {
            yield return new Deciding<Roster>(choice.Roster.RosterId, Beside with { Expected = choice.RosterVersion },
                (roster, at) => roster.Take(ownerId, lead.LeadId, at));
        }
    }

    IEnumerable<Deciding> Released(Lead lead)
    {
        if (lead.OwnerTeam is { } team)
        {
            yield return new Deciding<Roster>(Roster.IdOf(team), Beside, (roster, _) => roster.Release(lead.LeadId));
        }
    }

    /// <summary>Why something else changes too: it has its own time, and does not claim the command.</summary>
    Cause Beside => Cause with { IsClaimed = false, Fingerprint = null, Expected = null, AtLeastLast = true };
}

using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.Tests.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Acquisition.Tests.Rosters;

/// <summary>Acceptance row R5: the idle representative gets the new enquiry (rulings.md 26).</summary>
public sealed class IdleRepresentativeTests
{
    const int Leads = 1_000;
    const int Reps = 20;
    const int Callers = 20;

    /// <summary>So that some leads wait at the end.</summary>
    const int Capacity = 45;

    const Presence Idle = Contracts.Acquisition.Presence.Ready;

    static readonly string[] Teams = ["north", "south"];

    [Fact]
    public async Task R5_A_thousand_leads_twenty_reps_and_twenty_callers_at_once()
    {
        await using var acquisition = await LeadService.Start();
        var journal = acquisition.App.Services.GetRequiredService<IJournal>();
        await Members(journal);
        var leads = await HandedOver(journal);

        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var index = Interlocked.Increment(ref next); index < Leads; index = Interlocked.Increment(ref next))
            {
                await Assign(acquisition, leads[index], index);
                // Two callers may want the same lead, and people come and go meanwhile.
                await Assign(acquisition, leads[index * 7 % Leads], index);
                if (index % 25 == caller)
                {
                    await Come(acquisition, index % Reps, index % 2 == 0 ? "away" : "ready");
                }
            }
        }));

        // Nobody goes without while a lead of his team waits: when all have come back, the suite itself gives everybody as many as he can have.
        await Task.WhenAll(Enumerable.Range(0, Reps).Select(rep => Come(acquisition, rep, "ready")));
        for (var end = DateTime.UtcNow.AddMinutes(4); await Given(journal) < Reps * Capacity; await Task.Delay(250))
        {
            Assert.True(DateTime.UtcNow < end, acquisition.Log);
        }

        var assigned = new Dictionary<Guid, string>();
        foreach (var team in Teams)
        {
            var roster = Roster.Initial;
            foreach (var entry in await journal.Read<Roster>(Roster.IdOf(team), default))
            {
                if (entry.Event is RosterLeadTaken taken)
                {
                    var member = roster.Members[taken.MemberId];
                    Assert.Equal(Idle, member.Presence);
                    Assert.True(member.Leads.Count < member.Capacity, "Somebody has more than he can have.");
                    Assert.True(assigned.TryAdd(taken.LeadId, taken.MemberId), "A lead was taken twice.");
                }

                roster = Roster.Evolve(roster, entry.Event);
            }
        }

        Assert.Equal(Reps * Capacity, assigned.Count);
        foreach (var lead in leads)
        {
            var told = (await journal.Read<Lead>(lead, default)).Select(entry => entry.Event).OfType<LeadAssigned>().ToList();
            Assert.Equal(assigned.ContainsKey(lead) ? 1 : 0, told.Count);
            Assert.All(told, fact => Assert.Equal((assigned[lead], AssignmentRule.Choose(fact.Candidates)), (fact.OwnerId, fact.OwnerId)));
            Assert.All(told, fact => Assert.Equal(Reps / Teams.Length, fact.Candidates.Count));
        }
    }

    /// <summary>How many leads somebody has.</summary>
    static async Task<int> Given(IJournal journal) => (await Task.WhenAll(Teams.Select(team => journal.Load<Roster>(Roster.IdOf(team), default))))
        .Sum(roster => roster.State.Members.Values.Sum(member => member.Leads.Count));

    static async Task Members(IJournal journal) => Assert.DoesNotContain(null, await Task.WhenAll(Teams.Select((team, index) => journal.DecideAll(
        [.. Enumerable.Range(0, Reps).Where(rep => rep % Teams.Length == index).SelectMany(rep => (Deciding[])
        [
            Rule<Roster>(Roster.IdOf(team), $"set {rep}", (roster, _) => roster.Set(team, $"u-{rep}", new(rep % 4 < 2 ? ["de"] : ["it"], [], Capacity), TheLead.Max)),
            Rule<Roster>(Roster.IdOf(team), $"came {rep}", (roster, at) => roster.SetPresence($"u-{rep}", new(Idle), TheLead.Max, at)),
        ])],
        _ => null, default))));

    static async Task<IReadOnlyList<Guid>> HandedOver(IJournal journal)
    {
        var leads = Enumerable.Range(0, Leads).Select(index => CaptureLead.IdOf("fair", $"{index}")).ToList();
        foreach (var page in leads.Index().Chunk(500))
        {
            Assert.NotNull(await journal.DecideAll([.. page.Select(pair => Rule<Lead>(pair.Item, "captured", (_, at) =>
            [
                new LeadCaptured(pair.Item, Ids.Derive("customer", pair.Item), "fair", "website", [], Country: pair.Index % 2 == 0 ? "IT" : "AT",
                    Language: pair.Index % 4 < 2 ? "it" : "de"),
                new LeadMarketingQualified(pair.Item, Ids.Derive("customer", pair.Item), 0, 0, at.AddHours(4)),
            ]))], _ => null, default));
        }

        return leads;
    }

    static Deciding<TState> Rule<TState>(Guid id, string key, Func<TState, DateTime, Decision> decide) where TState : class, IFold<TState> =>
        new Deciding<TState>(id, Cause.Rule("test", Ids.Derive("test", $"{id}", key), new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)), decide);

    /// <summary>What a caller is told to ask again: others were faster, or a crowded server did not answer in time.</summary>
    static readonly HashSet<string> Again = ["409 conflict", "503 service.unavailable"];

    /// <summary>Who is told so asks again; nobody idle and assigned already are answers.</summary>
    static async Task Assign(DepartmentService acquisition, Guid lead, int caller)
    {
        for (var again = 0; ; again++)
        {
            using var response = await acquisition.Send($"sales-agent/u-{caller % Reps}@north", "POST", $"/leads/{lead}/assign", new { });
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            var problem = await response.Problem();
            if (!Again.Contains(problem))
            {
                Assert.Contains(problem, (string[])["409 lead.assigned", "409 assignment.nobody-idle"]);
                return;
            }

            Assert.True(again < 1_000, acquisition.Log);
        }
    }

    static async Task Come(DepartmentService acquisition, int rep, string presence)
    {
        var team = Teams[rep % Teams.Length];
        var path = $"/rosters/{team}/members/u-{rep}/presence";
        for (var again = 0; again < 1_000; again++)
        {
            using var response = await acquisition.Send($"sales-agent/u-{rep}@{team}", "PUT", path, new { presence });
            if (response.IsSuccessStatusCode || !Again.Contains(await response.Problem()))
            {
                return;
            }
        }
    }
}

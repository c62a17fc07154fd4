using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Acquisition.Tests.Leads;

public sealed class LeadProcessTests
{
    const string Marketing = "acquisition-agent";
    const string Operations = "acquisition-operations";
    const string Ann = "sales-agent/u-ann@north";

    [Fact]
    public async Task A_lead_that_waits_goes_to_whoever_comes_gets_free_or_can_take_more_the_longest_waiting_first()
    {
        await using var acquisition = await LeadService.Start();
        var leads = new List<Guid>();
        foreach (var number in (string[])["1", "2", "3", "4"])
        {
            leads.Add(await acquisition.Id(Marketing, "/leads", new { source = "fair", channel = "website", number, products = new[] { "tea" } }));
            await acquisition.Ok(Marketing, "POST", $"/leads/{leads[^1]}/qualify", new { });
        }

        var south = await acquisition.Id(Marketing, "/leads",
            new { source = "fair", channel = "website", number = "5", country = "IT", products = new[] { "tea" } });
        await acquisition.Ok(Marketing, "POST", $"/leads/{south}/qualify", new { });
        Assert.Equal(5, await Waiting(acquisition));

        await acquisition.Member("north", "u-ann", 1, "de");
        await Has(acquisition, leads[0], "u-ann");
        Assert.Equal(4, await Waiting(acquisition));

        await acquisition.Ok(Ann, "POST", $"/leads/{leads[0]}/reject", new { reason = "too-small" });
        await Has(acquisition, leads[1], "u-ann");

        await acquisition.Ok(Operations, "PUT", "/rosters/north/members/u-ann",
            new { languages = new[] { "de" }, regions = Array.Empty<string>(), capacity = 2 });
        await Has(acquisition, leads[2], "u-ann");

        await acquisition.Member("north", "u-bob", 5, "de");
        await Has(acquisition, leads[3], "u-bob");
        Assert.Equal(1, await Waiting(acquisition));

        await acquisition.Member("south", "u-eva", 1);
        await Has(acquisition, south, "u-eva");
        Assert.Equal(0, await Waiting(acquisition));

        // As of the moment from which on somebody could have it, in one transaction with his roster, and by the rule.
        var journal = acquisition.App.Services.GetRequiredService<IJournal>();
        var given = (await journal.Read<Lead>(leads[3], default))[^1];
        var taken = (await journal.Read<Roster>(Roster.IdOf("north"), default)).Single(entry => entry.Event is RosterLeadTaken fact && fact.LeadId == leads[3]);
        var ready = (await journal.Read<Roster>(Roster.IdOf("north"), default)).Single(entry => entry.Event is RosterPresenceChanged { MemberId: "u-bob" });
        Assert.Equal((ready.OccurredAt, ready.OccurredAt, taken.Position.Transaction), (given.OccurredAt, taken.OccurredAt, given.Position.Transaction));
        var fact = Assert.IsType<LeadAssigned>(given.Event);
        Assert.Equal(("u-bob", taken.Version - 1), (AssignmentRule.Choose(fact.Candidates), fact.RosterVersion));
        Assert.Equal(("rule", "assign"), (given.Meta.Actor.Kind, given.Meta.Actor.Id));
    }

    [Fact]
    public async Task Whoever_left_the_company_gets_no_lead_and_those_he_has_go_to_another_one_in_one_command()
    {
        await using var acquisition = await LeadService.Start();
        await acquisition.Member("north", "u-ann", 5, "de");
        var leads = new List<Guid>();
        foreach (var number in (string[])["1", "2"])
        {
            leads.Add(await acquisition.Id(Marketing, "/leads", new { source = "fair", channel = "website", number, products = new[] { "tea" } }));
            await acquisition.Ok(Marketing, "POST", $"/leads/{leads[^1]}/qualify", new { });
        }

        await acquisition.Ok(Ann, "POST", $"/leads/{leads[0]}/accept", new { });
        await acquisition.Member("north", "u-bob", 5, "de");
        acquisition.Directory = new
        {
            users = new object[]
            {
                new { id = "u-ann", active = false, roles = Array.Empty<string>(), team = "north" },
                new { id = "u-bob", active = true, roles = Array.Empty<string>(), team = "north" },
            },
            teams = new[] { new { id = "north" } },
        };
        for (var end = DateTime.UtcNow.AddSeconds(30); (await SetGone()).IsSuccessStatusCode; await Task.Delay(100))
        {
            Assert.True(DateTime.UtcNow < end, "The directory is not read.");
        }

        // He is busy. She is there by what she said last, but gone: the lead waits for him, for the rule too.
        await acquisition.Ok("sales-agent/u-bob@north", "PUT", "/rosters/north/members/u-bob/presence", new { presence = "busy" });
        var third = await acquisition.Id(Marketing, "/leads", new { source = "fair", channel = "website", number = "3", products = new[] { "tea" } });
        await acquisition.Ok(Marketing, "POST", $"/leads/{third}/qualify", new { });
        Assert.Equal(1, await Waiting(acquisition));
        var remove = new { reason = "left", to = "u-bob" };
        Assert.Equal("409 roster.not-ready", await (await acquisition.Send(Operations, "POST", "/rosters/north/members/u-ann/remove", remove)).Problem());
        await acquisition.Ok("sales-agent/u-bob@north", "PUT", "/rosters/north/members/u-bob/presence", new { presence = "ready" });
        await Has(acquisition, third, "u-bob");

        await acquisition.Ok(Operations, "POST", "/rosters/north/members/u-ann/remove", remove);
        var journal = acquisition.App.Services.GetRequiredService<IJournal>();
        var roster = (await journal.Load<Roster>(Roster.IdOf("north"), default)).State;
        Assert.Equal([.. leads.Append(third).Order()], roster.Members["u-bob"].Leads);
        Assert.DoesNotContain("u-ann", roster.Members.Keys);
        foreach (var lead in leads)
        {
            Assert.Equal("u-bob", (await acquisition.Ok(Marketing, "GET", $"/leads/{lead}")).GetProperty("ownerId").GetString());
        }

        Task<HttpResponseMessage> SetGone() => acquisition.Send(Operations, "PUT", "/rosters/north/members/u-gone",
            new { languages = Array.Empty<string>(), regions = Array.Empty<string>(), capacity = 0 });
    }

    static async Task<int> Waiting(DepartmentService acquisition) =>
        (await acquisition.Ok(Marketing, "GET", "/leads?status=mql&isAssigned=false")).GetProperty("items").GetArrayLength();

    static async Task Has(DepartmentService acquisition, Guid lead, string ownerId)
    {
        for (var end = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(50))
        {
            if ((await acquisition.Ok(Marketing, "GET", $"/leads/{lead}")).TryGetProperty("ownerId", out var owner))
            {
                Assert.Equal(ownerId, owner.GetString());
                return;
            }

            Assert.True(DateTime.UtcNow < end, acquisition.Log);
        }
    }
}

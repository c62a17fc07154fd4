using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;
using CrmSuite.Sales.Handovers;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Handovers;

/// <summary>What a seller sees of the leads that he has to accept.</summary>
public sealed class HandoverEndpointsTests
{
    static readonly Guid Lead = Guid.Parse("5f0c2a91-7b3d-5e46-8c1f-2d9a0b4e6c73");
    static readonly Guid Person = Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90");
    static readonly DateTime Now = new(2026, 3, 2, 9, 0, 0, DateTimeKind.Utc);
    static readonly LeadAssigned Assigned = new(Lead, Person, "u-ann", "north", Guid.Empty, 1, 0, [], Now.AddHours(4));

    [Fact]
    public async Task Leads_to_accept_stand_in_the_work_of_their_owner_alone_the_most_urgent_first_and_overdue_ones_say_so()
    {
        await using var sales = await SalesService.Start();
        var later = Assigned with { LeadId = Guid.NewGuid(), DueAt = Now.AddHours(6) };
        await Hear(sales, later);
        await Hear(sales, Assigned);
        await Hear(sales, Assigned with { LeadId = Guid.NewGuid(), OwnerId = "u-bob", CustomerId = Guid.NewGuid() });

        Assert.Equal([(Lead, true), (later.LeadId, false)], await Work("2026-03-02T14:00:00Z"));
        Assert.Equal([(Lead, false), (later.LeadId, false)], await Work("2026-03-02T12:59:59Z"));
        Assert.Equal(2, (await sales.Ok("sales-agent", "GET", $"/handovers?customerId={Person}")).GetProperty("items").GetArrayLength());
        Assert.Equal(3, (await sales.Ok("sales-agent", "GET", "/handovers?ownerTeam=north")).GetProperty("items").GetArrayLength());

        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30", leadId = Lead });

        await Decide(sales, Lead, handover => handover.Accept(new(Lead, Person, "u-ann", "u-ann", "north")));
        Assert.Equal([(later.LeadId, false)], await Work("2026-03-02T14:00:00Z"));
        await sales.RebuildEqualsLive<HandoverList.Row, HandoverList>();

        async Task<(Guid, bool)[]> Work(string until) => [.. (await sales.Ok("sales-agent", "GET", $"/my-work?ownerId=u-ann&until={until}"))
            .GetProperty("leadsToAccept").GetProperty("items").EnumerateArray()
            .Select(lead => (lead.GetProperty("leadId").GetGuid(), lead.GetProperty("isOverdue").GetBoolean()))];
    }

    static Task<Outcome> Hear(DepartmentService sales, LeadAssigned lead) =>
        Decide(sales, lead.LeadId, handover => WhenLeadAssigned.Decide(handover, Entries.Heard(lead, Now)));

    static Task<Outcome> Decide(DepartmentService sales, Guid lead, Func<Handover, Decision> decide) =>
        sales.App.Services.GetRequiredService<IJournal>().Decide(lead, Cause.Rule("test", Guid.NewGuid(), Now), decide, default);
}

using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Loyalty.Points;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Loyalty.Tests.Points;

/// <summary>Points of customers who are one, over HTTP.</summary>
public sealed class LinkedPointsTests
{
    [Fact]
    public async Task Linked_members_show_one_sum_and_each_redeems_from_his_own()
    {
        await using var loyalty = await DepartmentService.Start("loyalty",
            l => l.Noun<PointsAccount>().View<PointsBalance.Row, PointsBalance>().Links<LinkAdopted>(), app => app.MapPoints());
        var journal = loyalty.App.Services.GetRequiredService<IJournal>();
        var (father, son, day) = (Guid.NewGuid(), Guid.NewGuid(), DateTime.UtcNow.AddDays(-1));
        await Grant(father, 100);
        await Grant(son, 50);
        Assert.Equal((100, 50), (await Available(father), await Available(son)));

        var made = new LinkMade(Ids.Derive("link", father, son), father, son, day, day.AddHours(1), "same-person");
        await journal.Decide<AdoptedLink<LinkAdopted>>(made.LinkId, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow), state => state.Adopt(made), default);
        var joint = await loyalty.Ok("loyalty-agent", "GET", $"/points/of/{son}");
        Assert.Equal((150, father, 2, 2), (joint.GetProperty("available").GetInt64(), joint.GetProperty("customerId").GetGuid(), joint.GetProperty("lots").GetArrayLength(),
            joint.GetProperty("accounts").GetArrayLength()));
        Assert.Equal((150, 50), (await Available(father), await Available(son, "?group=false")));
        await loyalty.Ok("loyalty-agent", "POST", $"/points/{EarningRule.MemberId(son)}/redemptions", new { points = 20 });
        Assert.Equal((130, 30), (await Available(father), await Available(son, "?group=false")));

        Task Grant(Guid customer, int points) => loyalty.Ok("loyalty-manager", "POST", "/points/grants", new { customerId = customer, points, reason = "goodwill" });

        async Task<long> Available(Guid customer, string more = "") => (await loyalty.Ok("loyalty-agent", "GET", $"/points/of/{customer}{more}")).GetProperty("available").GetInt64();
    }
}

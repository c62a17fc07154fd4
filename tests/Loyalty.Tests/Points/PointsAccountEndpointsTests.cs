using CrmSuite.Links;
using CrmSuite.Loyalty.Points;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;

namespace CrmSuite.Loyalty.Tests.Points;

public sealed class PointsAccountEndpointsTests
{
    [Fact]
    public async Task Points_are_given_spent_and_end_and_the_balance_is_known_as_of_any_instant()
    {
        await using var loyalty = await DepartmentService.Start("loyalty",
            l => l.Noun<PointsAccount>().View<PointsBalance.Row, PointsBalance>().Due<PointsAccount, PointsExpiry>().Links(), app => app.MapPoints());
        var customer = Guid.NewGuid();
        var expiresAt = DateTime.UtcNow.AddSeconds(20);

        var member = (await loyalty.Ok("loyalty-manager", "POST", "/points/grants", new { customerId = customer, points = 100, reason = "goodwill" })).GetProperty("id").GetGuid();
        await loyalty.Ok("loyalty-manager", "POST", "/points/grants", new { customerId = customer, points = 50, reason = "birthday", expiresAt });
        var granted = (await loyalty.Ok("loyalty-agent", "GET", $"/points/{member}/timeline"))[1].GetProperty("occurredAt").GetDateTime();
        await loyalty.Ok("loyalty-agent", "POST", $"/points/{member}/redemptions", new { points = 30, reward = "mug" });

        var now = await loyalty.Ok("loyalty-agent", "GET", $"/points/{member}?asOf={expiresAt.AddMilliseconds(-1):O}");
        Assert.Equal((120, 0), (now.GetProperty("available").GetInt64(), now.GetProperty("debt").GetInt64()));
        Assert.Equal(150, (await loyalty.Ok("loyalty-agent", "GET", $"/points/of/{customer}?asOf={granted:O}")).GetProperty("available").GetInt64());
        Assert.Equal(100, (await loyalty.Ok("loyalty-agent", "GET", $"/points/of/{customer}?asOf={expiresAt:O}")).GetProperty("available").GetInt64());

        var row = Assert.Single((await loyalty.Ok("loyalty-agent", "GET", "/points")).GetProperty("items").EnumerateArray());
        Assert.Equal((member, 150, 30), (row.GetProperty("memberId").GetGuid(), row.GetProperty("earned").GetInt64(), row.GetProperty("redeemed").GetInt64()));
        await Written(loyalty, member, "loyalty.points-expired.1");

        Assert.Equal("403 permission.missing", await Problem("loyalty-agent", "/points/grants", new { customerId = customer, points = 1, reason = "goodwill" }));
        Assert.Equal("409 points.not-enough", await Problem("loyalty-agent", $"/points/{member}/redemptions", new { points = 101 }));
        Assert.Equal("404 points.unknown", await Problem("loyalty-agent", $"/points/{customer}/redemptions", new { points = 1 }));
        Assert.Equal("400 points.amount", await Problem("loyalty-agent", $"/points/{member}/redemptions", new { points = 0 }));
        Assert.Empty(Endpoints.WithoutPermission(loyalty.App));

        async Task<string> Problem(string role, string path, object body) => await (await loyalty.Send(role, "POST", path, body)).Problem();
    }

    /// <summary>The due work writes the end of the lot, soon after its time.</summary>
    static async Task Written(DepartmentService loyalty, Guid member, string name)
    {
        for (var patience = DateTime.UtcNow.AddSeconds(90); ; await Task.Delay(100))
        {
            var timeline = await loyalty.Ok("loyalty-agent", "GET", $"/points/{member}/timeline");
            if (timeline.EnumerateArray().Any(moment => moment.GetProperty("name").GetString() == name))
            {
                return;
            }

            Assert.True(DateTime.UtcNow < patience, $"{name} was not written: {timeline}");
        }
    }
}

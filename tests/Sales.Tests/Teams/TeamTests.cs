using CrmSuite.Departments;
using CrmSuite.Sales.Accounts;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Teams;

public sealed class TeamTests
{
    static readonly object Tree = new
    {
        users = new[]
        {
            new { id = "u-ann", active = true, roles = new[] { "sales-agent" }, team = "vienna" },
            new { id = "u-bob", active = true, roles = new[] { "sales-agent" }, team = "south" },
            new { id = "u-max", active = true, roles = new[] { "sales-manager" }, team = "sales" },
        },
        teams = new object[]
        {
            new { id = "sales" }, new { id = "north", parent = "sales", manager = "u-max" }, new { id = "south", parent = "sales" },
            new { id = "vienna", parent = "north" },
        },
    };

    static readonly StaffList Known = new(
        [new("u-ann", true, [], "vienna"), new("u-bob", true, [], "south"), new("u-max", true, [], "sales")],
        [new("sales"), new("north", "sales", "u-max"), new("south", "sales"), new("vienna", "north")]);

    [Fact]
    public void A_manager_leads_the_teams_that_name_him_and_all_below_them()
    {
        var led = Known.Under("u-max", "sales");
        Assert.Equal(["north", "vienna"], led.Teams.Order());
        Assert.Equal(["u-ann"], led.People);
        Assert.Equal(["north", "sales", "south", "vienna"], Known.Under("u-eve", "sales").Teams.Order());
        Assert.Equal(["south"], StaffList.Unknown.Under("u-eve", "south").Teams);
        Assert.Empty(Known.Under("u-eve", null).Teams);
    }

    [Fact]
    public void What_was_given_to_a_person_stays_in_the_team_of_that_time_and_what_names_no_team_is_where_he_is_now()
    {
        var max = new Seller("u-max", "sales", IsForAll: false, Known.Under("u-max", "sales"));
        Assert.True(max.May("u-bob", "vienna"));
        Assert.False(max.May("u-ann", "south"));
        Assert.True(max.May("u-ann"));
        Assert.False(max.May("u-bob"));
        Assert.True(max.May("u-max", "south"));
    }

    [Fact]
    public async Task An_agent_writes_his_own_a_manager_his_teams_operations_everybodys_and_a_new_owner_brings_his_team()
    {
        await using var sales = await SalesService.Start();
        sales.Directory = Tree;
        await sales.Publish();
        var account = await sales.Id("sales-agent/u-ann@vienna", "/accounts", new { customerId = await sales.Registered() });
        var id = await Deal("sales-agent/u-ann@vienna", new { accountId = account, amount = Euro(1_000_00), closeDate = "2099-06-30" });

        Assert.Equal("403 opportunity.other-owner", await Amount("sales-agent/u-bob@south", 1));
        Assert.Equal("403 opportunity.other-owner", await Amount("sales-manager/u-eve@south", 2));
        Assert.Equal("200", await Amount("sales-manager/u-max@sales", 3));
        Assert.Equal("200", await Amount("sales-operations/u-sue@office", 4));

        await sales.Ok("sales-manager/u-max@sales", "POST", $"/opportunities/{id}/owner", new { ownerId = "u-bob", reason = "holiday" });
        Assert.Equal("south", (await sales.Ok("sales-agent", "GET", $"/opportunities/{id}")).GetProperty("ownerTeam").GetString());
        Assert.Equal("403 opportunity.other-owner", await Amount("sales-manager/u-max@sales", 5));
        Assert.Equal("200", await Amount("sales-manager/u-eve@south", 6));
        Assert.Equal("403 account.other-owner", await (await sales.Send("sales-manager/u-eve@south", "POST", $"/accounts/{account}/close",
            new { reason = "bankrupt" }))
            .Problem());

        Task<Guid> Deal(string who, object body) => sales.Id(who, "/opportunities", body);

        async Task<string> Amount(string who, long minor)
        {
            var answer = await sales.Send(who, "POST", $"/opportunities/{id}/amount", new { amount = Euro(minor), reason = "asked" });
            return answer.IsSuccessStatusCode ? "200" : await answer.Problem();
        }
    }

    [Fact]
    public async Task While_the_directory_does_not_answer_a_manager_writes_the_team_of_his_token()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent/u-ann@north", "/accounts", new { customerId = await sales.Registered() });
        await sales.Ok("sales-manager/u-max@north", "POST", $"/accounts/{account}/close", new { reason = "bankrupt" });
        Assert.Equal("403 account.other-owner",
            await (await sales.Send("sales-manager/u-eve@south", "POST", $"/accounts/{account}/reopen", new { reason = "back" })).Problem());
    }

    static object Euro(long minor) => new { minor, currency = "EUR" };
}

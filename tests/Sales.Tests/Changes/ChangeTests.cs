using System.Text.Json;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Changes;
using CrmSuite.Sales.Tests.Approvals;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Sales.Tests.Changes;

public sealed class ChangeTests
{
    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new ChangeOpportunities(new(Status: "open"), "slipped", CloseDate: new(2099, 1, 1)).Invalid());
        Assert.Equal("change.one", new ChangeOpportunities(new(), "slipped").Invalid()?.Code);
        Assert.Equal("change.all", new ChangeOpportunities(new(), "slipped", Stage: "propose").Invalid()?.Code);
        Assert.Equal("change.all", new ChangeAccounts(new(), "u-bob", "left").Invalid()?.Code);
        Assert.Equal("change.all", new ChangeTasks(new(), "u-bob", "left").Invalid()?.Code);
        Assert.Equal("change.status", new ChangeOpportunities(new("shoe"), "slipped", Stage: "propose").Invalid()?.Code);
        Assert.Equal("change.status", new ChangeAccounts(new("shoe"), "u-bob", "left").Invalid()?.Code);
        Assert.Null(new ChangeAccounts(new("closed"), "u-bob", "left").Invalid());
        Assert.Equal("change.status", new ChangeTasks(new(Status: "done"), "u-bob", "left").Invalid()?.Code);
        Assert.Null(new ChangeTasks(new(Status: "open"), "u-bob", "left").Invalid());
        Assert.Null(new ChangeOpportunities(new(), "slipped", Stage: "propose", All: true).Invalid());
        Assert.Equal("change.one", new ChangeOpportunities(new(), "slipped", OwnerId: "u-bob", Stage: "propose").Invalid()?.Code);
        Assert.Equal("opportunity.stage", new ChangeOpportunities(new(), "slipped", Stage: "Next stage").Invalid()?.Code);
        Assert.Equal("change.same", new HandOver("u-ann", "u-ann", "left").Invalid()?.Code);
        Assert.Equal("change.same", new HandOver("u-ann", "u-bob", "left", ApprovalsTo: "u-ann").Invalid()?.Code);
        Assert.Equal("owner.form", new HandOver("", "u-ann", "left").Invalid()?.Code);
        Assert.Equal("owner.form", new ChangeAccounts(new(), "", "left").Invalid()?.Code);
        Assert.Equal("reason.form", new ChangeTasks(new(), "u-ann", "He left").Invalid()?.Code);
    }

    [Fact]
    public async Task All_deals_that_a_filter_means_are_changed_the_refused_ones_are_named_and_a_repeat_adds_nothing()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var deals = new List<Guid>();
        for (var deal = 0; deal < 3; deal++)
        {
            deals.Add(await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30" }));
        }

        var ann = await sales.Id("sales-agent", "/contacts", new { language = "de" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{deals[1]}/contacts", new { contactId = ann, role = "decider" });
        var change = new { filter = new { accountId = account }, stage = "propose", reason = "spring" };

        var first = await Done(sales, "/changes/opportunities", change, "spring-1");
        Assert.Equal((1, 2), (first.GetProperty("accepted").GetInt32(), first.GetProperty("refused").GetInt32()));
        var refusals = (await sales.Ok("sales-operations", "GET", $"/changes/import/{first.GetProperty("id").GetGuid()}/refusals")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(new[] { deals[0], deals[2] }.Order(), refusals.Select(row => row.GetProperty("nounId").GetGuid()).Order());
        Assert.All(refusals, row => Assert.Equal("opportunity.criterion-missing", row.GetProperty("code").GetString()));
        var again = await Done(sales, "/changes/opportunities", change, "spring-1");
        Assert.Equal(first.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());

        var moved = await Done(sales, "/changes/opportunities", new { filter = new { accountId = account }, closeDate = "2099-12-31", reason = "budget" }, null);
        Assert.Equal((3, 0), (moved.GetProperty("accepted").GetInt32(), moved.GetProperty("refused").GetInt32()));
        var back = await Done(sales, "/changes/opportunities", new { filter = new { accountId = account }, closeDate = "2099-06-30", reason = "budget" }, null);
        var forth = await Done(sales, "/changes/opportunities", new { filter = new { accountId = account }, closeDate = "2099-12-31", reason = "budget" }, null);
        Assert.Equal((3, 3), (back.GetProperty("accepted").GetInt32(), forth.GetProperty("accepted").GetInt32()));
        Assert.Equal("403 permission.missing", await (await sales.Send("sales-agent", "POST", "/changes/opportunities", change)).Problem());
        Assert.Equal("400 change.one", await (await sales.Send("sales-operations", "POST", "/changes/opportunities", new { filter = new { }, reason = "none" })).Problem());
    }

    [Fact]
    public async Task A_leavers_accounts_deals_tasks_and_places_in_approvals_are_handed_over_in_one_command()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), ownerId = "u-leaver" });
        var closed = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), ownerId = "u-leaver" });
        await sales.Ok("sales-operations", "POST", $"/accounts/{closed}/close", new { reason = "bankrupt" });
        await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30", ownerId = "u-leaver" });
        var about = new { noun = "account", id = account };
        await sales.Id("sales-agent", "/tasks", new { kind = "to-do", about, dueAt = "2099-03-02T11:00:00Z", assigneeId = "u-leaver" });
        await sales.Id("sales-agent", "/tasks", new { kind = "to-do", about, dueAt = "2099-03-02T11:00:00Z", assigneeId = "u-stays" });
        const string leaver = "sales-agent/u-leaver@south";
        var clauses = new[] { new { name = "subject", text = "Tea for all" } };
        object text = new { from = "2026-01-01", value = new { minor = 1, currency = "EUR" }, clauses };
        await sales.Id(leaver, "/contracts", new { accountId = account, text, basis = SalesService.Basis });
        var withdrawn = await sales.Id(leaver, "/contracts", new { accountId = account, text, basis = SalesService.Basis });
        await sales.Ok(leaver, "POST", $"/contracts/{withdrawn}/withdraw", new { reason = "lost" });
        await sales.Ok("sales-operations", "POST", "/products/tea/list", new { name = "Green tea" });
        var price = new { product = "tea", price = new { minor = 1_00, currency = "EUR" }, per = 1, firstDay = "2026-01-01" };
        await sales.Ok("sales-operations", "POST", "/pricebooks/standard/publish", new { prices = new[] { price } });
        await sales.Ok("sales-operations", "POST", "/taxes/LV/publish",
            new { rates = new[] { new { code = "standard", rateBp = 2_100, firstDay = "2012-07-01" } } });
        await sales.Id(leaver, "/quotes", new
        {
            accountId = account,
            offer = new { currency = "EUR", country = "LV", validUntil = "2099-12-31", lines = new[] { new { line = 1, product = "tea", quantity = 1_000 } } },
        });

        var journal = sales.App.Services.GetRequiredService<IJournal>();
        var flow = Cases.Flow with { Steps = [new("legal", 1, ["u-leaver"], 1, 48, []), new("head", 2, ["u-leaver", "u-mia"], 1, 24, [])] };
        Assert.IsType<Outcome.Accepted>(await journal.Decide<Approval>(Cases.Id, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow),
            (approval, at) => approval.Start(Cases.Request, flow, Cases.Person("u-asks"), at), default));

        var done = await Done(sales, "/changes/hand-over", new { from = "u-leaver", to = "u-heir", toTeam = "north", reason = "left", approvalsTo = "u-boss" }, null);
        Assert.Equal((6, 0), (done.GetProperty("accepted").GetInt32(), done.GetProperty("refused").GetInt32()));
        var steps = (await journal.Load<Approval>(Cases.Id, default)).State.Steps;
        Assert.Equal(["u-boss", "u-boss u-mia"], steps.Select(step => string.Join(' ', step.Approvers.Order(StringComparer.Ordinal))));
        (string, string)[] lists =
        [
            ("/accounts?status=open", "ownerId"), ("/opportunities", "ownerId"), ("/tasks?assigneeId=u-heir", "assigneeId"), ("/quotes", "ownerId"),
            ("/contracts?status=draft", "ownerId"),
        ];
        foreach (var (list, owner) in lists)
        {
            var row = Assert.Single((await sales.Ok("sales-agent", "GET", list)).GetProperty("items").EnumerateArray());
            Assert.Equal("u-heir", row.GetProperty(owner).GetString());
        }

        Assert.Equal("u-leaver", Assert.Single((await sales.Ok("sales-agent", "GET", "/accounts?status=closed")).GetProperty("items").EnumerateArray()).GetProperty("ownerId").GetString());
        Assert.Equal((1, "2 change.one,3 task.unknown"), Told(await sales.Import("changes", $"noun,id,owner\naccount,{closed},\ntask,{Guid.NewGuid()},u-x\naccount,{closed},u-x\n", new
        {
            fields = new Dictionary<string, object>
            {
                ["noun"] = new { column = "noun" },
                ["id"] = new { column = "id" },
                ["ownerId"] = new { column = "owner" },
                ["reason"] = new { value = "tidy" },
            },
        })));

        static (long, string) Told((long Accepted, string[] Refused) import) => (import.Accepted, string.Join(",", import.Refused));
    }

    [Fact]
    public async Task A_host_that_crashes_in_the_middle_of_a_change_loses_nothing_and_does_nothing_twice()
    {
        const int Rows = 1_200;
        const int Page = 500;
        await using var sales = await SalesService.Start();
        Guid[] accounts = [.. Enumerable.Range(0, Rows).Select(_ => Guid.NewGuid())];
        var seller = new Seller("u-leaver", "north", IsForAll: false);
        foreach (var some in accounts.Chunk(Page))
        {
            var opened = await Journal().DecideAll([.. some.Select(id => new Deciding<Account>(id, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow),
                (account, _) => account.Open(new(id), id, id, seller, parent: null)))], _ => null, default);
            Assert.All(opened!, outcome => Assert.IsType<Outcome.Accepted>(outcome));
        }

        // The second page waits here: decided and written, but not committed.
        await using var test = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(sales.ConnectionString) { ApplicationName = "test", Pooling = false }.ConnectionString);
        await test.OpenAsync();
        await Sql($"""
            create function journal.halt() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
            create trigger halt before update on journal.imports for each row when (new.read > {Page}) execute function journal.halt();
            select pg_advisory_lock(4711)
            """);
        var begun = await sales.Ok("sales-operations", "POST", "/changes/accounts", new { filter = new { ownerId = "u-leaver" }, ownerId = "u-heir", ownerTeam = "south", reason = "left" });
        var address = $"/changes/import/{begun.GetProperty("id").GetGuid()}";
        await Until(async () => await Sql("select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted") is 1L);
        Assert.Equal(("running", Page, Page), await Progress());

        await sales.Crash();
        Assert.Equal(("running", Page, Page), await Progress());
        await Until(async () => await Sql("select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted") is 1L);
        await Sql("select pg_advisory_unlock(4711)");
        await Until(async () => (await Progress()).State == "done");

        Assert.Equal(("done", Rows, Rows), await Progress());
        foreach (var id in accounts)
        {
            Assert.Equal(["sales.account-opened.1", "sales.account-owner-changed.1"], (await Journal().Read<Account>(id, default)).Select(entry => entry.Name));
        }

        Assert.Equal(0, (await sales.Ok("sales-operations", "GET", address)).GetProperty("refused").GetInt32());

        IJournal Journal() => sales.App.Services.GetRequiredService<IJournal>();

        async Task<(string State, int Read, int Accepted)> Progress()
        {
            var now = await sales.Ok("sales-operations", "GET", address);
            return (now.GetProperty("state").GetString()!, now.GetProperty("read").GetInt32(), now.GetProperty("accepted").GetInt32());
        }

        async Task<object?> Sql(string text)
        {
            await using var command = new NpgsqlCommand(text, test);
            return await command.ExecuteScalarAsync();
        }

        async Task Until(Func<Task<bool>> condition)
        {
            for (var until = DateTime.UtcNow.AddMinutes(2); !await condition(); await Task.Delay(100))
            {
                Assert.True(DateTime.UtcNow < until, sales.Log);
            }
        }
    }

    static async Task<JsonElement> Done(DepartmentService sales, string path, object change, string? key)
    {
        var begun = await sales.Ok("sales-operations", "POST", path, change, key);
        var address = $"/changes/import/{begun.GetProperty("id").GetGuid()}";
        for (var until = DateTime.UtcNow.AddMinutes(2); ; await Task.Delay(100))
        {
            var now = await sales.Ok("sales-operations", "GET", address);
            if (now.GetProperty("state").GetString() == "done")
            {
                return now;
            }

            Assert.True(DateTime.UtcNow < until, $"{now}\n{sales.Log}");
        }
    }
}

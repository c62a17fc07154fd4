using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Approvals;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Agreements;

public sealed class ContractEndpointsTests
{
    const string Ann = "sales-agent/u-ann@north";
    const string Max = "sales-manager/u-max@north";
    const string Mia = "sales-manager/u-mia@north";
    const string Lea = "sales-manager/u-lea@legal";
    const string Ops = "sales-operations/u-ops@north";

    static readonly object Staff = new
    {
        users = new object[]
        {
            Person("u-ann", "sales-agent", "north"), Person("u-max", "sales-manager", "north"), Person("u-mia", "sales-manager", "north"),
            Person("u-lea", "sales-manager", "legal"), Person("u-ops", "sales-operations", "north"),
        },
        teams = new object[] { new { id = "north", manager = "u-max" }, new { id = "legal" } },
    };

    [Fact]
    public async Task A_contract_goes_from_the_draft_over_approval_and_signatures_to_the_won_deal_and_its_end()
    {
        await using var sales = await Start();
        var (deal, id) = await Draft(sales);
        var hash = await Hash(sales, id);
        using var printed = await sales.Send(Ann, "GET", $"/contracts/{id}/document");
        Assert.Equal(("text/html", hash), (printed.Content.Headers.ContentType?.MediaType, Convert.ToHexStringLower(SHA256.HashData(await printed.Content.ReadAsByteArrayAsync()))));

        await sales.Ok(Ann, "POST", $"/contracts/{id}/submit", new { });
        await sales.Ok(Ann, "POST", $"/contracts/{id}/submit", new { });
        var approval = Approval.IdOf("contract", id);
        Assert.Equal(["u-lea", "u-max", "u-mia"], Waiting(Assert.Single((await sales.Ok(Lea, "GET", "/approvals/waiting")).GetProperty("items").EnumerateArray())));
        await sales.Ok(Lea, "POST", $"/approvals/{approval}/claim", new { step = "legal", hash });
        await sales.Ok(Lea, "POST", $"/approvals/{approval}/decide", Yes("legal", hash) with { Comment = "Clause two is hard", Basis = SalesService.Basis });
        await sales.Ok(Max, "POST", $"/approvals/{approval}/delegate", new { step = "head", hash, to = "u-mia", reason = "holiday" });
        await sales.Ok(Mia, "POST", $"/approvals/{approval}/decide", Yes("head", hash));
        await Until(sales, $"/contracts/{id}", found => found.GetProperty("status").GetString() == "approved");

        await sales.Ok(Ann, "POST", $"/contracts/{id}/signatures", new { party = "seller", hash });
        await sales.Ok(Ann, "POST", $"/contracts/{id}/signatures", new { party = "buyer", hash, by = "Bea Buyer", evidence = "envelope-7", basis = SalesService.Basis });
        var row = Assert.Single((await sales.Ok(Ann, "GET", "/contracts?isLockedIn=true")).GetProperty("items").EnumerateArray());
        Assert.Equal(("active", "penalty", 1_000_00), (row.GetProperty("status").GetString(), row.GetProperty("lockIns")[0].GetString(), row.GetProperty("valueMinor").GetInt64()));
        Assert.Equal("409 opportunity.evidence-version", await (await sales.Send(Ann, "POST", $"/opportunities/{deal}/win",
            new { evidence = new { kind = "contract", stream = $"sales.contract-{id}", version = 99 } })).Problem());
        await sales.Ok(Ann, "POST", $"/opportunities/{deal}/win", new { evidence = new { kind = "contract", stream = $"sales.contract-{id}", version = 6 } });
        var task = await Until(sales, $"/tasks/{Sales.Tasks.WhenContractNoticeDue.TaskOf(id)}", found => found.TryGetProperty("assigneeId", out _));
        Assert.Equal("u-ann", task.GetProperty("assigneeId").GetString());
        await sales.Ok(Ann, "POST", $"/contracts/{id}/terminate", new { by = "customer", reason = "moved-abroad" });

        Assert.Equal("409 contract.not-open", await (await sales.Send(Max, "POST", $"/contracts/{id}/owner", new { ownerId = "u-mia", reason = "left" })).Problem());

        var timeline = await sales.Ok(Ann, "GET", $"/contracts/{id}/timeline");
        Assert.Equal(["drafted", "clause-worded", "clause-worded", "submitted", "approved", "signature-recorded", "signature-recorded", "signed", "activated", "notice-due",
            "terminated"], timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()!["sales.contract-".Length..^2]));
        var times = Assert.Single((await sales.Ok(Max, "GET", "/approvals/times?flow=contract")).EnumerateArray());
        Assert.Equal((1, 1), (times.GetProperty("approved").GetInt32(), times.GetProperty("rounds").GetInt32()));
        var rounds = await sales.Ok(Ann, "GET", $"/approvals?targetId={id}&status=approved");
        Assert.Single(rounds.GetProperty("items").EnumerateArray());
        var signed = timeline.EnumerateArray().Single(moment => moment.GetProperty("name").GetString() == "sales.contract-signed.1").GetProperty("occurredAt").GetString();
        Assert.Single((await sales.Ok(Ann, "GET", $"/contracts?status=active&asOf={signed}")).GetProperty("items").EnumerateArray());
        var decisions = await sales.Ok(Ann, "GET", $"/approvals/{approval}/timeline");
        Assert.DoesNotMatch("Tea for|Leaving|Bea Buyer|Clause two", timeline.GetRawText() + row.GetRawText() + decisions.GetRawText() + sales.Log);
        Assert.Empty(Endpoints.WithoutPermission(sales.App));
    }

    [Fact]
    public async Task Each_mistake_is_answered_by_what_is_wrong_and_changes_nothing()
    {
        await using var sales = await Start();
        var (deal, id) = await Draft(sales, Max);
        var hash = await Hash(sales, id);
        var approval = Approval.IdOf("contract", id);
        Assert.Equal("409 contract.not-approved", await Problem(Max, $"/contracts/{id}/signatures", new { party = "seller", hash }));
        Assert.Equal("404 flow.unknown", await Problem(Max, $"/contracts/{id}/submit", new { flow = "board" }));
        Assert.Equal("403 contract.other-owner", await Problem(Ann, $"/contracts/{id}/submit", new { }));
        await sales.Ok(Max, "POST", $"/contracts/{id}/submit", new { });
        var before = await Heads();

        Assert.Equal("403 approval.own", await Problem(Max, $"/approvals/{approval}/decide", Yes("head", hash)));
        Assert.Equal("403 permission.missing", await Problem(Ann, $"/approvals/{approval}/decide", Yes("head", hash)));
        Assert.Equal("403 permission.missing", await Problem(Ops, $"/approvals/{approval}/decide", Yes("head", hash)));
        Assert.Equal("403 approval.not-yours", await Problem(Mia, $"/approvals/{approval}/decide", Yes("legal", hash)));
        Assert.Equal("409 approval.needed-elsewhere", await Problem(Lea, $"/approvals/{approval}/decide", Yes("head", hash)));
        Assert.Equal("409 approval.other-content", await Problem(Lea, $"/approvals/{approval}/decide", Yes("legal", new string('0', 64))));
        Assert.Equal("409 approval.delegate-excluded", await Problem(Lea, $"/approvals/{approval}/delegate", new { step = "legal", hash, to = "u-max", reason = "holiday" }));
        Assert.Equal("409 approval.delegate-may-not", await Problem(Lea, $"/approvals/{approval}/delegate", new { step = "legal", hash, to = "u-ops", reason = "holiday" }));
        Assert.Equal("422 basis.missing", await Problem(Lea, $"/approvals/{approval}/decide", Yes("legal", hash) with { Comment = "Fine" }));
        Assert.Equal("404 approval.unknown", await Problem(Lea, $"/approvals/{Guid.NewGuid()}/decide", Yes("legal", hash)));
        Assert.Equal("412 version.stale", await (await sales.Send(Lea, "POST", $"/approvals/{approval}/decide", Yes("legal", hash), ifMatch: 9)).Problem());
        Assert.Equal("409 opportunity.evidence-unsigned",
            await Problem(Max, $"/opportunities/{deal}/win", new { evidence = new { kind = "contract", stream = $"sales.contract-{id}", version = 1 } }));
        Assert.Equal(before, await Heads());

        await sales.Ok(Lea, "POST", $"/approvals/{approval}/decide", Yes("legal", hash));
        Assert.Equal("409 approval.second-decision", await Problem(Lea, $"/approvals/{approval}/decide", Yes("head", hash)));
        await sales.Ok(Max, "POST", $"/contracts/{id}/change", new { text = Text(30), basis = SalesService.Basis });
        await Until(sales, $"/approvals/{approval}", found => found.GetProperty("status").GetString() == "invalidated");
        Assert.Equal("409 approval.not-waiting", await Problem(Mia, $"/approvals/{approval}/decide", Yes("head", hash)));
        Assert.Equal("409 contract.other-text", await Problem(Max, $"/contracts/{id}/signatures", new { party = "seller", hash }));
        Assert.Equal(HttpStatusCode.NotFound, (await sales.Send(Ann, "GET", $"/contracts/{Guid.NewGuid()}/document")).StatusCode);

        async Task<string> Problem(string who, string path, object body) => await (await sales.Send(who, "POST", path, body)).Problem();

        async Task<(int, int)> Heads() => ((await sales.Ok(Ann, "GET", $"/contracts/{id}/timeline")).GetArrayLength(),
            (await sales.Ok(Ann, "GET", $"/approvals/{approval}/timeline")).GetArrayLength());
    }

    [Fact]
    public async Task Who_becomes_the_owner_of_the_contract_or_its_deal_does_not_decide_on_it()
    {
        await using var sales = await Start();
        var (deal, id) = await Draft(sales);
        var (hash, approval) = (await Hash(sales, id), Approval.IdOf("contract", id));
        await sales.Ok(Ann, "POST", $"/contracts/{id}/submit", new { });
        await sales.Ok(Ops, "POST", $"/contracts/{id}/owner", new { ownerId = "u-lea", reason = "holiday" });
        await sales.Ok(Ops, "POST", $"/opportunities/{deal}/owner", new { ownerId = "u-mia", reason = "holiday" });

        Assert.Equal("403 approval.own", await (await sales.Send(Lea, "POST", $"/approvals/{approval}/decide", Yes("legal", hash))).Problem());
        Assert.Equal("403 approval.own", await (await sales.Send(Mia, "POST", $"/approvals/{approval}/claim", new { step = "head", hash })).Problem());
        Assert.Equal("409 approval.delegate-excluded", await (await sales.Send(Max, "POST", $"/approvals/{approval}/delegate",
            new { step = "head", hash, to = "u-mia", reason = "holiday" })).Problem());
        Assert.Equal("422 owner.unknown", await (await sales.Send(Ops, "POST", $"/contracts/{id}/owner", new { ownerId = "ghost", reason = "holiday" })).Problem());
        Assert.Equal("422 team.unknown", await (await sales.Send(Ops, "POST", $"/contracts/{id}/owner",
            new { ownerId = "u-max", ownerTeam = "nowhere", reason = "holiday" })).Problem());
        await sales.Ok(Max, "POST", $"/approvals/{approval}/decide", Yes("head", hash));
    }

    [Fact]
    public async Task Every_view_of_approvals_and_contracts_is_what_a_rebuild_gives()
    {
        await using var sales = await Start();
        var (_, id) = await Draft(sales);
        var (hash, approval) = (await Hash(sales, id), Approval.IdOf("contract", id));
        await sales.Ok(Ann, "POST", $"/contracts/{id}/submit", new { });
        await sales.Ok(Mia, "POST", $"/approvals/{approval}/decide", new { step = "head", hash, answer = "no" });
        await Until(sales, $"/contracts/{id}", found => found.GetProperty("status").GetString() == "draft");
        await sales.Ok(Ann, "POST", $"/contracts/{id}/submit", new { });
        await sales.Ok(Ann, "POST", $"/approvals/{approval}/withdraw", new { reason = "too-early" });
        await Until(sales, $"/contracts/{id}", found => found.GetProperty("status").GetString() == "draft");
        Assert.Equal("403 contract.other-owner", await (await sales.Send(Lea, "POST", $"/contracts/{id}/owner", new { ownerId = "u-lea", reason = "mine" })).Problem());
        await sales.Ok(Max, "POST", $"/contracts/{id}/owner", new { ownerId = "u-mia", reason = "left" });
        var given = Assert.Single((await sales.Ok(Ann, "GET", "/contracts?ownerId=u-mia")).GetProperty("items").EnumerateArray());
        Assert.Equal((id, "north"), (given.GetProperty("contractId").GetGuid(), given.GetProperty("ownerTeam").GetString()));
        Assert.Equal(2, (await sales.Ok(Ann, "GET", "/approvals")).GetProperty("items").GetArrayLength());

        await sales.RebuildEqualsLive<ApprovalList.Row, ApprovalList>();
        await sales.RebuildEqualsLive<ContractHistory.Row, ContractHistory>();
        await sales.RebuildEqualsLive<Sales.ApprovalFlows.ApprovalFlowList.Row, Sales.ApprovalFlows.ApprovalFlowList>();
    }

    sealed record Reply(string Step, string Hash, string Answer, string? Comment = null, object? Basis = null);

    static Reply Yes(string step, string hash) => new(step, hash, "yes");

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        sales.Directory = Staff;
        await sales.Publish();
        await sales.Ok(Ops, "POST", "/approval-flows/contract/publish", new
        {
            steps = new object[]
            {
                new { name = "legal", rank = 1, approvers = new[] { new { kind = "team", id = "legal" } } },
                new { name = "head", rank = 1, approvers = new[] { new { kind = "role", id = "sales-manager" } } },
            },
        });
        return sales;
    }

    /// <summary>A deal that has come to its last stage, and a contract that closes it.</summary>
    static async Task<(Guid Deal, Guid Contract)> Draft(DepartmentService sales, string who = Ann)
    {
        var account = await sales.Id(who, "/accounts", new { customerId = await sales.Registered() });
        var contact = await sales.Id(who, "/contacts", new { language = "de" });
        var deal = await sales.Id(who, "/opportunities", new { accountId = account, amount = new { minor = 1_000_00, currency = "EUR" }, closeDate = "2099-06-30" });
        await sales.Ok(who, "POST", $"/opportunities/{deal}/contacts", new { contactId = contact, role = "decider" });
        await sales.Ok(who, "POST", $"/opportunities/{deal}/stage", new { stage = "propose" });
        await sales.Ok(who, "POST", $"/opportunities/{deal}/criteria", new { criterion = "budget-confirmed" });
        return (deal, await sales.Id(who, "/contracts", new { opportunityId = deal, text = Text(90), basis = SalesService.Basis }));
    }

    // Its first day has come, and the last one for a notice is near.
    static object Text(int noticeDays) => new
    {
        from = "2026-01-01",
        to = DateTime.UtcNow.AddDays(noticeDays + 3).ToString("yyyy-MM-dd"),
        noticeDays,
        clauses = new object[] { new { name = "subject", text = "Tea for all" }, new { name = "early-end", text = "Leaving costs a month", lockIn = "penalty" } },
    };

    static async Task<string> Hash(DepartmentService sales, Guid id) => (await sales.Ok(Ann, "GET", $"/contracts/{id}")).GetProperty("hash").GetString()!;

    static IEnumerable<string?> Waiting(JsonElement row) => row.GetProperty("waitingFor").EnumerateArray().Select(person => person.GetString());

    static object Person(string id, string role, string team) => new { id, active = true, roles = new[] { role }, team };

    /// <summary>Asks until it is so: a reaction answers its fact soon, not at once.</summary>
    static async Task<JsonElement> Until(DepartmentService sales, string path, Func<JsonElement, bool> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(120); ; await Task.Delay(50))
        {
            using var response = await sales.Send(Ann, "GET", path);
            var found = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            if (response.IsSuccessStatusCode && isSo(found))
            {
                return found;
            }

            Assert.True(DateTime.UtcNow < end, $"{path}: {found}\n{sales.Log}");
        }
    }
}

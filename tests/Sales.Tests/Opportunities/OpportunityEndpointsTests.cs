using System.Net;
using System.Text.Json;
using CrmSuite.Sales.Orders;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class OpportunityEndpointsTests
{
    static readonly string Day = DateTime.UtcNow.ToString("yyyy-MM-dd");
    static readonly object Ordered = new { kind = "customer-order", stream = "erp.order-4711", version = 0 };
    static readonly object Nothing = new { kind = "contract", stream = "sales.contract-8e7d6c5b-4a39-5b28-9c17-0d1e2f3a4b5c", version = 0 };

    [Fact]
    public async Task A_deal_goes_from_the_first_word_to_the_order_and_back_into_the_pipeline()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var ann = await sales.Id("sales-agent", "/contacts", new { language = "de" });
        await sales.Ok("sales-operations", "POST", "/rates", new { currency = "USD", rate = "0.9", firstDay = Day, source = "ecb" });
        var id = await sales.Id("sales-agent", "/opportunities",
            new { accountId = account, amount = Dollar(1_000_00), closeDate = "2099-06-30", title = "Tea for all", basis = SalesService.Basis });

        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/contacts", new { contactId = ann, role = "decider" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/stage", new { stage = "propose" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/criteria", new { criterion = "budget-confirmed" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/need", new { need = "Strong tea", basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/probability", new { probabilityBp = 6000, reason = "verbal-yes" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/category", new { category = "commit" });

        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/opportunities?accountId={account}&stage=propose&sort=amount")).GetProperty("items")
            .EnumerateArray());
        Assert.Equal((6000, "commit", 1_000_00),
            (row.GetProperty("probabilityBp").GetInt32(), row.GetProperty("category").GetString(), row.GetProperty("amountMinor").GetInt64()));
        var lane = Assert.Single((await sales.Ok("sales-agent", "GET", "/opportunities/board")).EnumerateArray());
        Assert.Equal(("propose", "USD", 1, 1_000_00),
            (lane.GetProperty("stage").GetString(), lane.GetProperty("currency").GetString(), lane.GetProperty("deals").GetInt64(),
            lane.GetProperty("amountMinor").GetInt64()));
        var pipeline = await sales.Ok("sales-agent", "GET", "/opportunities/pipeline");
        Assert.Equal(("EUR", 900_00, 540_00),
            (pipeline.GetProperty("currency").GetString(), pipeline.GetProperty("reportMinor").GetInt64(), pipeline.GetProperty("weightedMinor").GetInt64()));

        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/win", new { evidence = Ordered, value = Dollar(900_00), total = Dollar(1_080_00) });
        var order = WhenOpportunityWon.OrderOf(id, 1);
        var placed = await Until(sales, $"/orders/{order}", found => found.TryGetProperty("total", out _));
        Assert.Equal((1_080_00, "opportunity"), (placed.GetProperty("total").GetProperty("minor").GetInt64(), placed.GetProperty("source").GetString()));
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/reopen", new { reason = "changed-mind" });
        await Until(sales, $"/orders/{order}", found => found.GetProperty("status").GetString() == "cancelled");

        var timeline = await sales.Ok("sales-agent", "GET", $"/opportunities/{id}/timeline");
        Assert.Equal(["opened", "contact-added", "stage-moved", "criterion-ticked", "need-recorded", "probability-overridden", "categorised", "amount-changed",
            "won", "reopened"],
            timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()!["sales.opportunity-".Length..^2]));
        var api = (await sales.Ok("sales-agent", "GET", "/openapi/v1.json")).GetProperty("paths");
        Assert.Equal("sales:write", api.GetProperty("/opportunities/{id}/win").GetProperty("post").GetProperty("x-permission").GetString());
        Assert.DoesNotMatch("Tea for|Strong tea", timeline.GetRawText() + row.GetRawText() + sales.Log);
        Assert.Empty(Endpoints.WithoutPermission(sales.App));
    }

    [Fact]
    public async Task Each_mistake_says_what_is_wrong_and_what_to_do_and_leaves_nothing_half_done()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var ann = await sales.Id("sales-agent", "/contacts", new { language = "de" });
        var id = await sales.Id("sales-agent", "/opportunities", Deal(account));
        var others = await sales.Id("sales-agent", "/opportunities",
            new { accountId = account, amount = Dollar(1), closeDate = "2099-06-30", ownerId = "u-other" });
        var before = await Head(sales, id);

        Assert.Equal("409 opportunity.criterion-missing", await Problem($"/opportunities/{id}/stage", new { stage = "propose" }));
        Assert.Equal("409 opportunity.other-currency",
            await Problem($"/opportunities/{id}/amount", new { amount = new { minor = 1, currency = "EUR" }, reason = "euro" }));
        Assert.Equal("403 opportunity.other-owner", await Problem($"/opportunities/{others}/close-date", new { closeDate = "2099-07-31", reason = "budget" }));
        Assert.Equal("409 opportunity.no-such-stage", await Problem($"/opportunities/{id}/stage", new { stage = "negotiate" }));
        Assert.Equal("404 account.unknown", await Problem("/opportunities", Deal(Guid.NewGuid())));
        Assert.Equal("404 lead.unknown",
            await Problem("/opportunities", new { accountId = account, amount = Dollar(1), closeDate = "2099-06-30", leadId = Guid.NewGuid() }));
        Assert.Equal("404 stages.unknown",
            await Problem("/opportunities", new { accountId = account, amount = Dollar(1), closeDate = "2099-06-30", stages = "partners" }));
        Assert.Equal("404 contact.unknown", await Problem($"/opportunities/{id}/contacts", new { contactId = Guid.NewGuid(), role = "decider" }));
        Assert.Equal("404 opportunity.unknown", await Problem($"/opportunities/{Guid.NewGuid()}/lose", new { reason = "price" }));
        Assert.Equal("400 reason.form", await Problem($"/opportunities/{id}/lose", new { reason = "He was angry" }));
        Assert.Equal("400 json.invalid", await Problem($"/opportunities/{id}/category", new { category = "hope" }));
        Assert.Equal("422 basis.missing", await Problem($"/opportunities/{id}/need", new { need = "Strong tea" }));
        Assert.Equal("412 version.stale",
            await (await sales.Send("sales-agent", "POST", $"/opportunities/{id}/close-date", new { closeDate = "2099-07-31", reason = "budget" }, ifMatch: 7))
            .Problem());
        Assert.Equal("403 permission.missing", await Problem("/stages/standard/publish", new { stages = new[] { new { name = "one", probabilityBp = 1 } } }));
        Assert.Equal("403 permission.missing", await Problem("/rates", new { currency = "USD", rate = "1", firstDay = Day, source = "ecb" }));
        Assert.Equal(before, await Head(sales, id));

        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/contacts", new { contactId = ann, role = "decider" });
        Assert.Equal("409 opportunity.stage-skipped", await Problem($"/opportunities/{id}/win", new { evidence = Ordered }));
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/stage", new { stage = "propose" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{id}/criteria", new { criterion = "budget-confirmed" });
        Assert.Equal("409 opportunity.evidence", await Problem($"/opportunities/{id}/win", new { evidence = new { kind = "none" } }));
        Assert.Equal("409 opportunity.evidence-missing", await Problem($"/opportunities/{id}/win", new { evidence = Nothing }));
        Assert.Equal("409 rate.missing", await Problem($"/opportunities/{id}/win", new { evidence = Ordered }));
        Assert.Equal(before + 3, await Head(sales, id));

        async Task<string> Problem(string path, object body) => await (await sales.Send("sales-agent", "POST", path, body)).Problem();
    }

    [Fact]
    public async Task The_bridge_over_HTTP_joins_two_pipelines_as_of_their_instants_and_opens_to_its_events()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        await Rate("2026-01-05", "0.8", "2026-01-05T08:00:00Z");
        var first = await sales.Id("sales-operations", "/opportunities?at=2026-01-06T09:00:00Z", Deal(account));
        await sales.Ok("sales-operations", "POST", $"/opportunities/{first}/amount?at=2026-01-20T09:00:00Z",
            new { amount = Dollar(2_000_00), reason = "more-seats" });
        var second = await sales.Id("sales-operations", "/opportunities?at=2026-01-21T09:00:00Z", Deal(account));
        await sales.Ok("sales-operations", "POST", $"/opportunities/{second}/lose?at=2026-01-22T09:00:00Z", new { reason = "price" });
        await Rate("2026-01-25", "0.9", "2026-01-24T08:00:00Z");
        var id = CrmSuite.Sales.Rates.Rate.IdOf("USD", "EUR");
        await sales.Ok("sales-operations", "POST", $"/rates/{id}/corrections?at=2026-01-28T08:00:00Z",
            new { firstDay = "2026-01-25", rate = "0.85", reason = "typing-error" });

        var bridge = await sales.Ok("sales-agent", "GET", "/opportunities/bridge?from=2026-01-10T00:00:00Z&until=2026-02-01T00:00:00Z");
        Assert.Equal((800_00, 1_700_00, 0), (Minor(bridge, "openingMinor"), Minor(bridge, "closingMinor"), Minor(bridge, "checkMinor")));
        Assert.Equal(["new 80000 1", "amount-up 80000 1", "lost -80000 1", "fx 10000 2"],
            bridge.GetProperty("bars").EnumerateArray().Where(bar => bar.GetProperty("items").GetInt32() > 0)
                .Select(bar => $"{bar.GetProperty("bar")} {bar.GetProperty("amountMinor")} {bar.GetProperty("items")}"));
        Assert.Equal(Minor(bridge, "openingMinor"),
            Minor(await sales.Ok("sales-agent", "GET", "/opportunities/pipeline?asOf=2026-01-10T00:00:00Z"), "reportMinor"));
        Assert.Equal(Minor(bridge, "closingMinor"),
            Minor(await sales.Ok("sales-agent", "GET", "/opportunities/pipeline?asOf=2026-02-01T00:00:00Z"), "reportMinor"));

        var page = await sales.Ok("sales-agent", "GET", "/opportunities/bridge/fx?from=2026-01-10T00:00:00Z&until=2026-02-01T00:00:00Z&size=1");
        Assert.Equal((20_000, 1), (Minor(Assert.Single(page.GetProperty("items").EnumerateArray()), "amountMinor"), page.GetProperty("next").GetInt32()));
        page = await sales.Ok("sales-agent", "GET", "/opportunities/bridge/fx?from=2026-01-10T00:00:00Z&until=2026-02-01T00:00:00Z&size=1&after=1");
        Assert.Equal(-10_000, Minor(Assert.Single(page.GetProperty("items").EnumerateArray()), "amountMinor"));
        var calibration = await sales.Ok("sales-agent", "GET", "/opportunities/calibration?asOf=2026-02-15T00:00:00Z&months=3");
        Assert.Equal((10, 1, true), (calibration.GetProperty("buckets").GetArrayLength(), calibration.GetProperty("buckets")[1].GetProperty("unresolved")
            .GetInt32(), calibration.GetProperty("buckets")[1].GetProperty("isTooFew").GetBoolean()));

        Assert.Equal("400 bridge.span",
            await (await sales.Send("sales-agent", "GET", "/opportunities/bridge?from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z")).Problem());
        Assert.Equal("404 bar.unknown", await (await sales.Send("sales-agent", "GET", "/opportunities/bridge/hope?from=2026-01-01T00:00:00Z")).Problem());
        Assert.Equal("400 page.size", await (await sales.Send("sales-agent", "GET", "/opportunities/pipeline?size=201")).Problem());
        Assert.Equal(1, (await sales.Ok("sales-agent", "GET", "/opportunities/pipeline?stage=qualify")).GetProperty("deals").GetInt32());
        Assert.Equal(0, (await sales.Ok("sales-agent", "GET", "/opportunities/pipeline?stage=propose")).GetProperty("deals").GetInt32());
        const string From = "from=2026-01-01T00:00:00Z";
        foreach (var passedOver in (string[])["pipeline?status=won", $"bridge?{From}&status=won", $"bridge?{From}&stage=propose", $"bridge/fx?{From}&stage=propose"])
        {
            Assert.Equal("400 request.invalid", await (await sales.Send("sales-agent", "GET", $"/opportunities/{passedOver}")).Problem());
        }

        Assert.Equal("400 list.sort", await (await sales.Send("sales-agent", "GET", "/opportunities?sort=hope")).Problem());
        Assert.Equal("400 calibration.months", await (await sales.Send("sales-agent", "GET", "/opportunities/calibration?months=0")).Problem());
        Assert.Equal(HttpStatusCode.Forbidden, (await sales.Send("sales-agent", "POST", "/opportunities?at=2026-01-06T09:00:00Z", Deal(account))).StatusCode);

        Task Rate(string firstDay, string rate, string at) =>
            sales.Ok("sales-operations", "POST", $"/rates?at={at}", new { currency = "USD", rate, firstDay, source = "ecb" });
    }

    [Fact]
    public async Task Opportunities_are_imported_at_any_stage_and_valued_when_a_rate_of_their_day_comes()
    {
        await using var sales = await Start();
        await sales.Ok("sales-agent", "POST", "/accounts", new { customerId = await sales.Registered(), source = "erp", number = "A-1" });
        var columns = new[] { "number", "account", "amount", "currency", "closeDate", "stage", "ownerId", "openedAt", "kind" };
        var mapping = new
        {
            fields = columns.ToDictionary(name => name, name => (object)new { column = name }).Append(new("source", new { value = "erp" }))
            .ToDictionary()
        };
        var file = string.Join(',', columns) + "\n1,A-1,1000.50,USD,2026-06-30,propose,u-ann,2026-01-06T09:00:00Z,up-sell\n2,A-9,1,USD,2026-06-30,,u-ann,,\n3,A-1,1,USD,2026-06-30,hope,u-ann,,\n";

        var (accepted, refused) = await sales.Import("opportunities", file, mapping);

        Assert.Equal((1, "3 account.unknown,4 opportunity.no-such-stage"), (accepted, string.Join(",", refused)));
        var before = await sales.Ok("sales-agent", "GET", "/opportunities/pipeline");
        Assert.Equal((1, 1, 0), (before.GetProperty("deals").GetInt32(), before.GetProperty("unrated").GetInt32(), Minor(before, "reportMinor")));
        await sales.Ok("sales-operations", "POST", "/rates", new { currency = "USD", rate = "0.9", firstDay = "2026-01-01", source = "ecb" });
        var after = await sales.Ok("sales-agent", "GET", "/opportunities/pipeline");
        Assert.Equal((0, 900_45, 900_45, 450_23),
            (after.GetProperty("unrated").GetInt32(), Minor(after, "eventMinor"), Minor(after, "reportMinor"), Minor(after, "weightedMinor")));
        Assert.Equal("up-sell", after.GetProperty("items")[0].GetProperty("deal").GetProperty("kind").GetString());
    }

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        return sales;
    }

    static object Deal(Guid account) => new { accountId = account, amount = Dollar(1_000_00), closeDate = "2099-06-30" };

    static object Dollar(long minor) => new { minor, currency = "USD" };

    static long Minor(JsonElement answer, string name) => answer.GetProperty(name).GetInt64();

    static async Task<int> Head(DepartmentService sales, Guid id) => (await sales.Ok("sales-agent", "GET", $"/opportunities/{id}/timeline")).GetArrayLength();

    /// <summary>Asks until it is so: a reaction answers its fact soon, not at once.</summary>
    static async Task<JsonElement> Until(DepartmentService sales, string path, Func<JsonElement, bool> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(50))
        {
            using var response = await sales.Send("sales-agent", "GET", path);
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            if (response.IsSuccessStatusCode && isSo(answer))
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow < end, $"{path}: {answer}\n{sales.Log}");
        }
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Agreements;
using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Sales.Tests.Quotes;

public sealed class QuoteEndpointsTests
{
    static readonly string Day = DateTime.UtcNow.ToString("yyyy-MM-dd");

    [Fact]
    public async Task A_free_quote_goes_from_the_price_list_to_the_order()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var id = await sales.Id("sales-agent", "/quotes",
            new { accountId = account, offer = Offer(recipient: "Ann, Brīvības iela 1"), basis = SalesService.Basis });

        var quote = await sales.Ok("sales-agent", "GET", $"/quotes/{id}");
        Assert.DoesNotContain("Brīvības", quote.GetRawText(), StringComparison.Ordinal);
        using var printed = await sales.Send("sales-agent", "GET", $"/quotes/{id}/versions/1/document");
        var bytes = await printed.Content.ReadAsByteArrayAsync();
        Assert.Equal(Hash(quote, 0), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal("text/html", printed.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Ann, Brīvības iela 1", System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);

        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/send");
        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/quotes?accountId={account}&status=sent")).GetProperty("items").EnumerateArray());
        Assert.Equal((24_00, 29_04, 1), (Minor(row, "netMinor"), Minor(row, "grossMinor"), row.GetProperty("sentVersion").GetInt32()));
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/accept",
            new { version = 1, hash = Hash(quote, 0), evidence = "letter 4711", by = "Ann", basis = SalesService.Basis });

        var order = await sales.Until($"/orders/{WhenQuoteAccepted.OrderOf(id, 1)}", found => found.TryGetProperty("total", out _));
        Assert.Equal((29_04, "quote", "tea"), (Minor(order.GetProperty("total"), "minor"), order.GetProperty("source").GetString(),
            order.GetProperty("lines")[0].GetProperty("product").GetString()));
        var timeline = await sales.Ok("sales-agent", "GET", $"/quotes/{id}/timeline");
        Assert.Equal(["drafted", "sent", "accepted"],
            timeline.EnumerateArray().Select(moment => moment.GetProperty("name").GetString()!["sales.quote-".Length..^2]));
        Assert.DoesNotMatch("Brīvības", timeline.GetRawText() + row.GetRawText() + sales.Log);
        Assert.Empty(Endpoints.WithoutPermission(sales.App));
    }

    [Fact]
    public async Task A_primary_quote_sets_the_amount_of_its_deal_opens_its_stage_and_proves_its_win()
    {
        await using var sales = await Start();
        await sales.Ok("sales-operations", "POST", "/stages/quoted/publish", new
        {
            stages = new object[]
            {
                new { name = "propose", probabilityBp = 5000, exit = new[] { new { name = "offered", kind = "quote-sent" } } },
                new { name = "agree", probabilityBp = 9000, exit = new[] { new { name = "agreed", kind = "quote-accepted" } } },
            },
            evidence = new[] { "quote" },
        });
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var deal = await sales.Id("sales-agent", "/opportunities",
            new { accountId = account, amount = new { minor = 1_000_00, currency = "EUR" }, closeDate = "2099-06-30", stages = "quoted" });
        var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, opportunityId = deal, offer = Offer() });
        var hash = Hash(await sales.Ok("sales-agent", "GET", $"/quotes/{id}"), 0);

        Assert.Equal("409 opportunity.criterion-missing", await Problem(sales, $"/opportunities/{deal}/stage", new { stage = "agree" }));
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/send");
        await sales.Until($"/opportunities/{deal}", found => Minor(found.GetProperty("amount"), "minor") == 24_00);
        await sales.Ok("sales-agent", "POST", $"/opportunities/{deal}/stage", new { stage = "agree" });

        var evidence = new { kind = "quote", stream = $"sales.quote-{id}", version = 1 };
        Assert.Equal("409 opportunity.evidence-unknown", await Problem(sales, $"/opportunities/{deal}/win", new { evidence }));
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/accept", new { version = 1, hash, evidence = "letter 4711" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{deal}/win", new { evidence });
        var order = await sales.Until($"/orders/{WhenOpportunityWon.OrderOf(deal, 1)}", found => found.TryGetProperty("total", out _));
        Assert.Equal(29_04, Minor(order.GetProperty("total"), "minor"));
        Assert.Equal(HttpStatusCode.NotFound, (await sales.Send("sales-agent", "GET", $"/orders/{WhenQuoteAccepted.OrderOf(id, 1)}")).StatusCode);
    }

    [Fact]
    public async Task Each_mistake_says_what_is_wrong_and_what_to_do_and_leaves_nothing_half_done()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var deal = await sales.Id("sales-agent", "/opportunities",
            new { accountId = account, amount = new { minor = 1, currency = "USD" }, closeDate = "2099-06-30" });
        var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer() });
        var sent = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer() });
        await sales.Ok("sales-agent", "POST", $"/quotes/{sent}/send");
        var cheap = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer(discountBp: 2_100) });
        var dollars = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer("USD") });
        var before = (await Head(sales, id), await Head(sales, sent), await Head(sales, cheap), await Head(sales, dollars));

        Assert.Equal("409 quote.sent", await Problem(sales, $"/quotes/{sent}/change", new { offer = Offer(discountBp: 1) }));
        Assert.Equal("409 quote.approval-needed", await Problem(sales, $"/quotes/{cheap}/send"));
        Assert.Equal("409 quote.other-currency", await Problem(sales, "/quotes", new { accountId = account, opportunityId = deal, offer = Offer() }));
        Assert.Equal("409 rate.missing", await Problem(sales, $"/quotes/{dollars}/send"));
        Assert.Equal("409 quote.no-price", await Problem(sales, "/quotes", new { accountId = account, offer = Offer("JPY") }));
        Assert.Equal("409 quote.not-sent", await Problem(sales, $"/quotes/{id}/accept", new { version = 1, hash = "", evidence = "letter" }));
        Assert.Equal("409 quote.other-version", await Problem(sales, $"/quotes/{sent}/accept", new { version = 1, hash = "", evidence = "letter" }));
        Assert.Equal("404 account.unknown", await Problem(sales, "/quotes", new { accountId = Guid.NewGuid(), offer = Offer() }));
        Assert.Equal("404 quote.unknown", await Problem(sales, $"/quotes/{Guid.NewGuid()}/send"));
        Assert.Equal("404 quote.unknown", await Problem(sales, $"/quotes/{Guid.NewGuid()}/revise", new { reason = "again" }));
        Assert.Equal("404 quote.unknown", await (await sales.Send("sales-agent", "GET", $"/quotes/{id}/versions/2/document")).Problem());
        Assert.Equal("403 quote.other-owner", await (await sales.Send("sales-agent/u-bob@south", "POST", $"/quotes/{id}/send")).Problem());
        Assert.Equal("422 basis.missing", await Problem(sales, $"/quotes/{id}/change", new { offer = Offer(recipient: "Ann") }));
        Assert.Equal("400 quote.language", await Problem(sales, $"/quotes/{id}/change", new { offer = Offer(language: "tlh") }));
        Assert.Equal("412 version.stale", await (await sales.Send("sales-agent", "POST", $"/quotes/{id}/send", ifMatch: 7)).Problem());
        Assert.Equal("403 permission.missing", await Problem(sales, "/products/tea/retire", new { reason = "sold-out" }));
        Assert.Equal("403 permission.missing", await Problem(sales, "/corridor/publish", new { discountBp = 10_000 }));
        Assert.Equal("403 permission.missing",
            await Problem(sales, $"/accounts/{account}/prices", new { prices = new[] { Price("tea", 1, "EUR") }, reason = "nice" }));
        Assert.Equal("403 permission.missing",
            await Problem(sales, "/taxes/LV/publish", new { rates = new[] { new { code = "standard", rateBp = 0, firstDay = Day } } }));
        Assert.Equal(before, (await Head(sales, id), await Head(sales, sent), await Head(sales, cheap), await Head(sales, dollars)));
    }

    [Fact]
    public async Task Beyond_the_corridor_an_approval_of_exactly_this_hash_lets_it_out_and_a_change_takes_that_back()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer(discountBp: 5_000) });
        var quote = await sales.Ok("sales-agent", "GET", $"/quotes/{id}");
        await Approve(sales, id, 1, Hash(quote, 0));

        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/change", new { offer = Offer(discountBp: 6_000) });
        Assert.Equal("409 quote.approval-needed", await Problem(sales, $"/quotes/{id}/send"));
        await Invalidated(sales, id);
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/change", new { offer = Offer(discountBp: 5_000) });
        Assert.Equal("409 quote.approval-needed", await Problem(sales, $"/quotes/{id}/send"));
        await Approve(sales, id, 2, Hash(quote, 0));
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/send");

        var row = Assert.Single((await sales.Ok("sales-agent", "GET", "/quotes")).GetProperty("items").EnumerateArray());
        Assert.True(row.GetProperty("isBeyond").GetBoolean());
        var next = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer() });
        Assert.Equal("404 flow.unknown", await Problem(sales, $"/quotes/{next}/approval", new { }));
    }

    [Fact]
    public async Task The_price_list_says_which_price_applies_to_an_account_and_why()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        Assert.Equal("422 product.unknown", await (await sales.Send("sales-operations", "POST", "/pricebooks/partners/publish",
            new { prices = new[] { Price("pot", 9_00, "EUR") } })).Problem());
        await sales.Ok("sales-operations", "POST", "/products/pot/list", new { name = "Pot" });
        await sales.Ok("sales-operations", "POST", "/pricebooks/partners/publish",
            new { prices = new[] { Price("tea", 11_00, "EUR"), Price("pot", 9_00, "EUR") } });
        await sales.Ok("sales-operations", "POST", $"/accounts/{account}/pricebook", new { book = "partners" });
        await sales.Ok("sales-operations", "POST", $"/accounts/{account}/prices", new { prices = new[] { Price("tea", 10_00, "EUR") }, reason = "volume" });

        var prices = (await sales.Ok("sales-agent", "GET", $"/prices?currency=EUR&accountId={account}&size=1")).GetProperty("items")[0];
        Assert.Equal(("pot", "book", "The account buys by the price book 'partners'."),
            (prices.GetProperty("product").GetString(), prices.GetProperty("source").GetString(), prices.GetProperty("why").GetString()));
        prices = (await sales.Ok("sales-agent", "GET", $"/prices?currency=EUR&accountId={account}&size=1&after=pot")).GetProperty("items")[0];
        Assert.Equal(("individual", 10_00, 2), (prices.GetProperty("source").GetString(), Minor(prices.GetProperty("price"), "minor"),
            prices.GetProperty("instead").GetArrayLength()));
        Assert.Equal("standard", (await sales.Ok("sales-agent", "GET", "/prices?currency=EUR")).GetProperty("items")[0].GetProperty("source").GetString());
        Assert.Equal(1, (await sales.Ok("sales-agent", "GET", $"/pricebooks?accountId={account}")).GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await sales.Ok("sales-agent", "GET", "/pricebooks?book=partners")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await sales.Ok("sales-agent", "GET", "/products?family=tea")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await sales.Ok("sales-agent", "GET", "/taxes?country=LV")).GetProperty("items").GetArrayLength());
        Assert.Equal(2_000, (await sales.Ok("sales-agent", "GET", "/corridor/versions")).GetProperty("items")[0].GetProperty("discountBp").GetInt32());

        var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer() });
        var terms = (await sales.Ok("sales-agent", "GET", $"/quotes/{id}")).GetProperty("versions")[0].GetProperty("terms");
        Assert.Equal(20_00, Minor(terms.GetProperty("net"), "minor"));
    }

    [Fact]
    public async Task A_quote_expires_by_itself_and_what_it_was_can_still_be_asked_for()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var id = await sales.Id("sales-operations", "/quotes?at=2026-02-01T09:00:00Z", new { accountId = account, offer = Offer(validUntil: "2026-02-10") });
        await sales.Ok("sales-operations", "POST", $"/quotes/{id}/send?at=2026-02-02T09:00:00Z");

        var over = await sales.Until("/quotes?status=expired", found => found.GetProperty("items").GetArrayLength() == 1);
        Assert.Equal("2026-02-10T23:00:00", over.GetProperty("items")[0].GetProperty("closedAt").GetString()![..19]);
        var then = await sales.Ok("sales-agent", "GET", "/quotes?asOf=2026-02-05T00:00:00Z");
        Assert.Equal("sent", then.GetProperty("items")[0].GetProperty("status").GetString());
        Assert.Equal("409 quote.expired", await (await sales.Send("sales-operations", "POST", $"/quotes/{id}/accept",
            new { version = 1, hash = Hash(await sales.Ok("sales-agent", "GET", $"/quotes/{id}"), 0), evidence = "letter" })).Problem());
    }

    [Fact]
    public async Task An_accepted_quote_drafts_one_contract_where_the_stage_table_that_its_deal_is_on_takes_no_quote_as_evidence()
    {
        await using var sales = await Start(); // Its table takes a contract or the customer's order.
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var deal = await Deal(sales, account);
        var id = await Accepted(sales, account, deal, "Ann");

        var contract = WhenQuoteOfDealAccepted.ContractOf(id);
        var drafted = await sales.Until($"/contracts/{contract}", found => found.TryGetProperty("terms", out _));
        Assert.Equal(("draft", 24_00, "lv"), (drafted.GetProperty("status").GetString(),
            Minor(drafted.GetProperty("terms").GetProperty("value"), "minor"), drafted.GetProperty("terms").GetProperty("language").GetString()));
        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/contracts?quoteId={id}")).GetProperty("items").EnumerateArray());
        Assert.Equal((deal, 1, (await sales.Ok("sales-agent", "GET", $"/opportunities/{deal}")).GetProperty("ownerId").GetString()),
            (row.GetProperty("opportunityId").GetGuid(), row.GetProperty("quoteVersion").GetInt32(), row.GetProperty("ownerId").GetString()));
        using var printed = await sales.Send("sales-agent", "GET", $"/contracts/{contract}/document");
        Assert.Contains("Ann, Brīvības iela 1", await printed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("409 contract.no-clauses", await Problem(sales, $"/contracts/{contract}/submit", new { }));

        // A deal stays on its version of the table until it moves.
        await Publish(sales, "contract", "quote");
        var second = await Accepted(sales, account, deal);
        var proven = await Accepted(sales, account, await Deal(sales, account));
        await Publish(sales, "contract");
        var third = await Accepted(sales, account, await Deal(sales, account));
        foreach (var quote in (Guid[])[second, third])
        {
            await sales.Until($"/contracts/{WhenQuoteOfDealAccepted.ContractOf(quote)}", found => found.TryGetProperty("terms", out _));
        }

        Assert.Empty((await sales.Ok("sales-agent", "GET", $"/contracts?quoteId={proven}")).GetProperty("items").EnumerateArray());
        Assert.Equal(3, (await sales.Ok("sales-agent", "GET", $"/contracts?accountId={account}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Corridor_taxes_and_prices_are_previewed_and_nothing_is_published()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var draft = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer(discountBp: 1_000) });
        object taxes = new { rates = new[] { new { code = "standard", rateBp = 2_200, firstDay = "2012-07-01" } } };
        object prices = new { prices = new[] { Price("tea", 12_50, "EUR") } };

        Assert.Equal($"draft-needs-approval tea {draft}", await Previewed("/corridor/preview", new { discountBp = 500 }));
        Assert.Equal($"draft-taxed-otherwise standard from 2012-07-01 {draft}", await Previewed("/taxes/LV/preview", taxes));
        Assert.Equal($"draft-priced-otherwise tea {draft}", await Previewed("/pricebooks/standard/preview", prices));
        Assert.Equal("", await Previewed("/corridor/preview", new { discountBp = 1_000 }));
        Assert.Equal("400 taxes.country", await (await sales.Send("sales-operations", "POST", "/taxes/Latvia/preview", taxes)).Problem());
        Assert.Equal("400 pricebook.name", await (await sales.Send("sales-operations", "POST", "/pricebooks/Our%20book/preview", prices)).Problem());
        Assert.Equal("403 permission.missing", await Problem(sales, "/corridor/preview", new { discountBp = 500 }));
        Assert.Single((await sales.Ok("sales-agent", "GET", "/corridor/timeline")).EnumerateArray());
        Assert.Single((await sales.Ok("sales-agent", "GET", "/taxes/LV/timeline")).EnumerateArray());
        Assert.Single((await sales.Ok("sales-agent", "GET", "/pricebooks/standard/timeline")).EnumerateArray());

        async Task<string> Previewed(string path, object command) => string.Join(", ", (await sales.Ok("sales-operations", "POST", path, command)).EnumerateArray()
            .Select(found => $"{found.GetProperty("what")} {found.GetProperty("name")} {found.GetProperty("examples")[0]}"));
    }

    [Fact]
    public async Task Rebuilt_the_lists_of_products_prices_taxes_corridor_and_quotes_are_what_they_are()
    {
        await using var sales = await Start();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        await sales.Ok("sales-operations", "POST", "/products/pot/list", new { name = "Pot" });
        await sales.Ok("sales-operations", "POST", "/products/pot/retire", new { reason = "sold-out" });
        await sales.Ok("sales-operations", "POST", "/pricebooks/standard/publish",
            new { prices = new[] { Price("tea", 12_50, "EUR"), Price("pot", 9_00, "EUR") } });
        await sales.Ok("sales-operations", "POST", "/taxes/LV/publish",
            new { rates = new[] { new { code = "standard", rateBp = 2_200, firstDay = "2012-07-01" } } });
        await sales.Ok("sales-operations", "POST", "/corridor/publish", new { discountBp = 1_000 });
        foreach (var how in (string[])["send", "withdraw"])
        {
            var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, offer = Offer() });
            await sales.Ok("sales-agent", "POST", $"/quotes/{id}/change", new { offer = Offer(discountBp: 500) });
            await sales.Ok("sales-agent", "POST", $"/quotes/{id}/{how}", how == "send" ? null : new { reason = "sold-out" });
        }

        await sales.RebuildEqualsLive<ProductList.Row, ProductList>();
        await sales.RebuildEqualsLive<PriceBookList.Row, PriceBookList>();
        await sales.RebuildEqualsLive<TaxTableList.Row, TaxTableList>();
        await sales.RebuildEqualsLive<CorridorList.Row, CorridorList>();
        await sales.RebuildEqualsLive<QuoteHistory.Row, QuoteHistory>();
    }

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        await sales.Ok("sales-operations", "POST", "/products/tea/list?at=2026-01-01T09:00:00Z", new { name = "Green tea", unit = "kg", family = "tea" });
        await sales.Ok("sales-operations", "POST", "/pricebooks/standard/publish?at=2026-01-01T09:00:00Z",
            new { prices = new[] { Price("tea", 12_00, "EUR"), Price("tea", 13_00, "USD") } });
        await sales.Ok("sales-operations", "POST", "/taxes/LV/publish?at=2026-01-01T09:00:00Z",
            new { rates = new[] { new { code = "standard", rateBp = 2_100, firstDay = "2012-07-01" } } });
        await sales.Ok("sales-operations", "POST", "/corridor/publish?at=2026-01-01T09:00:00Z", new { discountBp = 2_000 });
        return sales;
    }

    static Task<Guid> Deal(DepartmentService sales, Guid account) => sales.Id("sales-agent", "/opportunities",
        new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30" });

    /// <summary>A quote of a deal that was sent and accepted.</summary>
    static async Task<Guid> Accepted(DepartmentService sales, Guid account, Guid deal, string? by = null)
    {
        var offer = Offer(language: "lv", recipient: "Ann, Brīvības iela 1");
        var id = await sales.Id("sales-agent", "/quotes", new { accountId = account, opportunityId = deal, offer, basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/send");
        var hash = Hash(await sales.Ok("sales-agent", "GET", $"/quotes/{id}"), 0);
        await sales.Ok("sales-agent", "POST", $"/quotes/{id}/accept",
            new { version = 1, hash, evidence = "letter 4711", by, basis = by is null ? null : SalesService.Basis });
        return id;
    }

    /// <summary>A stage table of one stage that asks for such evidence.</summary>
    static Task<JsonElement> Publish(DepartmentService sales, params string[] evidence) => sales.Ok("sales-operations", "POST", "/stages/standard/publish",
        new { stages = new[] { new { name = "qualify", probabilityBp = 1000 } }, evidence, replaced = new { discover = "qualify", propose = "qualify" } });

    /// <summary>Waits until a reaction has taken the approval back.</summary>
    static async Task Invalidated(DepartmentService sales, Guid id)
    {
        var journal = sales.App.Services.GetRequiredService<IJournal>();
        for (var (end, approval) = (DateTime.UtcNow.AddMinutes(2), Approval.IdOf(Quote.Noun, id));
            (await journal.Load<Approval>(approval, default)).State.Status != ApprovalStatus.Invalidated;)
        {
            Assert.True(DateTime.UtcNow < end, sales.Log);
            await Task.Delay(50);
        }
    }

    static Task<Outcome> Approve(DepartmentService sales, Guid id, int round, string hash)
    {
        var target = new ApprovalTarget(Quote.Noun, id, 1, hash);
        var approval = Approval.IdOf(Quote.Noun, id);
        var cause = Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow.AddMinutes(-1));
        return sales.App.Services.GetRequiredService<IJournal>().Decide<Approval>(approval, cause, _ =>
        [
            new ApprovalStarted(approval, Shop, round, target, Guid.NewGuid(), "standard", 1, [], "u-ann", "u-ann"),
            new ApprovalCompleted(approval, Shop, round, target, ApprovalResult.Approved, ["u-max", "u-eve"]),
        ], default);
    }

    static readonly Guid Shop = Offers.Shop.CustomerId;

    static object Offer(string currency = "EUR", int discountBp = 0, string language = "en", string? recipient = null, string validUntil = "2099-12-31") => new
    {
        currency,
        country = "LV",
        validUntil,
        language,
        recipient,
        lines = new[] { new { line = 1, product = "tea", quantity = 2_000, discountBp } },
    };

    static object Price(string product, long minor, string currency) => new { product, price = new { minor, currency }, per = 1, firstDay = "2026-01-01" };

    static string Hash(JsonElement quote, int version) => quote.GetProperty("versions")[version].GetProperty("hash").GetString()!;

    static int Minor(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    static async Task<int> Head(DepartmentService sales, Guid id) => (await sales.Ok("sales-agent", "GET", $"/quotes/{id}/timeline")).GetArrayLength();

    static async Task<string> Problem(DepartmentService sales, string path, object? body = null) =>
        await (await sales.Send("sales-agent", "POST", path, body)).Problem();
}

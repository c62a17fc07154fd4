using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Analytics.Books;
using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Revenue;
using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Analytics.Tests.Store;

/// <summary>What analysts get over HTTP, and what a wrong question answers.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Customer = Guid.NewGuid();

    Company company = null!;
    Issuer issuer = null!;
    LoopbackService service = null!;
    string token = "";

    public async ValueTask InitializeAsync()
    {
        company = await Company.Open();
        issuer = await Issuer.Start();
        token = issuer.Token("analyst");
        service = await LoopbackService.Start(issuer.Authority, app =>
        {
            app.MapBooks();
            app.MapChurn();
            app.MapCustomers();
            app.MapModels();
            app.MapRevenue();
            app.MapRfm();
            app.MapRuns();
            app.MapSegments();
        }, builder => company.AddTo(builder.Services, builder.Configuration));

        company.Add("acquisition.customer", Customer, new CustomerRegistered(Customer, false, CustomerKind.Person, Country: "France", BirthYear: 1990, Interests: ["music"]), Day);
        for (var i = 0; i < 3; i++)
        {
            var order = Guid.NewGuid();
            company.Add("sales.order", order, new OrderPlaced(order, Customer, "shop", $"{i}", new(1_000 + i, "EUR"), []), Day.AddDays(i * 20));
        }

        var open = Guid.NewGuid();
        company.Add("service.case", open, new CaseOpened(open, Customer, "phone", CaseKind.Request, Severity.Normal), Day.AddDays(50));
        await company.Settle();
        await Drain();
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
        await company.DisposeAsync();
    }

    [Fact]
    public void Every_endpoint_names_its_permission() => Assert.Empty(Endpoints.WithoutPermission(service.App));

    [Fact]
    public async Task Who_is_no_analyst_sees_nothing()
    {
        Assert.Equal("403 permission.missing", await (await service.Http.Send("GET", "/rfm", issuer.Token("sales-agent"))).Problem());
        Assert.Equal(401, (int)(await service.Http.Send("GET", "/rfm")).StatusCode);
    }

    [Fact]
    public async Task A_customer_shows_what_all_departments_know_and_his_scores_and_segments()
    {
        await Post("/segments/buyers/publish", new { text = "orders >= 3 and country = \"France\"" }, 201);
        await company.Relay();
        await Drain();

        var asked = await Post("/scores/runs", new { asOf = "2021-05-01" }, 202);
        while (await company.Runs.WorkOnce(default))
        {
        }

        Assert.Equal("done", (await Get($"/runs/{asked.GetProperty("runId").GetString()}")).GetProperty("status").GetString());
        var page = await Get($"/customers/{Customer}");
        Assert.Equal(3, page.GetProperty("customer").GetProperty("orders").GetInt32());
        Assert.Equal(3_003, page.GetProperty("customer").GetProperty("revenue").GetProperty("EUR").GetInt64());
        Assert.Equal(1, page.GetProperty("customer").GetProperty("openCases").GetArrayLength());
        Assert.Equal((21, 3, 3_003), (page.GetProperty("rfm").GetProperty("recencyDays").GetInt32(), page.GetProperty("rfm").GetProperty("frequency").GetInt32(),
            page.GetProperty("rfm").GetProperty("moneyMinor").GetInt32()));
        Assert.Equal("orders >= 3", page.GetProperty("segments")[0].GetProperty("enteredLeaf").GetString());
        Assert.Equal(1, (await Get("/segments/buyers")).GetProperty("members").GetInt64());
        Assert.Equal(0, (await Get("/segments/buyers/members?asOf=2021-04-09")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Get("/segments/buyers/members?asOf=2021-04-10")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Get($"/segments/buyers/history/{Customer}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Linked_customers_are_one_page_and_what_was_done_on_their_joint_card_is_listed_with_whose_it_is()
    {
        var (other, link, joint) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        company.Add("acquisition.customer", other, new CustomerRegistered(other, false, CustomerKind.Person), Day.AddDays(1));
        company.Add("acquisition.link", link, new LinkMade(link, Customer, other, Day, Day.AddDays(1), "same-person"), Day.AddDays(60));
        var placed = company.Add("sales.order", joint, new OrderPlaced(joint, Customer, "shop", "joint", new(500, "EUR"), []), Day.AddDays(61), viaLink: link);
        await company.Settle();

        var group = (await Get($"/customers/{other}")).GetProperty("group");
        Assert.Equal((Customer, 2, 4), (group.GetProperty("survivor").GetGuid(), group.GetProperty("members").GetArrayLength(), group.GetProperty("together").GetProperty("orders").GetInt32()));
        Assert.False((await Get($"/customers/{other}?group=false")).TryGetProperty("group", out _));
        Assert.Equal((placed, Customer), Keeper((await Get($"/links/{link}/facts")).GetProperty("items")[0]));
        company.Add("acquisition.link", link, new LinkUndone(link, Customer, other, Day, Day.AddDays(1), "father-and-son", Contracts.Acquisition.Keeper.Absorbed), Day.AddDays(62));
        await company.Settle();

        Assert.False((await Get($"/customers/{other}")).TryGetProperty("group", out _));
        Assert.Equal((placed, other), Keeper((await Get($"/links/{link}/facts")).GetProperty("items")[0]));
        Assert.Equal("404 link.unknown", await (await service.Http.Send("GET", $"/links/{other}/facts", token)).Problem());

        (Guid, Guid) Keeper(JsonElement fact) => (fact.GetProperty("eventId").GetGuid(), fact.GetProperty("keeperId").GetGuid());
    }

    [Fact]
    public async Task Lists_come_as_json_and_as_csv_and_as_of_any_day()
    {
        Assert.Equal(2, (await Get("/rfm?asOf=2021-04-01")).GetProperty("items")[0].GetProperty("frequency").GetInt32());
        var csv = await (await service.Http.Send("GET", "/revenue?format=csv", token)).Content.ReadAsStringAsync();
        Assert.Equal("""
            month,currency,orders,customers,ordered_minor,returns,returned_minor,credits,credited_minor,net_minor,complete
            2021-03-01,EUR,2,1,2001,0,0,0,0,2001,true
            2021-04-01,EUR,1,1,1002,0,0,0,0,1002,false

            """, csv.ReplaceLineEndings());
        Assert.Equal(2, (await Get("/cohorts")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Get("/segments/preview", new { text = "orders in last 90 days >= 3", asOf = "2021-04-20" })).GetProperty("members").GetInt64());
    }

    [Fact]
    public async Task Every_read_model_answers_as_of_an_instant_and_as_known_at_one()
    {
        // Two orders of the first of March that were heard of later: one in June, called off at once but heard of so a year later; the other one a year later.
        var (off, late) = (Guid.NewGuid(), Guid.NewGuid());
        company.Add("sales.order", off, new OrderPlaced(off, Customer, "shop", "off", new(7_000, "EUR"), []), Day.AddHours(2), Day.AddMonths(3));
        company.Add("sales.order", late, new OrderPlaced(late, Customer, "shop", "late", new(5_000, "EUR"), []), Day.AddHours(1), Day.AddYears(1));
        company.Add("sales.order", off, new OrderCancelled(off, Customer, "mistake"), Day.AddHours(3), Day.AddYears(1).AddHours(1));
        await Post("/segments/buyers/publish", new { text = "orders >= 3" }, 201);
        await company.Relay();
        await Drain();
        var published = DateTime.UtcNow;

        async Task<(int, long)> Rfm(string query) => (await Get($"/rfm?{query}")).GetProperty("items") is var items && items.GetArrayLength() == 0
            ? default : (items[0].GetProperty("frequency").GetInt32(), items[0].GetProperty("moneyMinor").GetInt64());
        Assert.Equal((2, 6_000), await Rfm("asOf=2021-03-02"));
        Assert.Equal((1, 1_000), await Rfm("asOf=2021-03-02&knownAt=2021-03-02"));
        Assert.Equal((2, 8_000), await Rfm("asOf=2021-03-02&knownAt=2021-07-01"));
        Assert.Equal((3, 13_000), await Rfm("asOf=2021-03-02&knownAt=2022-03-01T12:30:00Z"));
        Assert.Equal(default, await Rfm("asOf=2021-03-02&knownAt=2021-02-01"));

        async Task<int> Rows(string path) => (await Get(path)).GetProperty("items").GetArrayLength();
        async Task<long> Ordered(string query) =>
            (await Get($"/revenue?{query}")).GetProperty("items").EnumerateArray().Sum(month => month.GetProperty("orderedMinor").GetInt64());
        Assert.Equal(8_003, await Ordered(""));
        Assert.Equal(6_000, await Ordered("asOf=2021-03-02"));
        Assert.Equal(10_003, await Ordered("knownAt=2022-02-01"));
        Assert.Equal((1, 0), (await Rows("/cohorts?asOf=2021-03-02"), await Rows("/cohorts?knownAt=2021-02-01")));

        async Task<(long Orders, string?)> Shown(string query) => (await Get($"/customers/{Customer}?{query}")).GetProperty("customer") is var row
            ? (row.GetProperty("orders").GetInt64(), row.TryGetProperty("lastContactAt", out var at) ? at.GetString() : null) : default;
        Assert.Equal((4, "2021-04-20T12:00:00Z"), await Shown(""));
        Assert.Equal((2, null), await Shown("asOf=2021-03-02"));
        Assert.Equal((1, null), await Shown("asOf=2021-03-02&knownAt=2021-03-02"));
        Assert.Equal("404 customer.unknown", await (await service.Http.Send("GET", $"/customers/{Customer}?asOf=2021-02-01", token)).Problem());

        // For an hour of the first of March he had three orders that stood.
        Task<int> Members(string query) => Rows($"/segments/buyers/members?{query}");
        Assert.Equal((1, 0, 1), (await Members("asOf=2021-03-01T14:30:00Z"), await Members("asOf=2021-03-02"), await Members("asOf=2021-03-22")));
        Assert.Equal("404 segment.unknown", await (await service.Http.Send("GET", "/segments/buyers/members?knownAt=2022-02-01", token)).Problem());
        Assert.Equal(1, await Members($"asOf=2021-03-22&knownAt={published:O}"));
        Assert.Equal(1, (await Get($"/segments/buyers?asOf=2021-03-22&knownAt={published:O}")).GetProperty("members").GetInt64());
        Assert.Equal(2, await Rows($"/segments/buyers/history/{Customer}?knownAt={published:O}"));
        Assert.Equal((1, 0), (await Rows($"/segments?knownAt={published:O}"), await Rows("/segments?knownAt=2022-02-01")));
        Assert.Equal("buyers", (await Get("/segments?asOf=2021-01-01")).GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Churn_is_scored_as_of_any_instant_by_the_model_that_was_in_force()
    {
        Assert.Equal(0, (await Get("/churn?asOf=2021-05-01")).GetProperty("items").GetArrayLength());
        var card = (Contracts.Analytics.ModelTrained)EventReading.Read("analytics.model-trained.1", Samples.Bytes("analytics.model-trained.1"));
        card = card with
        {
            ModelId = Model.IdOf(Model.Churn),
            Naive = [new(0, 10, 0.2m), new(30, 10, 0.9m)],
            Gates = [new("rank", false, "The naive rank is as good.")],
        };
        await company.Journal.Decide<Model>(card.ModelId, Company.Cause(), model => model.Train(card), default);
        async Task<(double, int)> Scored(string path)
        {
            var row = (await Get(path)).GetProperty("items")[0];
            return (row.GetProperty("pNoPurchase").GetDouble(), row.GetProperty("purchaseDays").GetInt32());
        }

        Assert.Equal((0.2, 3), await Scored("/churn?asOf=2021-05-01"));
        Assert.Equal((0.9, 3), await Scored("/churn?asOf=2021-06-01"));
        Assert.Equal((0.2, 1), await Scored("/churn?asOf=2021-03-10"));
        Assert.Equal(0, (await Get("/churn?asOf=2021-05-01&knownAt=2021-05-01")).GetProperty("items").GetArrayLength());
        var churn = (await Get($"/customers/{Customer}?asOf=2021-06-01")).GetProperty("churn");
        Assert.Equal(0.9, churn.GetProperty("pNoPurchase").GetDouble());
        Assert.Equal("52 days since the last purchase; usually every 20.", churn.GetProperty("reason").GetString());

        await Post("/models/churn/threshold", new { threshold = 0.8 }, 200);
        Assert.Equal(0.8m, (await Get("/models/churn")).GetProperty("threshold").GetDecimal());
        var csv = await (await service.Http.Send("GET", "/churn?asOf=2021-06-01&format=csv", token)).Content.ReadAsStringAsync();
        Assert.Equal("customer_id,p_no_purchase,recency_days,purchase_days,tenure_days,mean_gap_days,p_alive,expected,reason", csv.Split("\r\n")[0]);
    }

    [Fact]
    public async Task What_was_known_is_answered_as_a_cut_of_whole_packs()
    {
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        company.Add("sales.order", one, new OrderPlaced(one, Customer, "shop", "one", new(1, "EUR"), []), Day.AddDays(100), Day.AddDays(100));
        company.Add("sales.order", two, new OrderPlaced(two, Customer, "shop", "two", new(1, "EUR"), []), Day.AddDays(100), Day.AddDays(102), samePack: true);
        await company.Settle();
        async Task<string> Cut(string knownAt) =>
            (await service.Http.Send("GET", $"/revenue?knownAt={knownAt}", token)).Headers.GetValues("Known-Cut").Single();
        Assert.Equal("acquisition=1, analytics=0, loyalty=0, sales=3, service=1", await Cut("2021-06-10"));
        Assert.Equal("acquisition=1, analytics=0, loyalty=0, sales=4, service=1", await Cut("2021-06-12"));
        Assert.Equal("acquisition=0, analytics=0, loyalty=0, sales=0, service=0", await Cut("2021-01-01"));
        Assert.Equal(
            (3, 5), ((await Get("/rfm?asOf=2021-12-31&knownAt=2021-06-10")).GetProperty("items")[0].GetProperty("frequency").GetInt32(),
            (await Get("/rfm?asOf=2021-12-31&knownAt=2021-06-12")).GetProperty("items")[0].GetProperty("frequency").GetInt32()));
    }

    [Fact]
    public async Task What_a_command_answers_is_waited_for_whosever_it_is()
    {
        var published = await service.Http.Send("POST", "/segments/buyers/publish", token, JsonContent.Create(new { text = "orders >= 3" }));
        var own = published.Headers.GetValues("At-Least").Single();
        Assert.Equal("503 view.behind", await (await GetAtLeast("/segments/buyers", own)).Problem());
        var waiting = GetAtLeast("/segments/buyers", own);
        await company.Relay();
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal("503 view.behind", await (await GetAtLeast("/segments/buyers/members", own)).Problem());
        Assert.Equal(0, (await Get("/segments/buyers/members")).GetProperty("items").GetArrayLength());   // Who waits for nothing sees what there is.
        Assert.Equal(0, (await Get($"/customers/{Customer}")).GetProperty("segments").GetArrayLength());
        await Drain();
        var members = await (await GetAtLeast("/segments/buyers/members", own)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(1, members.GetProperty("items").GetArrayLength());

        var order = Guid.NewGuid();
        var sales = new AtLeast(new(99_999, 7), $"sales.order-{order}", 0).ToString();
        Assert.Equal("503 view.behind", await (await GetAtLeast("/revenue", sales)).Problem());
        company.Add("sales.order", order, new OrderPlaced(order, Customer, "shop", "new", new(1, "EUR"), []), Day.AddDays(60));
        await company.Settle();
        Assert.Equal(HttpStatusCode.OK, (await GetAtLeast("/revenue", sales)).StatusCode);
        Assert.Equal("400 at-least.invalid", await (await GetAtLeast("/revenue", "soon")).Problem());
    }

    [Fact]
    public async Task Pages_join_to_the_whole()
    {
        for (var i = 0; i < 6; i++)
        {
            var order = Guid.NewGuid();
            company.Add("sales.order", order, new OrderPlaced(order, Guid.NewGuid(), "shop", $"p{i}", new(1_000, "EUR"), []), Day);
        }

        await Post("/segments/buyers/publish", new { text = "orders >= 1" }, 201);
        await company.Relay();
        await Drain();
        const string Members = "/segments/buyers/members?asOf=2021-12-31";
        foreach (var path in (string[])["/rfm?asOf=2021-12-31", Members, $"{Members}&knownAt={DateTime.UtcNow:O}"])
        {
            var (seen, next) = (new List<Guid>(), (string?)null);
            do
            {
                var page = await Get($"{path}&size=3{(next is null ? "" : $"&after={next}")}");
                Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 3);
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("customerId").GetGuid()));
                next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
            }
            while (next is not null);
            Assert.Equal((7, 7), (seen.Count, seen.Distinct().Count()));
        }
    }

    [Theory]
    [InlineData("GET", "/rfm?asOf=yesterday", null, "400 request.invalid")]
    [InlineData("GET", "/rfm?asOf=2021-03-01&size=1000", null, "400 page.size")]
    [InlineData("GET", "/churn?asOf=2021-03-01&after=there", null, "400 cursor.invalid")]
    [InlineData("POST", "/models/churn/threshold", """{"threshold":1.5}""", "400 model.threshold")]
    [InlineData("GET", "/segments/nobody", null, "404 segment.unknown")]
    [InlineData("GET", "/customers/00000000-0000-0000-0000-000000000000", null, "404 customer.unknown")]
    [InlineData("GET", "/models/churn", null, "404 model.unknown")]
    [InlineData("POST", "/segments/buyers/publish", """{"text":"orders >= "}""", "400 segment.text")]
    [InlineData("POST", "/segments/buyers/publish", """{"expression":{"kind":"maybe"}}""", "400 segment.expression")]
    [InlineData("POST", "/segments/buyers/publish", """{"expression":{"kind":"is","of":"shoe-size","op":"eq","values":["9"]}}""", "400 segment.rule")]
    [InlineData("POST", "/segments/buyers/publish", "{}", "400 segment.rule")]
    [InlineData("POST", "/books/publish", """{"reportingCurrency":"EUR","zone":"Atlantis"}""", "400 books.zone")]
    [InlineData("POST", "/models/churn/train", """{"horizonDays":91,"holdoutDays":90}""", "400 training.days")]
    [InlineData("POST", "/scores/runs", """{"asOf":"soon"}""", "400 moment.form")]
    [InlineData("POST", "/scores/runs", """{"asOf":"2921-01-01"}""", "422 time.ahead")]
    [InlineData("POST", "/models/churn/train", """{"asOf":"2921-01-01"}""", "422 time.ahead")]
    public async Task A_wrong_question_is_answered_by_its_code(string method, string path, string? body, string problem) =>
        Assert.Equal(problem, await (await service.Http.Send(method, path, token, body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).Problem());

    [Fact]
    public async Task Every_table_when_rebuilt_is_what_it_was_live()
    {
        await ViewLaws.RebuildEqualsLive<CrmSuite.Analytics.Orders.CustomerOrders.Row, CrmSuite.Analytics.Orders.CustomerOrders>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<CrmSuite.Analytics.Orders.CustomerCredits.Row, CrmSuite.Analytics.Orders.CustomerCredits>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<CustomerProfileChanges.Row, CustomerProfileChanges>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<Customer360.Row, Customer360>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<CustomerFacts.Row, CustomerFacts>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<KnownPacks.Row, KnownPacks>(company.ConnectionString, company.Log, "analytics");
    }

    [Fact]
    public async Task The_role_analyst_may_read_every_table_and_every_column_has_a_comment()
    {
        await using var connection = new NpgsqlConnection(company.ConnectionString);
        await connection.OpenAsync();
        await using (var role = new NpgsqlCommand("set role analyst", connection))
        {
            await role.ExecuteNonQueryAsync();
        }

        // The tables behind the views, one for each version, are the runner's.
        var tables = (await company.Query("""
            select relname::text from pg_class where relnamespace = 'analytics'::regnamespace and relkind in ('r', 'v') and relname !~ '_v[0-9]+(_[0-9]+)?$'
            """)).Select(row => (string)row[0]!).ToHashSet();
        Assert.Superset(new HashSet<string>(["customer_360", "customer_facts", "known_packs", "segment_membership", "churn_scores", "proposals"]), tables);
        foreach (var table in tables)
        {
            await using var select = new NpgsqlCommand($"select count(*) from analytics.{table}", connection);
            Assert.NotNull(await select.ExecuteScalarAsync());
            var bare = await company.Query($"""
                select a.attname from pg_attribute as a where a.attrelid = 'analytics.{table}'::regclass and a.attnum > 0 and not a.attisdropped
                    and col_description(a.attrelid, a.attnum) is null
                union all select 'the table itself' where obj_description('analytics.{table}'::regclass) is null
                """);
            Assert.Empty(bare.Select(row => $"{table}.{row[0]}"));
        }

        Assert.Empty(await company.Query("select proname from pg_proc where pronamespace = 'analytics'::regnamespace and obj_description(oid) is null"));
    }

    async Task Drain()
    {
        while (await company.Segments.WorkOnce(default))
        {
        }
    }

    Task<HttpResponseMessage> GetAtLeast(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "At-Least", token } } };
        request.Headers.Authorization = new("Bearer", this.token);
        return service.Http.SendAsync(request);
    }

    async Task<JsonElement> Get(string path, object? body = null)
    {
        var response = await service.Http.Send(body is null ? "GET" : "POST", path, token, body is null ? null : JsonContent.Create(body));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    async Task<JsonElement> Post(string path, object body, int status)
    {
        var response = await service.Http.Send("POST", path, token, JsonContent.Create(body));
        Assert.True((int)response.StatusCode == status, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}

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
        }, builder => builder.Services.AddSingleton(company.Journal).AddSingleton(company.Database).AddSingleton(TimeProvider.System));

        company.Add("acquisition.customer", Customer, new CustomerRegistered(Customer, false, CustomerKind.Person, Country: "France", BirthYear: 1990, Interests: ["music"]), Day);
        for (var i = 0; i < 3; i++)
        {
            var order = Guid.NewGuid();
            company.Add("sales.order", order, new OrderPlaced(order, Customer, "shop", $"{i}", new(1_000 + i, "EUR"), []), Day.AddDays(i * 20));
        }

        var open = Guid.NewGuid();
        company.Add("service.case", open, new CaseOpened(open, Customer, "phone", CaseKind.Request, Severity.Normal), Day.AddDays(50));
        await company.Settle();
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
        while (await company.Segments.WorkOnce(default))
        {
        }

        var asked = await Post("/scores/runs", new { asOf = "2021-05-01" }, 202);
        while (await company.Runs.WorkOnce(default))
        {
        }

        Assert.Equal("done", (await Get($"/runs/{asked.GetProperty("runId").GetString()}")).GetProperty("status").GetString());
        var page = await Get($"/customers/{Customer}");
        Assert.Equal(3, page.GetProperty("customer").GetProperty("orders").GetInt32());
        Assert.Equal(3_003, page.GetProperty("customer").GetProperty("revenue").GetProperty("EUR").GetInt64());
        Assert.Equal(1, page.GetProperty("customer").GetProperty("open_cases").GetArrayLength());
        Assert.Equal((21, 3, 3_003), (page.GetProperty("rfm").GetProperty("recencyDays").GetInt32(), page.GetProperty("rfm").GetProperty("frequency").GetInt32(),
            page.GetProperty("rfm").GetProperty("moneyMinor").GetInt32()));
        Assert.Equal("orders >= 3", page.GetProperty("segments")[0].GetProperty("enteredLeaf").GetString());
        Assert.Equal(1, (await Get("/segments/buyers")).GetProperty("members").GetInt64());
        Assert.Equal(0, (await Get("/segments/buyers/members?asOf=2021-04-09")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Get("/segments/buyers/members?asOf=2021-04-10")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await Get($"/segments/buyers/history/{Customer}")).GetProperty("items").GetArrayLength());
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

    [Theory]
    [InlineData("GET", "/rfm?asOf=yesterday", null, "400 request.invalid")]
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
    public async Task A_wrong_question_is_answered_by_its_code(string method, string path, string? body, string problem) =>
        Assert.Equal(problem, await (await service.Http.Send(method, path, token, body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).Problem());

    [Fact]
    public async Task Every_table_when_rebuilt_is_what_it_was_live()
    {
        await ViewLaws.RebuildEqualsLive<CrmSuite.Analytics.Orders.CustomerOrders.Row, CrmSuite.Analytics.Orders.CustomerOrders>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<CrmSuite.Analytics.Orders.CustomerCredits.Row, CrmSuite.Analytics.Orders.CustomerCredits>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<CustomerProfileChanges.Row, CustomerProfileChanges>(company.ConnectionString, company.Log, "analytics");
        await ViewLaws.RebuildEqualsLive<Customer360.Row, Customer360>(company.ConnectionString, company.Log, "analytics");
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

        foreach (var table in (string[])["customer_orders", "customer_credits", "customer_360", "rfm", "cohort_retention", "revenue_by_month", "segment_membership", "churn_scores", "model_card"])
        {
            await using var select = new NpgsqlCommand($"select count(*) from analytics.{table}", connection);
            Assert.NotNull(await select.ExecuteScalarAsync());
            var bare = await company.Query($"""
                select a.attname from pg_attribute as a where a.attrelid = 'analytics.{table}'::regclass and a.attnum > 0 and col_description(a.attrelid, a.attnum) is null
                """);
            Assert.Empty(bare.Select(row => $"{table}.{row[0]}"));
        }
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

using System.Text;
using System.Text.Json;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class ProblemsTests : IAsyncLifetime
{
    sealed record Body(int Amount, string Text, Dictionary<string, string>? Fields = null, JsonElement? Condition = null);

    Issuer issuer = null!;
    LoopbackService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        var database = await Servers.Database("problems");
        service = await LoopbackService.Start(issuer.Authority, app =>
        {
            var api = app.MapGroup("").RequirePermission("sales:write");
            api.MapPost("/body", (Body body) => body);
            api.MapGet("/page", (int page) => page);
            api.MapGet("/order/{id:guid}", (Guid id) => Problems.Result(404, "order.unknown", $"There is no order {id}."));
            api.MapGet("/broken", string () => throw new InvalidOperationException("the secret of the house"));
            api.MapGet("/sql", async (string text) =>
            {
                await using var source = NpgsqlDataSource.Create(database);
                await using var command = source.CreateCommand("select $1::numeric(3,0)::text");
                command.Parameters.Add(new() { Value = text });
                return (string)(await command.ExecuteScalarAsync())!;
            });
            api.MapGet("/down", async () =>
            {
                await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Timeout=1");
                await nowhere.OpenConnectionAsync();
            });
        });
    }

    async Task<string> Problem(string method, string path, HttpContent? content = null) =>
        await (await service.Http.Send(method, path, issuer.Token("sales-agent"), content)).Problem();

    static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"amount":1""")]
    [InlineData("""{"amount":1,"text":"x"} trailing""")]
    [InlineData("""{"amount":1}""")]
    [InlineData("""{"amount":null,"text":"x"}""")]
    [InlineData("""{"amount":1,"text":null}""")]
    [InlineData("""{"amount":"1","text":"x"}""")]
    [InlineData("""{"amount":1.5,"text":"x"}""")]
    [InlineData("""{"amount":99999999999,"text":"x"}""")]
    [InlineData("""{"amount":1,"text":"x","more":1}""")]
    [InlineData("""{"amount":1,"amount":2,"text":"x"}""")]
    [InlineData("""{"Amount":1,"text":"x"}""")]
    [InlineData("""{"amount":1,"text":"a\u0000b"}""")]
    [InlineData("""{"amount":1,"text":"\ud800"}""")]
    [InlineData("""{"amount":1,"text":"x","fields":{"a\u0000":"b"}}""")]
    [InlineData("""{"amount":1,"text":"x","fields":{"a":"\u0000"}}""")]
    [InlineData("""{"amount":1,"text":"x","condition":{"all":[{"text":"\u0000"}]}}""")]
    [InlineData("""{"amount":1,"text":"x","condition":{"\u0000":1}}""")]
    public async Task A_body_that_is_not_what_is_asked_for_is_400(string body) =>
        Assert.Contains(await Problem("POST", "/body", Json(body)), (string[])["400 json.invalid", "400 request.invalid"]);

    [Fact]
    public async Task Malformed_JSON_is_told_where_it_breaks()
    {
        using var response = await service.Http.Send("POST", "/body", issuer.Token("sales-agent"), Json("{\n \"amount\": x }"));
        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("json.invalid", body, StringComparison.Ordinal);
        Assert.Contains("$.amount (line 2,", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_nests_too_deep_is_400()
    {
        static string Nested(int depth) => $$"""{"amount":1,"text":"x","condition":{{new string('[', depth)}}{{new string(']', depth)}}}""";
        Assert.True((await service.Http.Send("POST", "/body", issuer.Token("sales-agent"), Json(Nested(31)))).IsSuccessStatusCode);
        Assert.Equal("400 json.invalid", await Problem("POST", "/body", Json(Nested(32))));
        Assert.Equal("400 json.invalid", await Problem("POST", "/body", Json(Nested(20_000))));
    }

    [Theory]
    [InlineData("/page", "400 request.invalid")]
    [InlineData("/page?page=x", "400 request.invalid")]
    [InlineData("/page?page=99999999999", "400 request.invalid")]
    [InlineData("/page?page=%00", "400 request.invalid")]
    [InlineData("/order/00000000-0000-0000-0000-000000000001", "404 order.unknown")]
    [InlineData("/order/x", "404 resource.unknown")]
    [InlineData("/sql?text=1000", "400 value.out-of-range")]
    [InlineData("/sql?text=x", "400 value.out-of-range")]
    [InlineData("/down", "503 database.unavailable")]
    [InlineData("/broken", "500 internal")]
    public async Task Every_failure_is_a_problem_with_a_code(string path, string problem) => Assert.Equal(problem, await Problem("GET", path));

    [Fact]
    public async Task What_the_framework_refuses_is_a_problem_too()
    {
        Assert.Equal("405 method.unsupported", await Problem("DELETE", "/page"));
        Assert.Equal("415 content.unsupported", await Problem("POST", "/body", new StringContent("x", Encoding.UTF8, "text/plain")));
        Assert.Equal("413 body.too-large", await Problem("POST", "/body", Json(new string(' ', 256 * 1024 + 1))));
    }

    [Fact]
    public async Task The_cause_of_a_500_is_in_the_log_and_values_of_requests_are_not()
    {
        await Problem("GET", "/broken?name=Ann-of-Green-Gables");
        await Problem("POST", "/body", Json("""{"amount":"Anna Karenina"}"""));
        Assert.Contains("the secret of the house", service.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Green-Gables", service.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Karenina", service.Log.Text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }
}

using System.Text;
using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class ProblemsTests : IAsyncLifetime
{
    enum Colour { Red, DarkBlue }

    sealed record Part(string Name, DateOnly? Day = null);

    sealed record Body(int Amount, string Text, Dictionary<string, string>? Fields = null, JsonElement? Condition = null, IReadOnlyList<Part>? Parts = null, Colour? Colour = null,
        DateTime? At = null, Money? Price = null);

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
            api.MapPost("/form", async (HttpContext context) => (await context.Request.ReadFormAsync()).Count);
            api.MapGet("/own", string () => throw new BadHttpRequestException("If-Match names a version as it stood in an ETag, for example \"3\"."));
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
    [InlineData("""{"amount":1,"text":"x","parts":[null]}""")]
    [InlineData("""{"amount":1,"text":"x","fields":{"a":null}}""")]
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

    [Theory]
    [InlineData("", "The body is missing.")]
    [InlineData("null", "The body is missing.")]
    [InlineData("""{"amount":1""", "$.amount (line 1, byte 12). It is no JSON any more there.")]
    [InlineData("""{"text":"x"}""", "It lacks 'amount'.")]
    [InlineData("""{"amount":1,"text":"x","colour":"green"}""", "$.colour (line 1, byte 40). It is one of: red, dark-blue.")]
    [InlineData("""{"amount":1,"text":"x","more":1}""", "$.more (line 1, byte 31). There is no such field. Its fields are: amount, text, fields, condition, parts, colour, at, price.")]
    [InlineData("""{"amount":1,"amount":2,"text":"x"}""", "$.amount (line 1, byte 22). The field stands there twice.")]
    [InlineData("""{"amount":1,"text":"x","parts":[{}]}""", "$.parts[0] (line 1, byte 35). It lacks 'name'.")]
    [InlineData("""{"amount":1,"text":"x","parts":[{"name":"a","day":"today"}]}""", "It is a date as in 2026-01-31.")]
    [InlineData("""{"amount":1,"text":"x","parts":[{"name":"a","day":"0001-01-01"}]}""", "'day' lies beyond the years from 1900 to 2200.")]
    [InlineData("""{"amount":1,"text":"x","at":"9999-12-31T23:59:59Z"}""", "'at' lies beyond the years from 1900 to 2200.")]
    [InlineData("""{"amount":1,"text":"x","price":{"minor":1,"currency":null}}""", "It is a text.")]
    [InlineData("""{"amount":1,"text":"x","parts":[{"name":"a"},null]}""", "'parts' holds null. Leave out what is not there.")]
    [InlineData("""{"amount":1,"text":"x","fields":{"a":null}}""", "'fields' holds null. Leave out what is not there.")]
    public async Task A_body_is_refused_with_what_is_wrong_where(string body, string sentence)
    {
        using var response = await service.Http.Send("POST", "/body", issuer.Token("sales-agent"), Json(body));
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Contains(sentence, problem.RootElement.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_cannot_be_read_is_400()
    {
        static string Many(string field, int count) => string.Join('&', Enumerable.Repeat(field, count));
        foreach (var form in (string[])["a=%00", "a%00=b", new string('k', 3_000) + "=1", Many("product=1", 1_500)])
        {
            Assert.Equal("400 form.invalid", await Problem("POST", "/form", new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded")));
        }

        foreach (var type in (string[])["multipart/form-data", "multipart/form-data; boundary=x"])
        {
            var content = new StringContent("neither");
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            Assert.Equal("400 form.invalid", await Problem("POST", "/form", content));
        }
    }

    [Fact]
    public async Task A_refusal_of_our_own_says_its_own_sentence()
    {
        using var response = await service.Http.Send("GET", "/own", issuer.Token("sales-agent"));
        Assert.Contains("If-Match names a version", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var missing = await service.Http.Send("GET", "/own", issuer.Token("loyalty-agent"));
        Assert.Equal("403 permission.missing", await missing.Problem());
        Assert.Contains("This needs the permission sales:write", await missing.Content.ReadAsStringAsync(), StringComparison.Ordinal);
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

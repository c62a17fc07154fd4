using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests;

public sealed class ProxyTests(SharedDoor shared) : IClassFixture<SharedDoor>
{
    readonly Door door = shared.Door;

    [Fact]
    public async Task A_request_reaches_its_service_with_token_and_trace_but_without_cookies()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sales/orders/7");
        request.Headers.Add("Authorization", "Bearer " + await door.Token("sales-agent"));
        request.Headers.Add("Cookie", "crmsuite-docs=x");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var response = await door.Http.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("7", 0), (answer.GetProperty("id").GetString(), answer.GetProperty("cookie").GetInt32()));
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", answer.GetProperty("trace").GetString(), StringComparison.Ordinal);
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    public async Task A_location_is_told_as_the_caller_sees_it()
    {
        using var response = await door.Http.Send("POST", "/api/sales/orders", await door.Token("sales-agent"), JsonContent.Create(new { total = 1 }));
        Assert.Equal((201, "/api/sales/orders/7"), ((int)response.StatusCode, response.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("sales-agent", 200, 403)]
    [InlineData("sales-manager", 200, 403)]
    [InlineData("sales-operations", 200, 200)]
    [InlineData("loyalty-operations", 403, 403)]
    [InlineData("analyst", 403, 403)]
    [InlineData("operator", 403, 403)]
    [InlineData("privacy-officer", 403, 403)]
    [InlineData("admin", 200, 200)]
    public async Task Each_role_reaches_what_it_may(string role, int read, int import)
    {
        var token = await door.Token(role);
        using var reading = await door.Http.Send("GET", "/api/sales/orders/7", token);
        using var importing = await door.Http.Send("POST", "/api/sales/orders/import", token, new ByteArrayContent(new byte[10]));
        Assert.Equal((read, import), ((int)reading.StatusCode, (int)importing.StatusCode));
    }

    [Theory]
    [InlineData("/api/sales/orders/7")]
    [InlineData("/api/sales/health")]
    [InlineData("/api/identity/directory")]
    [InlineData("/openapi/sales.json")]
    [InlineData("/metrics")]
    [InlineData("/nowhere")]
    public async Task Without_a_token_there_is_nothing_to_see(string path) => Assert.Equal("401 token.missing", await (await door.Http.Send("GET", path)).Problem());

    [Fact]
    public async Task A_machine_with_one_permission_does_not_come_in_from_outside()
    {
        var (_, token) = await door.Connect(("grant_type", "client_credentials"), ("client_id", "sales"), ("client_secret", Door.ClientSecret));
        var access = token.GetProperty("access_token").GetString();
        Assert.Equal("403 permission.missing", await (await door.Http.Send("GET", "/api/sales/feed", access)).Problem());
        using var inside = await door.Sales.Http.Send("GET", "/feed", access);
        Assert.Equal("packs", await inside.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_service_that_is_down_is_503_and_one_that_breaks_off_is_502()
    {
        var token = await door.Token("admin");
        using var down = await door.Http.Send("GET", "/api/service/cases/7", token);
        Assert.Equal("1", down.Headers.RetryAfter?.ToString());
        Assert.Equal("503 service.unavailable", await down.Problem());
        Assert.Equal("502 service.failed", await (await door.Http.Send("GET", "/api/sales/cut", token)).Problem());
    }

    [Fact]
    public async Task A_service_that_stays_silent_is_504() =>
        Assert.Equal("504 service.slow", await (await door.Http.Send("GET", "/api/sales/silent", await door.Token("admin"))).Problem());

    [Fact]
    public async Task Browsers_are_told_to_run_nothing()
    {
        using var response = await door.Http.Send("GET", "/api/sales/orders/7", await door.Token("sales-agent"));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_in_its_middle_is_not_passed_off_as_whole()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sales/broken-off");
        request.Headers.Add("Authorization", "Bearer " + await door.Token("admin"));
        using var response = await door.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var half = new byte[4];
        await body.ReadExactlyAsync(half);
        Door.Break.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(half));
    }

    [Fact]
    public async Task A_problem_of_a_service_passes_as_it_is()
    {
        using var response = await door.Http.Send("POST", "/api/sales/orders", await door.Token("sales-agent"), new StringContent("{", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal("400 json.invalid", await response.Problem());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_whether_its_length_is_told_or_not(bool told)
    {
        using HttpContent content = told ? new ByteArrayContent(new byte[257 * 1024]) : new StreamContent(new Unsized(new byte[257 * 1024]));
        using var response = await door.Http.Send("POST", "/api/sales/orders", await door.Token("sales-agent"), content);
        Assert.Equal("413 body.too-large", await response.Problem());
    }

    [Fact]
    public async Task An_import_streams_through_whatever_its_size()
    {
        using var content = new StreamContent(new Unsized(new byte[5 * 1024 * 1024]));
        using var response = await door.Http.Send("POST", "/api/sales/orders/import", await door.Token("sales-operations"), content);
        Assert.Equal("5242880", await response.Content.ReadAsStringAsync());
    }

    sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

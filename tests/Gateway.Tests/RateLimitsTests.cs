using System.Net.Http.Json;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests;

public sealed class RateLimitsTests
{
    [Fact]
    public async Task A_caller_over_his_limit_is_told_when_to_come_back_and_others_are_not_held_up()
    {
        await using var door = await Door.Start("--Limits:caller:Burst=3", "--Limits:caller:PerMinute=1");
        var (agent, manager) = (await door.Token("sales-agent"), await door.Token("sales-manager"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/sales/orders/7", agent)).StatusCode);
        }

        using var refused = await door.Http.Send("GET", "/api/sales/orders/7", agent);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("429 rate.exceeded", await refused.Problem());
        Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/sales/orders/7", manager)).StatusCode);
    }

    [Fact]
    public async Task Imports_have_a_limit_of_their_own()
    {
        await using var door = await Door.Start("--Limits:import:Burst=1", "--Limits:import:PerMinute=1");
        var token = await door.Token("sales-operations");
        Assert.Equal(200, (int)(await door.Http.Send("POST", "/api/sales/orders/import", token, new ByteArrayContent([1]))).StatusCode);
        Assert.Equal("429 rate.exceeded", await (await door.Http.Send("POST", "/api/sales/orders/import", token, new ByteArrayContent([1]))).Problem());
        Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/sales/orders/7", token)).StatusCode);
    }

    [Fact]
    public async Task Guessing_passwords_is_slow_from_one_address()
    {
        await using var door = await Door.Start("--Limits:sign-in:Burst=2", "--Limits:sign-in:PerMinute=1");
        Assert.Null(await door.SignIn("nobody-1", "a-guess-of-a-password"));
        Assert.Null(await door.SignIn("nobody-2", "a-guess-of-a-password"));
        using var response = await door.Http.PostAsJsonAsync("/api/identity/sign-in", new { userName = "admin", password = Door.AdminPassword });
        Assert.Equal("429 rate.exceeded", await response.Problem());
    }

    [Fact]
    public async Task One_address_has_a_limit_over_all_before_any_token_is_looked_at()
    {
        await using var door = await Door.Start("--Limits:address:Burst=2", "--Limits:address:PerMinute=1");
        Assert.Equal("401 token.invalid", await (await door.Http.Send("GET", "/api/sales/orders/7", "x")).Problem());
        Assert.Equal("401 token.missing", await (await door.Http.Send("GET", "/api/sales/orders/7")).Problem());
        Assert.Equal("429 rate.exceeded", await (await door.Http.Send("GET", "/api/sales/orders/7", "x")).Problem());
    }

    [Fact]
    public async Task The_address_a_trusted_proxy_names_is_the_one_that_counts()
    {
        await using var door = await Door.Start("--Limits:address:Burst=1", "--Limits:address:PerMinute=1", "--Gateway:TrustedProxies=127.0.0.0/8");
        foreach (var (from, status) in (ValueTuple<string, int>[])[("192.0.2.1", 401), ("192.0.2.2", 401), ("192.0.2.1", 429), ("2001:db8::1", 401), ("2001:db8::2", 429)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sales/orders/7");
            request.Headers.Add("X-Forwarded-For", from);
            Assert.Equal((from, status), (from, (int)(await door.Http.SendAsync(request)).StatusCode));
        }
    }
}

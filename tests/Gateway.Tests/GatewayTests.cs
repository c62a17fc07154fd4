using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests;

public sealed class GatewayTests : IAsyncLifetime
{
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    [Fact]
    public void Every_endpoint_names_a_permission_but_health_discovery_and_sign_in()
    {
        Assert.Empty(Endpoints.WithoutPermission(door.App));
        Assert.Equal(
            [
                "* /health", "* /health/live", "* /health/ready", "GET /.well-known/jwks.json", "GET /.well-known/openid-configuration", "GET /docs/sign-in",
                "POST /api/identity/sign-in", "POST /connect/token", "POST /docs/sign-in",
            ],
            Endpoints.Open(door.App).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Passwords_secrets_and_tokens_are_in_no_log()
    {
        var issued = (await door.SignIn("sales-agent", Door.DemoPassword))!;
        await door.SignIn("sales-agent", "a-password-that-is-wrong");
        await door.SignIn("somebody@example.org", "another-password-that-is-wrong");
        await door.Refresh(issued.RefreshToken!);
        await door.Refresh(issued.RefreshToken!);
        await door.Connect(("grant_type", "client_credentials"), ("client_id", "sales"), ("client_secret", Door.ClientSecret));
        await door.Connect(("grant_type", "client_credentials"), ("client_id", "sales"), ("client_secret", "a-secret-that-is-wrong-but-long"));
        await door.Http.Send("GET", "/api/sales/orders/7?name=Anna-Karenina", issued.AccessToken);
        await door.Http.Send("GET", "/api/service/cases/7?name=Anna-Karenina", issued.AccessToken);
        await door.Ask("admin", "POST", "/api/identity/users", new { userName = "vronsky", name = "Alexei Vronsky", password = "horses-and-uniforms", roles = Array.Empty<string>() });
        var log = door.Log.Text + door.Sales.Log.Text;
        Assert.Contains("signed in", log, StringComparison.Ordinal);
        foreach (var secret in (string[])
                 [
                     Door.DemoPassword, Door.AdminPassword, Door.ClientSecret, Door.Master, "that-is-wrong", "example.org", issued.AccessToken, issued.RefreshToken!, "Karenina",
                     "horses", "Vronsky",
                 ])
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_an_outside_provider_the_embedded_one_is_off()
    {
        await using var issuer = await Issuer.Start();
        await using var app = Gateway.Build(["--urls=http://127.0.0.1:0", $"--Auth:Authority={issuer.Authority}", $"--services:sales:http:0={door.Sales.Address}"], new KeptLog());
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        Assert.Equal(404, (int)(await http.Send("GET", "/.well-known/jwks.json", issuer.Token("admin"))).StatusCode);
        Assert.Equal(404, (int)(await http.Send("POST", "/api/identity/sign-in", issuer.Token("admin"))).StatusCode);
        Assert.Equal(200, (int)(await http.Send("GET", "/openapi/v1.json", issuer.Token("sales-agent"))).StatusCode);
        Assert.Empty(Endpoints.WithoutPermission(app));
        // The service behind trusts another issuer, and does not take the gateway's word.
        Assert.Equal("401 token.invalid", await (await http.Send("GET", "/api/sales/orders/7", issuer.Token("sales-agent"))).Problem());
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class PermissionsTests : IAsyncLifetime
{
    static readonly string[] Verbs =
    [
        "sales:read", "sales:write", "sales:approve", "sales:operate", "loyalty:read", "loyalty:write", "analytics:read", "analytics:write", "analytics:export",
        "history:write", "privacy:erase", "identity:read", "identity:write", "suite:read", "suite:operate", "suite:observe", "journal:feed",
        "leads:read", "leads:work", "leads:manage",
    ];

    // The matrix as people agreed on it (rulings.md 4), written once more by hand.
    static readonly Dictionary<string, string[]> Granted = new()
    {
        ["sales-agent"] = ["sales:read", "sales:write", "leads:read", "leads:work", "identity:read", "suite:read"],
        ["sales-manager"] = ["sales:read", "sales:write", "sales:approve", "leads:read", "leads:work", "leads:manage", "identity:read", "suite:read"],
        ["sales-operations"] =
            ["sales:read", "sales:write", "sales:operate", "history:write", "leads:read", "leads:work", "leads:manage", "identity:read", "suite:read"],
        ["loyalty-agent"] = ["loyalty:read", "loyalty:write", "identity:read", "suite:read"],
        ["analyst"] = ["analytics:read", "analytics:write", "analytics:export", "identity:read", "suite:read"],
        ["operator"] = ["suite:read", "suite:operate", "suite:observe", "identity:read"],
        ["privacy-officer"] = ["privacy:erase", "identity:read", "suite:read"],
        ["admin"] = Verbs,
        ["sales"] = [],
        ["root"] = [],
    };

    Issuer issuer = null!;
    LoopbackService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        service = await LoopbackService.Start(issuer.Authority, app =>
        {
            foreach (var verb in Verbs)
            {
                app.MapGet($"/{verb}", () => verb).RequirePermission(verb);
            }

            app.MapGet("/forgotten", () => "open");
            app.MapGroup("/both").RequirePermission("sales:read").MapPost("/", () => "both").RequirePermission("sales:operate");
        });
    }

    public static TheoryData<string> Roles => [.. Granted.Keys];

    [Theory, MemberData(nameof(Roles))]
    public async Task A_role_opens_what_it_is_granted_and_nothing_else(string role)
    {
        var token = issuer.Token(role);
        foreach (var verb in Verbs)
        {
            using var response = await service.Http.Send("GET", "/" + verb, token);
            Assert.Equal((verb, Granted[role].Contains(verb) ? 200 : 403), (verb, (int)response.StatusCode));
        }
    }

    [Fact]
    public async Task A_service_opens_what_its_token_names_and_nothing_else()
    {
        var token = issuer.ServiceToken("sales", "journal:feed", "identity:*");
        foreach (var verb in Verbs)
        {
            using var response = await service.Http.Send("GET", "/" + verb, token);
            Assert.Equal((verb, verb is "journal:feed" or "identity:read" or "identity:write" ? 200 : 403), (verb, (int)response.StatusCode));
        }
    }

    [Fact]
    public async Task Permissions_of_a_group_and_of_its_endpoint_are_both_asked_for()
    {
        Assert.Equal(403, (int)(await service.Http.Send("POST", "/both", issuer.Token("sales-agent"))).StatusCode);
        Assert.Equal(200, (int)(await service.Http.Send("POST", "/both", issuer.Token("sales-operations"))).StatusCode);
    }

    [Fact]
    public async Task An_endpoint_without_a_permission_is_closed_even_to_administrators_and_is_named()
    {
        using var response = await service.Http.Send("GET", "/forgotten", issuer.Token("admin"));
        Assert.Equal("403 permission.missing", await response.Problem());
        Assert.Equal(["GET /forgotten"], Endpoints.WithoutPermission(service.App));
    }

    [Fact]
    public void Only_health_is_open() => Assert.Equal(["* /health/live", "* /health/ready", "* /health"], Endpoints.Open(service.App));

    [Fact]
    public async Task What_is_not_there_is_told_to_those_who_are_known()
    {
        Assert.Equal("401 token.missing", await (await service.Http.Send("GET", "/nowhere")).Problem());
        Assert.Equal("404 resource.unknown", await (await service.Http.Send("GET", "/nowhere", issuer.Token("sales-agent"))).Problem());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }
}

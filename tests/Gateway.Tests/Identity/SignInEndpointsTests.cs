using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CrmSuite.Gateway.Identity;
using CrmSuite.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CrmSuite.Gateway.Tests.Identity;

public sealed class SignInEndpointsTests : IAsyncLifetime
{
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    async Task<string> Refused(string user, string password)
    {
        using var response = await door.Http.PostAsJsonAsync("/api/identity/sign-in", new { userName = user, password });
        return await response.Problem();
    }

    [Fact]
    public async Task Discovery_leads_to_keys_that_verify_the_tokens()
    {
        var discovery = await door.Http.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration");
        Assert.Equal(door.App.Urls.Single(), discovery.GetProperty("issuer").GetString());
        var keys = await door.Http.GetFromJsonAsync<JsonElement>(discovery.GetProperty("jwks_uri").GetString());
        var token = new JsonWebToken(await door.Token("sales-agent"));
        Assert.Equal(("ES256", "at+jwt"), (token.Alg, token.Typ));
        Assert.Contains(token.Kid, keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()));
        Assert.DoesNotContain(keys.GetProperty("keys").EnumerateArray(), key => key.TryGetProperty("d", out _));
    }

    [Fact]
    public async Task A_token_says_who_it_is_in_which_team_with_which_roles()
    {
        await door.Ask("admin", "POST", $"/api/identity/users/{await door.IdOf("sales-agent")}/place", new { team = "sales", region = "north" });
        var token = new JsonWebToken(await door.Token("sales-agent"));
        string Claim(string name) => token.GetClaim(name).Value;
        Assert.Equal(
            ((await door.IdOf("sales-agent")).ToString(), "staff", "sales-agent", "sales", "north", "Sales agent"),
            (token.Subject, Claim("kind"), Claim("roles"), Claim("team"), Claim("region"), Claim("name")));
        Assert.Equal(TimeSpan.FromMinutes(15), token.ValidTo - token.ValidFrom);
    }

    [Fact]
    public async Task Wrong_password_unknown_name_and_inactive_account_are_refused_alike()
    {
        await door.Ask("admin", "POST", $"/api/identity/users/{await door.IdOf("loyalty-agent")}/deactivate");
        Assert.Equal("401 sign-in.refused", await Refused("sales-agent", "not-the-password"));
        Assert.Equal("401 sign-in.refused", await Refused("nobody", "not-the-password"));
        Assert.Equal("401 sign-in.refused", await Refused("loyalty-agent", Door.DemoPassword));
        Assert.Equal("401 sign-in.refused", await Refused("sales-agent", new string('x', 200_000)));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_an_account_for_a_while_and_no_other()
    {
        for (var i = 0; i < Users.AttemptsMax; i++)
        {
            await Refused("sales-agent", $"guess-number-{i}");
        }

        Assert.Equal("401 sign-in.refused", await Refused("sales-agent", Door.DemoPassword));
        Assert.NotNull(await door.SignIn("sales-manager", Door.DemoPassword));
        await door.Sql<int>("update identity.users set locked_until = now() - interval '1 second' where user_name = 'sales-agent'");
        Assert.NotNull(await door.SignIn("sales-agent", Door.DemoPassword));
        Assert.Equal(0, await door.Sql<int>("select failed from identity.users where user_name = 'sales-agent'"));
    }

    [Fact]
    public async Task A_success_forgets_earlier_failures()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var i = 1; i < Users.AttemptsMax; i++)
            {
                await Refused("sales-agent", "not-the-password");
            }

            Assert.NotNull(await door.SignIn("Sales-Agent", Door.DemoPassword));
        }
    }

    [Fact]
    public async Task Guesses_made_at_once_count_like_guesses_made_one_by_one()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Refused("sales-agent", $"guess-number-{i}")));
        Assert.Equal(Users.AttemptsMax, await door.Sql<int>("select failed from identity.users where user_name = 'sales-agent'"));
        Assert.Equal("401 sign-in.refused", await Refused("sales-agent", Door.DemoPassword));
    }

    [Fact]
    public async Task A_client_signs_in_by_form_or_by_header_and_gets_what_it_was_given()
    {
        var (status, body) = await door.Connect(("grant_type", "client_credentials"), ("client_id", "sales"), ("client_secret", Door.ClientSecret));
        Assert.Equal((200, "Bearer", 900), (status, body.GetProperty("token_type").GetString(), body.GetProperty("expires_in").GetInt32()));
        var token = new JsonWebToken(body.GetProperty("access_token").GetString());
        Assert.Equal(["journal:feed", "identity:read"], token.Claims.Where(claim => claim.Type == "permissions").Select(claim => claim.Value));
        Assert.Equal("service", token.GetClaim("kind").Value);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sales:{Door.ClientSecret}")));
        Assert.Equal(200, (int)(await door.Http.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("client_credentials", "sales", "wrong", 401, "invalid_client")]
    [InlineData("client_credentials", "nobody", Door.ClientSecret, 401, "invalid_client")]
    [InlineData("client_credentials", "", "", 401, "invalid_client")]
    [InlineData("password", "sales", Door.ClientSecret, 400, "unsupported_grant_type")]
    [InlineData("refresh_token", "sales", Door.ClientSecret, 400, "invalid_grant")]
    public async Task What_the_token_endpoint_refuses_it_names_by_the_standard(string grant, string id, string secret, int status, string error)
    {
        var answer = await door.Connect(("grant_type", grant), ("client_id", id), ("client_secret", secret));
        Assert.Equal((status, error), (answer.Status, answer.Body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_client_that_sends_no_form_or_half_a_header_is_refused()
    {
        using var json = await door.Http.PostAsJsonAsync("/connect/token", new { grant_type = "client_credentials" });
        Assert.Equal("400 token.invalid-request", await json.Problem());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
        request.Headers.TryAddWithoutValidation("Authorization", "Basic ???");
        Assert.Equal("401 token.invalid-client", await (await door.Http.SendAsync(request)).Problem());
        foreach (var form in (string[])["grant_type=%00", "%00=1", new string('k', 3_000) + "=1"])
        {
            using var unreadable = await door.Http.PostAsync("/connect/token", new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));
            Assert.Equal("400 form.invalid", await unreadable.Problem());
        }
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

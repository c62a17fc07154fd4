using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Gateway.Identity;
using CrmSuite.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CrmSuite.Gateway.Tests.Identity;

public sealed class SigningKeysTests : IAsyncLifetime
{
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    async Task<string> Signer() => new JsonWebToken(await door.Token("sales-agent")).Kid;

    async Task<string[]> Published()
    {
        var keys = await door.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    async Task LetPass(TimeSpan time)
    {
        await door.Sql<int>("update identity.signing_keys set signs_from = signs_from - @time, published_until = published_until - @time", new { time });
        door.Service<SigningKeys>().Forget();
    }

    [Fact]
    public async Task A_new_key_is_published_before_it_signs_and_the_old_one_until_its_last_token_expired()
    {
        var old = await Signer();
        var token = await door.Token("sales-agent");
        Assert.Equal(204, (await door.Ask("admin", "POST", "/api/identity/keys/rotate", new { })).Status);
        Assert.Equal(2, (await Published()).Length);
        Assert.Equal(old, await Signer());

        await LetPass(SigningKeys.PublishedBefore);
        var young = await Signer();
        Assert.NotEqual(old, young);
        Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/sales/orders/7", token)).StatusCode);

        await LetPass(SigningKeys.PublishedAfter);
        Assert.Equal([young], await Published());
        Assert.Equal("401 token.invalid", await (await door.Http.Send("GET", "/api/sales/orders/7", token)).Problem());
    }

    [Fact]
    public async Task A_key_is_replaced_by_itself_when_it_has_lived_long_enough()
    {
        var keys = door.Service<SigningKeys>();
        await keys.Renew(CancellationToken.None);
        Assert.Single(await Published());
        await LetPass(SigningKeys.Life);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => keys.Renew(CancellationToken.None)));
        Assert.Equal(2, (await Published()).Length);
    }

    [Fact]
    public async Task A_withdrawn_key_is_good_for_nothing_at_once()
    {
        var (old, token) = (await Signer(), await door.Token("sales-agent"));
        Assert.Equal(204, (await door.Ask("admin", "POST", "/api/identity/keys/rotate", new { withdraw = true })).Status);
        Assert.DoesNotContain(old, await Published());
        Assert.Equal("401 token.invalid", await (await door.Http.Send("GET", "/api/sales/orders/7", token)).Problem());
        Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/identity/directory", await door.Token("admin"))).StatusCode);
    }

    [Fact]
    public async Task Keys_stay_over_a_restart_and_open_only_under_their_master()
    {
        var same = new SigningKeys(door.Service<Npgsql.NpgsqlDataSource>(), door.Service<IdentitySettings>());
        Assert.Equal(await Signer(), (await same.Signing(CancellationToken.None)).KeyId);
        var settings = new Microsoft.Extensions.Configuration.ConfigurationManager { ["Identity:Issuer"] = "http://x", ["Identity:Master"] = Convert.ToBase64String(new byte[32]) };
        var other = new SigningKeys(door.Service<Npgsql.NpgsqlDataSource>(), new IdentitySettings(settings));
        await Assert.ThrowsAsync<System.Security.Cryptography.AuthenticationTagMismatchException>(() => other.Signing(CancellationToken.None));
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

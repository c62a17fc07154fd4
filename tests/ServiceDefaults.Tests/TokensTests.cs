using System.Security.Cryptography;
using System.Text;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.Tokens;

namespace CrmSuite.ServiceDefaults.Tests;

public sealed class TokensTests : IAsyncLifetime
{
    Issuer issuer = null!;
    LoopbackService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        service = await LoopbackService.Start(issuer.Authority, Map);
    }

    static void Map(WebApplication app) => app.MapGet("/orders", () => "orders").RequirePermission("sales:read");

    Task<HttpResponseMessage> Get(string? token) => service.Http.Send("GET", "/orders", token);

    [Fact]
    public async Task A_good_token_opens() => Assert.Equal("orders", await (await Get(issuer.Token("sales-agent"))).Content.ReadAsStringAsync());

    [Fact]
    public async Task Without_a_token_the_answer_is_401_and_says_how()
    {
        using var response = await Get(null);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
        Assert.Equal("401 token.missing", await response.Problem());
    }

    [Fact]
    public async Task A_token_that_expired_within_the_skew_of_clocks_still_opens()
    {
        using var response = await Get(issuer.Token(Expired(seconds: 20), "sales-agent"));
        Assert.True(response.IsSuccessStatusCode);
    }

    public static TheoryData<string> Bad => [.. Forgeries.Keys];

    static Action<SecurityTokenDescriptor> Expired(int seconds) => token =>
    {
        token.NotBefore = token.IssuedAt = DateTime.UtcNow.AddHours(-1);
        token.Expires = DateTime.UtcNow.AddSeconds(-seconds);
    };

    static readonly Dictionary<string, Func<Issuer, string>> Forgeries = new()
    {
        ["garbage"] = _ => "garbage",
        ["three empty parts"] = _ => "..",
        ["wrong audience"] = issuer => issuer.Token(token => token.Audience = "others", "sales-agent"),
        ["no audience"] = issuer => issuer.Token(token => token.Audience = null, "sales-agent"),
        ["wrong issuer"] = issuer => issuer.Token(token => token.Issuer = "https://elsewhere.example", "sales-agent"),
        ["expired"] = issuer => issuer.Token(Expired(seconds: 90), "sales-agent"),
        ["not yet valid"] = issuer => issuer.Token(token => token.NotBefore = DateTime.UtcNow.AddMinutes(3), "sales-agent"),
        ["never expires"] = issuer => issuer.Token(token => token.Expires = null, "sales-agent"),
        ["wrong type"] = issuer => issuer.Token(token => token.TokenType = "logout+jwt", "sales-agent"),
        ["another key under the same name"] = issuer => issuer.Token(
            token => token.SigningCredentials = new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = issuer.Key.KeyId }, "ES256"), "sales-agent"),
        ["a key that names a file"] = issuer => issuer.Token(
            token => token.SigningCredentials = new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "../../dev/null" }, "ES256"), "sales-agent"),
        ["HS256 keyed with the public key"] = issuer => issuer.Token(
            token => token.SigningCredentials = new(new SymmetricSecurityKey(issuer.Key.ECDsa.ExportSubjectPublicKeyInfo()) { KeyId = issuer.Key.KeyId }, "HS256"), "sales-agent"),
        ["HS256 keyed with the public key as text"] = issuer => issuer.Token(
            token => token.SigningCredentials = new(
                new SymmetricSecurityKey(Encoding.ASCII.GetBytes(issuer.Key.ECDsa.ExportSubjectPublicKeyInfoPem())) { KeyId = issuer.Key.KeyId }, "HS256"),
            "sales-agent"),
        ["algorithm none"] = issuer => Header(issuer, """{"alg":"none","typ":"at+jwt"}""", signature: ""),
        ["algorithm None"] = issuer => Header(issuer, """{"alg":"None","typ":"at+jwt"}""", signature: ""),
        ["a key of its own in the header"] = issuer => Header(issuer, """{"alg":"ES256","typ":"at+jwt","jku":"http://127.0.0.1:1/keys"}"""),
        ["no signature"] = issuer => string.Join('.', issuer.Token("sales-agent").Split('.')[..2]) + ".",
        ["zeros as signature"] = issuer => string.Join('.', issuer.Token("sales-agent").Split('.')[..2]) + "." + Base64UrlEncoder.Encode(new byte[64]),
        ["tampered"] = issuer => Tampered(issuer),
    };

    [Theory, MemberData(nameof(Bad))]
    public async Task A_token_that_is_not_right_in_every_point_is_refused(string forgery)
    {
        var token = Forgeries[forgery](issuer);
        using var response = await Get(token);
        Assert.Equal("401 token.invalid", await response.Problem());
        Assert.DoesNotContain(token, service.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_learnt_and_the_old_one_stays_good()
    {
        var old = issuer.Token("sales-agent");
        Assert.True((await Get(old)).IsSuccessStatusCode);
        issuer.Rotate();
        var young = issuer.Token("sales-agent");
        await Until(async () => (await Get(young)).IsSuccessStatusCode);
        Assert.True((await Get(old)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Tokens_with_unknown_keys_do_not_make_the_service_fetch_keys_each_time()
    {
        Assert.True((await Get(issuer.Token("sales-agent"))).IsSuccessStatusCode);
        for (var i = 0; i < 20; i++)
        {
            await Get(issuer.Token(token => token.SigningCredentials = new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = $"k{i}" }, "ES256")));
        }

        Assert.InRange(issuer.KeyFetches, 1, 3);
    }

    [Fact]
    public async Task A_service_starts_before_its_issuer_and_outlives_it()
    {
        var port = LoopbackService.FreePort();
        await using var early = await LoopbackService.Start($"http://127.0.0.1:{port}", Map);
        using (var response = await early.Http.Send("GET", "/orders", issuer.Token("sales-agent")))
        {
            Assert.Equal("503 identity.unavailable", await response.Problem());
        }

        Assert.True((await early.Http.Send("GET", "/health/ready")).IsSuccessStatusCode);
        string token;
        await using (var late = await Issuer.Start(port))
        {
            token = late.Token("sales-agent");
            await Until(async () => (await early.Http.Send("GET", "/orders", token)).IsSuccessStatusCode);
        }

        Assert.True((await early.Http.Send("GET", "/orders", token)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_host_without_an_authority_does_not_start() =>
        Assert.Contains("Auth:Authority", (await Assert.ThrowsAsync<InvalidOperationException>(() => LoopbackService.Start("", Map))).Message, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }

    static string Header(Issuer issuer, string header, string? signature = null)
    {
        var parts = issuer.Token("sales-agent").Split('.');
        return $"{Base64UrlEncoder.Encode(header)}.{parts[1]}.{signature ?? parts[2]}";
    }

    static string Tampered(Issuer issuer)
    {
        var parts = issuer.Token("sales-agent").Split('.');
        return $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("sales-agent", "admin", StringComparison.Ordinal))}.{parts[2]}";
    }

    static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}

namespace CrmSuite.Gateway.Tests.Identity;

public sealed class FamiliesTests : IAsyncLifetime
{
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    async Task<string> First() => (await door.SignIn("sales-agent", Door.DemoPassword))!.RefreshToken!;

    async Task<string> Next(string token)
    {
        var (status, body) = await door.Refresh(token);
        Assert.Equal(200, status);
        return body.GetProperty("refresh_token").GetString()!;
    }

    async Task AssertRefused(string token) => Assert.Equal(400, (await door.Refresh(token)).Status);

    [Fact]
    public async Task Each_refresh_token_is_replaced_by_the_next()
    {
        var first = await First();
        var second = await Next(first);
        Assert.NotEqual(first, second);
        await Next(await Next(second));
    }

    [Fact]
    public async Task A_token_used_twice_ends_the_whole_sign_in_and_no_other()
    {
        var (first, other) = (await First(), await First());
        var second = await Next(first);
        await AssertRefused(first);
        await AssertRefused(second);
        await Next(other);
    }

    [Fact]
    public async Task Of_two_who_use_a_token_at_once_one_is_served_at_most()
    {
        var token = await First();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => door.Refresh(token)));
        Assert.Single(answers, answer => answer.Status == 200);
        await AssertRefused(answers.Single(answer => answer.Status == 200).Body.GetProperty("refresh_token").GetString()!);
    }

    [Theory]
    [InlineData("update identity.refresh_tokens set expires_at = now()")]
    [InlineData("update identity.families set expires_at = now()")]
    public async Task Tokens_and_sign_ins_expire(string sql)
    {
        var token = await First();
        await door.Sql<int>(sql);
        await AssertRefused(token);
    }

    [Fact]
    public async Task Signing_out_ends_the_sign_in()
    {
        var token = await First();
        Assert.Equal(204, (await door.Ask("sales-agent", "POST", "/api/identity/sign-out", new { refreshToken = token })).Status);
        await AssertRefused(token);
    }

    [Fact]
    public async Task New_roles_a_new_password_and_leaving_end_all_sign_ins()
    {
        var id = await door.IdOf("sales-agent");
        foreach (var (path, body) in (ValueTuple<string, object?>[])
                 [("roles", new { roles = new[] { "sales-agent" } }), ("password", new { password = Door.DemoPassword }), ("deactivate", null)])
        {
            var token = await First();
            Assert.Equal(200, (await door.Ask("admin", "POST", $"/api/identity/users/{id}/{path}", body)).Status);
            await AssertRefused(token);
        }
    }

    [Fact]
    public async Task What_expired_long_ago_is_forgotten_and_tokens_are_kept_as_hashes()
    {
        var token = await First();
        Assert.Equal(0, await door.Sql<int>("select count(*)::int from identity.refresh_tokens where position(convert_to(@token, 'UTF8') in hash) > 0", new { token }));
        await door.Sql<int>("update identity.families set expires_at = now() - interval '2 days'");
        await door.Service<CrmSuite.Gateway.Identity.Families>().Sweep(CancellationToken.None);
        Assert.Equal(0, await door.Sql<int>("select count(*)::int from identity.refresh_tokens"));
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

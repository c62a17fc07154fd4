using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Bus.Tests;

public sealed class ServiceTokensTests
{
    [Fact]
    public async Task A_host_calls_another_one_under_its_own_name_with_one_token_for_many_calls()
    {
        await using var issuer = await Issuer.Start();
        await using var sales = await LoopbackService.Start(issuer.Authority, app =>
            app.MapGet("/journal/packs", (System.Security.Claims.ClaimsPrincipal caller) => caller.Identity!.Name).RequirePermission("journal:feed"));
        await using var loyalty = await LoopbackService.Start(
            issuer.Authority, _ => { }, builder => builder.Services.AddPackFeed().AddHttpClient("sales").AddHttpMessageHandler<ServiceTokenHandler>());
        using var client = loyalty.App.Services.GetRequiredService<IHttpClientFactory>().CreateClient("sales");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetStringAsync(new Uri(sales.Address + "/journal/packs"))));
        Assert.All(answers, answer => Assert.Equal("test", answer));
        Assert.Equal(1, issuer.TokensAsked);
    }

    [Fact]
    public async Task Without_an_issuer_the_call_fails_and_the_next_one_tries_again()
    {
        var port = LoopbackService.FreePort();
        await using var service = await LoopbackService.Start($"http://127.0.0.1:{port}", _ => { }, builder => builder.Services.AddPackFeed());
        var tokens = service.App.Services.GetRequiredService<ServiceTokens>();
        await Assert.ThrowsAnyAsync<Exception>(() => tokens.Get(CancellationToken.None));
        await using var issuer = await Issuer.Start(port);
        Assert.Equal(3, (await tokens.Get(CancellationToken.None)).Split('.').Length);
    }
}

using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CrmSuite.Journal.Tests;

public sealed class QueryCheckTests : IAsyncLifetime
{
    enum Colour { None, Red, DarkBlue }

    [ReadsQuery("byHand")]
    sealed record Reading
    {
        public static ValueTask<Reading?> BindAsync(HttpContext context) => new(context.Request.Query.Count > 9 ? null : new Reading());
    }

    sealed record Filter([WordOf(typeof(Colour))] string? Colour = null, DateOnly? From = null, Guid? OwnerId = null, bool? IsOpen = null,
        [FromQuery(Name = "till")] DateOnly? Until = null);

    Issuer issuer = null!;
    LoopbackService service = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await Issuer.Start();
        service = await LoopbackService.Start(issuer.Authority, app =>
        {
            app.CheckQueries();
            app.MapGet("/things/{id:guid}", (Guid id, [AsParameters] Filter filter, DateTime? asOf, int? size, Reading reading) => "found").RequirePermission("sales:read");
            app.MapPost("/things", () => "made").RequirePermission("sales:read");
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("?colour=dark-blue&size=3&asOf=2026-01-31T09:00:00Z")]
    [InlineData("?Size=3&from=2026-01-31&isOpen=true&ownerId=00000000-0000-0000-0000-000000000001")]
    [InlineData("?byHand=anything")]
    [InlineData("?till=2026-01-31")]
    public async Task A_query_that_the_endpoint_understands_is_answered(string query) => Assert.Equal("found", await Get(query));

    [Theory]
    [InlineData("?stage=won", "There is no parameter 'stage' here. The parameters are: colour, from, ownerId, isOpen, till, asOf, size, byHand.")]
    [InlineData("?id=1", "There is no parameter 'id' here.")]
    [InlineData("?colour=green", "'colour' is one of red, dark-blue.")]
    [InlineData("?colour=Red", "'colour' is one of red, dark-blue.")]
    [InlineData("?colour=none", "'colour' is one of red, dark-blue.")]
    [InlineData("?colour=", "'colour' is one of red, dark-blue.")]
    [InlineData("?size=", "'size' is a whole number.")]
    [InlineData("?size=many", "'size' is a whole number.")]
    [InlineData("?from=soon", "'from' is a date as in 2026-01-31.")]
    [InlineData("?from=0001-01-01", "'from' lies beyond the years from 1900 to 2200.")]
    [InlineData("?asOf=9999-12-31T23:59:59Z", "'asOf' lies beyond the years from 1900 to 2200.")]
    [InlineData("?asOf=then", "'asOf' is an instant as in 2026-01-31T09:00:00Z.")]
    [InlineData("?ownerId=me", "'ownerId' is an id: a UUID with hyphens.")]
    [InlineData("?isOpen=perhaps", "'isOpen' is true or false.")]
    public async Task A_query_that_would_be_passed_over_is_refused(string query, string sentence)
    {
        using var response = await Send("GET", $"/things/{Guid.Empty}{query}");
        Assert.Equal("400 request.invalid", await response.Problem());
        Assert.Contains(sentence, System.Text.RegularExpressions.Regex.Unescape(await response.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_without_parameters_has_none()
    {
        using var response = await Send("POST", "/things?now=yes");
        Assert.Equal("400 request.invalid", await response.Problem());
    }

    [Fact]
    public async Task Who_may_not_ask_learns_no_parameters()
    {
        using var response = await service.Http.Send("GET", $"/things/{Guid.Empty}?stage=won", issuer.Token("loyalty-agent"));
        Assert.Equal("403 permission.missing", await response.Problem());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await issuer.DisposeAsync();
    }

    Task<HttpResponseMessage> Send(string method, string path) => service.Http.Send(method, path, issuer.Token("sales-agent"));

    async Task<string> Get(string query) => await (await Send("GET", $"/things/{Guid.Empty}{query}")).Content.ReadAsStringAsync();
}

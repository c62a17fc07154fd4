using System.Net;
using System.Net.Http.Json;
using CrmSuite.Contracts;
using CrmSuite.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace CrmSuite.Departments.Tests;

/// <summary>Who is on the staff and who leads whom, and what becomes of it while the identity provider does not answer.</summary>
public sealed class StaffTests
{
    const int PageMax = 200;
    const int PagesMax = 100;

    static readonly StaffList Company = new(
        [
            new("u-ann", Active: true, ["sales-agent"], "north"), new("u-bob", Active: true, ["sales-agent"], "riga"), new("u-eve", Active: true, ["sales-manager"], "south"),
            new("u-tom", Active: false, ["sales-manager"]),
        ],
        [new("sales", Manager: "u-max"), new("north", "sales", "u-mia"), new("riga", "north"), new("south", "sales"), new("odd", "even"), new("even", "odd")]);

    readonly Clock clock = new();
    readonly Provider provider = new();

    [Fact]
    public void Who_works_here_may_what_his_roles_allow_and_who_left_nothing()
    {
        Assert.True(Company.People[2].May("sales:approve"));
        Assert.False(Company.People[0].May("sales:approve"));
        Assert.False(Company.People[3].May("sales:approve"));
    }

    [Fact]
    public void Below_a_team_is_all_that_is_part_of_it_however_deep_and_a_circle_ends()
    {
        Assert.Equal(["north", "riga", "sales", "south"], Company.Below("sales").Order());
        Assert.Equal(["riga"], Company.Below("riga"));
        Assert.Equal(["even", "odd"], Company.Below("odd").Order());
        Assert.Equal(["nobody-knows-it"], Company.Below("nobody-knows-it"));
    }

    [Fact]
    public void A_manager_leads_the_teams_that_name_him_with_all_below_them()
    {
        var (max, mia) = (Company.Under("u-max", "north"), Company.Under("u-mia", "sales"));

        Assert.Equal(["north", "riga", "sales", "south"], max.Teams.Order());
        Assert.Equal(["u-ann", "u-bob", "u-eve"], max.People.Order());
        Assert.Equal(["north", "riga"], mia.Teams.Order());
        Assert.Equal(["u-ann", "u-bob"], mia.People.Order());
    }

    [Fact]
    public void Whom_no_team_names_leads_the_one_he_is_in_and_without_one_nobody()
    {
        Assert.Equal(["u-eve"], Company.Under("u-eve", "south").People);
        Assert.Empty(Company.Under("u-eve", null).Teams);
        Assert.Empty(Company.Under("u-eve", null).People);
    }

    [Fact]
    public void What_was_given_to_somebody_in_a_team_stays_under_its_manager_when_he_moves()
    {
        var mia = Company.Under("u-mia", "sales");

        Assert.True(mia.Covers("u-eve", "north"));
        Assert.False(mia.Covers("u-ann", "south"));
        Assert.True(mia.Covers("u-ann", null));
        Assert.False(mia.Covers("u-eve", null));
    }

    [Fact]
    public async Task The_directory_is_read_with_the_callers_token_and_is_known_for_half_a_minute()
    {
        var staff = Read();
        Assert.Equal(4, (await staff.Load(default)).People.Count);
        clock.Pass(29);
        Assert.Equal("riga", (await staff.Load(default)).TeamOf("u-bob"));
        Assert.Equal(["http://identity/api/identity/directory?limit=200 Bearer of-the-caller"], provider.Asked);

        clock.Pass(1);
        provider.Answer = _ => Company with { People = [] };
        Assert.Empty((await staff.Load(default)).People);
        Assert.Equal(2, provider.Asked.Count);
    }

    [Fact]
    public async Task A_large_staff_is_read_page_by_page_to_its_end()
    {
        provider.Answer = after => new(Page(after is null ? 0 : PageMax, after is null ? PageMax : 7), Company.Teams);

        var list = await Read().Load(default);
        Assert.Equal(PageMax + 7, list.People.DistinctBy(person => person.Id).Count());
        Assert.Equal(Company.Teams, list.Teams);
        Assert.EndsWith($"&after=u-{PageMax - 1} Bearer of-the-caller", provider.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_without_an_end_is_not_read_for_ever()
    {
        provider.Answer = _ => new(Page(0, PageMax), []);

        await Unavailable(Read().Load(default));
        Assert.Equal(PagesMax, provider.Asked.Count);
    }

    [Fact]
    public async Task While_it_does_not_answer_who_needs_the_newest_is_told_so_and_others_go_on_with_what_was_known()
    {
        var staff = Read();
        await staff.Load(default);
        clock.Pass(31);
        provider.Answer = _ => null;

        Assert.Equal("north", (await staff.Known(default)).TeamOf("u-ann"));
        Assert.Equal(2, provider.Asked.Count);
        clock.Pass(4);
        Assert.Equal("north", await staff.TeamOf("u-ann", null, default));
        Assert.Equal(2, provider.Asked.Count); // Nobody waits for it meanwhile.
        await Unavailable(staff.Load(default));

        clock.Pass(1);
        provider.Answer = _ => Company with { People = [new("u-ann", Active: true, [], "south")] };
        Assert.Equal("south", (await staff.Known(default)).TeamOf("u-ann"));
    }

    [Fact]
    public async Task Before_it_has_ever_answered_nobody_is_known_and_no_team()
    {
        provider.Answer = _ => null;

        var list = await Read().Known(default);
        Assert.Equal((0, null), (list.People.Count, list.TeamOf("u-ann")));
        Assert.Equal(["sales"], list.Below("sales"));
    }

    [Fact]
    public async Task The_team_of_an_owner_is_the_one_that_was_said_else_the_one_he_is_in()
    {
        var staff = Read();
        Assert.Null(await staff.TeamOf(null, null, default));
        Assert.Empty(provider.Asked);
        Assert.Equal("south", await staff.TeamOf("u-ann", "south", default));
        Assert.Equal("north", await staff.TeamOf("u-ann", null, default));
    }

    [Theory]
    [InlineData("u-nobody", null, "owner.unknown")]
    [InlineData("u-tom", null, "owner.unknown")]
    [InlineData("u-ann", "nowhere", "team.unknown")]
    [InlineData(null, "nowhere", "team.unknown")]
    public async Task Who_is_not_on_the_staff_or_has_left_owns_nothing(string? person, string? team, string code)
    {
        var problem = await Assert.ThrowsAsync<ViewProblemException>(() => Read().TeamOf(person, team, default));
        Assert.Equal((422, code), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task Who_has_come_since_the_directory_was_read_is_found_in_it_and_nobody_is_missed_while_it_is_away()
    {
        var staff = Read();
        Assert.Equal("north", await staff.TeamOf("u-ann", null, default));
        provider.Answer = _ => Company with { People = [.. Company.People, new("u-new", Active: true, [], "riga")] };
        Assert.Equal("riga", await staff.TeamOf("u-new", null, default));
        provider.Answer = _ => null;
        Assert.Null(await Read().TeamOf("u-nobody", null, default));
    }

    [Fact]
    public async Task Who_gives_up_himself_is_not_told_that_the_directory_is_away()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Read().Load(gone.Token));
    }

    static async Task Unavailable(Task asked)
    {
        var problem = await Assert.ThrowsAsync<ViewProblemException>(() => asked);
        Assert.Equal((503, "directory.unavailable"), (problem.Status, problem.Code));
    }

    static IReadOnlyList<Person> Page(int first, int count) => [.. Enumerable.Range(first, count).Select(number => new Person($"u-{number}", Active: true, []))];

    Staff Read()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer of-the-caller";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Auth:Authority", "http://identity/")]).Build();
        return new(provider, new HttpContextAccessor { HttpContext = context }, configuration, clock);
    }

    sealed class Clock : TimeProvider
    {
        DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public void Pass(int seconds) => now = now.AddSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => now;
    }

    /// <summary>The identity provider: what it answers after a person's id, or nothing but 503.</summary>
    sealed class Provider : HttpMessageHandler, IHttpClientFactory
    {
        public Func<string?, StaffList?> Answer { get; set; } = _ => Company;

        public List<string> Asked { get; } = [];

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Asked.Add($"{request.RequestUri} {request.Headers.Authorization}");
            var after = request.RequestUri!.Query.Split("after=") is [_, var id] ? id : null;
            return Task.FromResult(Answer(after) is { } list
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(new { users = list.People, list.Teams }, options: Json.Stored) }
                : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        }
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using CrmSuite.Contracts;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace CrmSuite.Departments;

/// <summary>Somebody on the staff.</summary>
/// <param name="Id">The subject of his sign-in.</param>
/// <param name="Active">Whether he still works here.</param>
/// <param name="Roles">What he may do.</param>
/// <param name="Team">Where he belongs.</param>
/// <param name="Substitute">Who stands in for him.</param>
public sealed record Person(string Id, bool Active, IReadOnlyList<string> Roles, string? Team = null, string? Substitute = null)
{
    /// <summary>Whether he works here and his roles allow it.</summary>
    public bool May(string permission) => Active && new ClaimsPrincipal(new ClaimsIdentity(Roles.Select(role => new Claim(Tokens.Roles, role)), nameof(Staff))).Has(permission);
}

/// <summary>A team, part of another one.</summary>
/// <param name="Id">The team.</param>
/// <param name="Parent">The team that it is part of.</param>
/// <param name="Manager">Who leads it.</param>
public sealed record StaffTeam(string Id, string? Parent = null, string? Manager = null);

/// <summary>Everybody on the staff, and the tree of teams, at one moment.</summary>
public sealed record StaffList(IReadOnlyList<Person> People, IReadOnlyList<StaffTeam> Teams)
{
    /// <summary>Nobody is known: the identity provider has not answered yet.</summary>
    public static readonly StaffList Unknown = new([], []);

    /// <summary>The team that a person is in now; null where it is not known.</summary>
    public string? TeamOf(string id) => People.FirstOrDefault(person => person.Id == id)?.Team;

    /// <summary>What is not there of these people and this team: somebody who works here, a team of the tree. While nobody is known, nothing is missing.</summary>
    public (string Code, string Reason)? Missing(IReadOnlyCollection<string> people, string? team) =>
        People.Count > 0 && people.Any(id => !People.Any(person => person.Id == id && person.Active))
            ? ("owner.unknown", "Nobody of this id works here. Name people by the subject of their sign-in, as the directory shows it.")
        : Teams.Count > 0 && team is not null && !Teams.Any(known => known.Id == team)
            ? ("team.unknown", "There is no team of this id. Name teams by their ids, as the directory shows them.")
        : null;

    /// <summary>A team and all that is part of it; the team alone where the tree is not known.</summary>
    public IReadOnlySet<string> Below(string team)
    {
        var found = new HashSet<string> { team };
        while (Teams.FirstOrDefault(part => part.Parent is { } parent && found.Contains(parent) && !found.Contains(part.Id)) is { } below)
        {
            found.Add(below.Id);
        }

        return found;
    }

    /// <summary>What a manager leads: the teams that name him and all below them; where none names him, the team he is in.</summary>
    /// <param name="id">The manager.</param>
    /// <param name="team">The team that his token names.</param>
    public Led Under(string id, string? team)
    {
        var named = Teams.Where(led => led.Manager == id).Select(led => led.Id).ToList();
        var roots = named.Count > 0 ? named : team is null ? [] : [team];
        var below = roots.SelectMany(Below).ToHashSet();
        return new(below, People.Where(person => person.Team is { } of && below.Contains(of)).Select(person => person.Id).ToHashSet());
    }
}

/// <summary>
/// Users and teams belong to the identity provider (rulings.md 4): they are read in its directory, with the caller's own token, and known for half a minute.
/// </summary>
/// <param name="http">Where clients come from.</param>
/// <param name="context">Whose token asks.</param>
/// <param name="configuration">Names the authority.</param>
/// <param name="time">The clock.</param>
public sealed class Staff(IHttpClientFactory http, IHttpContextAccessor context, IConfiguration configuration, TimeProvider time)
{
    const int PagesMax = 100;
    const int PageMax = 200;
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    (StaffList List, DateTimeOffset At)? known;
    DateTimeOffset missedAt;

    /// <summary>
    /// The directory as it was last known, for who can do without the newest: while it does not answer, nobody waits for it, and outside of a request nobody asks it.
    /// </summary>
    public async Task<StaffList> Known(CancellationToken ct)
    {
        if (context.HttpContext is not null && time.GetUtcNow() - missedAt >= AgainAfter)
        {
            try
            {
                return await Load(ct);
            }
            catch (ViewProblemException)
            {
                missedAt = time.GetUtcNow();
            }
        }

        return known?.List ?? StaffList.Unknown;
    }

    /// <summary>The team of who is to own something: as it was said, else the one he is in now; null where that is not known.</summary>
    /// <exception cref="ViewProblemException">See <see cref="Named"/>.</exception>
    public async Task<string?> TeamOf(string? ownerId, string? said, CancellationToken ct)
    {
        var list = await Named(ownerId is null ? [] : [ownerId], said, ct);
        return said ?? (ownerId is null ? null : list.TeamOf(ownerId));
    }

    /// <summary>The directory, with these people and this team in it; before it has ever answered, they are taken as they are named (README, Why).</summary>
    /// <exception cref="ViewProblemException">422 <c>owner.unknown</c> or <c>team.unknown</c>: they are not in its last answer.</exception>
    public async Task<StaffList> Named(IReadOnlyCollection<string> people, string? team, CancellationToken ct)
    {
        if (people.Count == 0 && team is null)
        {
            return StaffList.Unknown;
        }

        var list = await Known(ct);
        if (list.Missing(people, team) is not null && known is { } old)
        {
            // They may have come since it was read.
            known = (old.List, DateTimeOffset.MinValue);
            list = await Known(ct);
        }

        return list.Missing(people, team) is { } missing
            ? throw new ViewProblemException(StatusCodes.Status422UnprocessableEntity, missing.Code, missing.Reason) : list;
    }

    /// <summary>The directory as it stands, at most half a minute ago.</summary>
    /// <exception cref="ViewProblemException">503 <c>directory.unavailable</c>: the identity provider does not answer.</exception>
    public async Task<StaffList> Load(CancellationToken ct)
    {
        if (known is { } fresh && time.GetUtcNow() - fresh.At < Fresh)
        {
            return fresh.List;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            var list = await Fetch(limit.Token);
            known = (list, time.GetUtcNow());
            return list;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ViewProblemException(StatusCodes.Status503ServiceUnavailable, "directory.unavailable",
                "The directory of the staff does not answer at the moment. Ask again shortly.");
        }
    }

    async Task<StaffList> Fetch(CancellationToken ct)
    {
        using var client = http.CreateClient(nameof(Staff));
        var people = new List<Person>();
        for (var (pages, after) = (0, ""); pages < PagesMax; pages++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{configuration["Auth:Authority"]!.TrimEnd('/')}/api/identity/directory?limit={PageMax}{after}");
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(context.HttpContext!.Request.Headers.Authorization.ToString());
            using var response = await client.SendAsync(request, ct);
            var page = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Answer>(Json.Stored, ct);
            people.AddRange(page!.Users);
            if (page.Users.Count < PageMax)
            {
                return new(people, page.Teams);
            }

            after = $"&after={page.Users[^1].Id}";
        }

        throw new HttpRequestException($"The directory has more than {PagesMax * PageMax} people.");
    }

    sealed record Answer(IReadOnlyList<Person> Users, IReadOnlyList<StaffTeam> Teams);
}

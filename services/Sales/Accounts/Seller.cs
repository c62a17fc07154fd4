using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Accounts;

/// <summary>Who sells, and whose accounts and deals he may change (rulings.md 4): an agent his own, a manager his team's with all below it, operations
/// everybody's.</summary>
/// <param name="Id">The subject of his sign-in.</param>
/// <param name="Team">His team at the moment.</param>
/// <param name="IsForAll">Whether he may change what anybody owns.</param>
/// <param name="Led">Whom he leads; null for who leads nobody.</param>
sealed record Seller(string Id, string? Team, bool IsForAll, Led? Led = null)
{
    /// <summary>The longest owner and team.</summary>
    public const int IdMax = 100;

    /// <summary>Whether he may change what this person owns, and has owned as one of that team.</summary>
    public bool May(string ownerId, string? ownerTeam = null) => IsForAll || ownerId == Id || Led?.Covers(ownerId, ownerTeam) is true;

    /// <summary>The teams that his lists are about: the one that is named with all below it, else those he leads; null for all.</summary>
    public async Task<IReadOnlySet<string>?> Scope(Staff staff, string? team, CancellationToken ct) =>
        team is null ? Led?.Teams : (await staff.Known(ct)).Below(team);

    /// <summary>The caller of a request.</summary>
    public static async ValueTask<Seller?> BindAsync(HttpContext context)
    {
        var (actor, isForAll) = (context.User.Actor(), context.User.Has("sales:operate"));
        var isManager = !isForAll && context.User.Has("sales:approve");
        var staff = isManager ? await context.RequestServices.GetRequiredService<Staff>().Known(context.RequestAborted) : StaffList.Unknown;
        return new Seller(actor.Id, actor.Team, isForAll, isManager ? staff.Under(actor.Id, actor.Team) : null);
    }
}

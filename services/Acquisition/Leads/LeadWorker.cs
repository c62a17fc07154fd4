using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Acquisition.Leads;

/// <summary>Who works leads (rulings.md 4): an agent those that he has and those that nobody has, a manager his team's with all below it, operations
/// everybody's.</summary>
/// <param name="Id">The subject of his sign-in.</param>
/// <param name="IsForAll">Whether he may change what anybody has.</param>
/// <param name="Led">Whom he leads; null for who leads nobody.</param>
sealed record LeadWorker(string Id, bool IsForAll = false, Led? Led = null)
{
    /// <summary>Whether he may change what this person has, and has got as one of that team.</summary>
    public bool May(string? ownerId, string? ownerTeam) => IsForAll || ownerId is null || ownerId == Id || Led?.Covers(ownerId, ownerTeam) is true;

    /// <summary>Whether he says who of this team gets a lead.</summary>
    public bool Leads(string team) => IsForAll || Led?.Teams.Contains(team) is true;

    /// <summary>The caller of a request.</summary>
    public static async ValueTask<LeadWorker?> BindAsync(HttpContext context)
    {
        var (actor, caller) = (context.User.Actor(), context.User);
        var isForAll = caller.Has("acquisition:operate") || caller.Has("sales:operate");
        var isManager = !isForAll && caller.Has("leads:manage");
        var staff = isManager ? await context.RequestServices.GetRequiredService<Staff>().Known(context.RequestAborted) : StaffList.Unknown;
        return new LeadWorker(actor.Id, isForAll, isManager ? staff.Under(actor.Id, actor.Team) : null);
    }
}

using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Accounts;

/// <summary>Who sells, and whose accounts and deals he may change (rulings.md 4): an agent his own, managers and operations everybody's.</summary>
/// <param name="Id">The subject of his sign-in.</param>
/// <param name="Team">His team at the moment.</param>
/// <param name="IsForAll">Whether he may change what others own.</param>
sealed record Seller(string Id, string? Team, bool IsForAll)
{
    /// <summary>The longest owner and team.</summary>
    public const int IdMax = 100;

    /// <summary>Whether he may change what this person owns.</summary>
    public bool May(string ownerId) => IsForAll || ownerId == Id;

    /// <summary>The caller of a request.</summary>
    public static ValueTask<Seller?> BindAsync(HttpContext context)
    {
        var actor = context.User.Actor();
        return new(new Seller(actor.Id, actor.Team, context.User.Has("sales:approve") || context.User.Has("sales:operate")));
    }
}

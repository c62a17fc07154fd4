using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Loyalty;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Loyalty.Points;

/// <summary>A member gets points by hand, as a sign of goodwill.</summary>
/// <param name="CustomerId">Whose points account.</param>
/// <param name="Points">How many.</param>
/// <param name="Reason">Why.</param>
/// <param name="ExpiresAt">When they end; default never.</param>
/// <param name="GrantId">The grant's id; it counts once.</param>
sealed record GrantPoints(Guid CustomerId, long Points, string Reason, DateTime? ExpiresAt = null, Guid? GrantId = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        _ when CustomerId == Guid.Empty => new("points.customer", "Name the customer."),
        _ when Points is <= 0 or > PointsAccount.PointsMax => new("points.amount", $"Points are a whole number from 1 to {PointsAccount.PointsMax}."),
        _ when !Form.IsWord(Reason) => new("points.reason", "The reason is a word of lower-case letters, digits and hyphens."),
        { ExpiresAt: { Kind: not DateTimeKind.Utc } } => new("points.expiry", "The expiry is an instant in UTC."),
        _ => null,
    };
}

/// <summary>A member spends points.</summary>
/// <param name="Points">How many.</param>
/// <param name="Reward">What for.</param>
/// <param name="RedemptionId">The redemption's id; it counts once.</param>
sealed record RedeemPoints(long Points, string? Reward = null, Guid? RedemptionId = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        _ when Points is <= 0 or > PointsAccount.PointsMax => new("points.amount", $"Points are a whole number from 1 to {PointsAccount.PointsMax}."),
        { Reward: not null } when !Form.IsWord(Reward) => new("points.reward", "The reward is a word of lower-case letters, digits and hyphens."),
        _ => null,
    };
}

/// <summary>Points earned together; they end together.</summary>
/// <param name="LotId">The lot.</param>
/// <param name="OrderId">The order that earned it, if one did.</param>
/// <param name="Left">How many are not spent, taken back or ended; more than zero.</param>
/// <param name="EarnedAt">Business time of what earned them.</param>
/// <param name="ExpiresAt">When what is left ends.</param>
sealed record Lot(Guid LotId, Guid? OrderId, long Left, DateTime EarnedAt, DateTime? ExpiresAt)
{
    /// <summary>Whether its points can be used at an instant, however late the expiry is written.</summary>
    public bool IsAlive(DateTime at) => ExpiresAt is null || ExpiresAt > at;
}

/// <summary>A member's points: lots that are earned, spent, taken back and ended, and what is owed where nothing was left to take back (domain.md, ledger rules).</summary>
/// <param name="MemberId">The member; the account's id.</param>
/// <param name="CustomerId">The customer behind the member.</param>
/// <param name="Lots">The lots with something left.</param>
/// <param name="Debt">Points owed; while there is any, no living lot has something left.</param>
/// <param name="Orders">What each order earned and still counts for.</param>
/// <param name="Grants">The lots given by hand, also those long spent.</param>
/// <param name="Redemptions">Each redemption and its points.</param>
/// <param name="Credits">The credits that were taken back.</param>
sealed record PointsAccount(
    Guid MemberId,
    Guid CustomerId,
    ImmutableList<Lot> Lots,
    long Debt,
    ImmutableDictionary<Guid, long> Orders,
    ImmutableDictionary<Guid, long> Grants,
    ImmutableDictionary<Guid, long> Redemptions,
    ImmutableHashSet<Guid> Credits) : IFold<PointsAccount>
{
    /// <summary>The most points one command moves.</summary>
    public const long PointsMax = 1_000_000_000;

    public static string Category => "loyalty.points";

    public static string Called => "points account";

    public static PointsAccount Initial { get; } = new(default, default, [], 0, ImmutableDictionary<Guid, long>.Empty, ImmutableDictionary<Guid, long>.Empty,
        ImmutableDictionary<Guid, long>.Empty, []);

    /// <summary>What the member can spend at an instant.</summary>
    public long Available(DateTime at) => Lots.Where(lot => lot.IsAlive(at)).Sum(lot => lot.Left);

    public static PointsAccount Evolve(PointsAccount state, Event fact) => fact switch
    {
        PointsAccrued e => state with
        {
            MemberId = e.MemberId,
            CustomerId = e.CustomerId,
            Debt = state.Debt - e.Netted,
            Lots = e.Points > e.Netted ? state.Lots.Add(new(e.LotId, e.OrderId, e.Points - e.Netted, e.EarnedAt, e.ExpiresAt)) : state.Lots,
            Orders = e.OrderId is { } order ? state.Orders.SetItem(order, e.Points) : state.Orders,
            Grants = e.OrderId is null ? state.Grants.SetItem(e.LotId, e.Points) : state.Grants,
        },
        PointsRedeemed e => state with { Lots = Without(state.Lots, e.Allocation), Redemptions = state.Redemptions.SetItem(e.RedemptionId, e.Points) },
        PointsClawedBack e => state with
        {
            MemberId = e.MemberId,
            CustomerId = e.CustomerId,
            Lots = Without(state.Lots, e.Allocation),
            Debt = state.Debt + e.Debt,
            Orders = e.OrderId is { } order ? state.Orders.SetItem(order, state.Orders.GetValueOrDefault(order) - e.Points) : state.Orders,
            Credits = e.OrderId is null ? state.Credits.Add(e.SourceId) : state.Credits,
        },
        PointsExpired e => state with { Lots = Without(state.Lots, [new(e.LotId, e.Points)]) },
        _ => state,
    };

    /// <summary>A paid order earns once, for what of it was not returned before it was paid.</summary>
    public Decision Accrue(OrderPaid paid, Guid eventId, DateTime at)
    {
        var memberId = EarningRule.MemberId(paid.CustomerId);
        var points = EarningRule.Points(paid.Total with { Minor = paid.Total.Minor - paid.Returned.Minor });
        return points == 0 || Orders.ContainsKey(paid.OrderId) ? []
            : new PointsAccrued(memberId, paid.CustomerId, EarningRule.LotId(memberId, paid.OrderId), paid.OrderId, points, Math.Min(points, Debt), EarningRule.Name, at, null, eventId);
    }

    /// <summary>A return takes back what the order counts for beyond what it is still worth: from its own lot first, then as any claw-back.</summary>
    public Decision ClawBack(OrderReturned returned, DateTime at)
    {
        var worth = EarningRule.Points(returned.Total with { Minor = returned.Total.Minor - returned.Returned.Minor });
        return ClawBack(Orders.GetValueOrDefault(returned.OrderId) - worth, returned.ReturnId, returned.OrderId, at);
    }

    /// <summary>A credit takes back its whole units, once.</summary>
    public Decision ClawBack(CreditIssued credit, DateTime at) =>
        Credits.Contains(credit.CreditId) ? [] : (this with { MemberId = EarningRule.MemberId(credit.CustomerId), CustomerId = credit.CustomerId })
            .ClawBack(EarningRule.Points(credit.Amount), credit.CreditId, null, at);

    public Decision Grant(GrantPoints command, Guid grantId, DateTime at)
    {
        var lotId = EarningRule.LotId(EarningRule.MemberId(command.CustomerId), grantId);
        return Grants.TryGetValue(lotId, out var known)
            ? known == command.Points ? [] : Refuse("points.other-grant", "This grant was made before with other points.")
            : command.ExpiresAt <= at ? Refuse("points.expired", "Points that have ended cannot be given.")
            : new PointsAccrued(EarningRule.MemberId(command.CustomerId), command.CustomerId, lotId, null, command.Points, Math.Min(command.Points, Debt), "grant", at,
                Settled(command.ExpiresAt), null, command.Reason);
    }

    /// <summary>In whole microseconds, as every instant of the journal: else the due-list, which knows no finer time, would come a moment before the lot ends.</summary>
    static DateTime? Settled(DateTime? at) => at?.AddTicks(-(at.Value.Ticks % TimeSpan.TicksPerMicrosecond));

    public Decision Redeem(RedeemPoints command, Guid redemptionId, DateTime at) => command switch
    {
        _ when MemberId == Guid.Empty => Unknown<PointsAccount>(),
        _ when Redemptions.TryGetValue(redemptionId, out var known) => known == command.Points
            ? [] : Refuse("points.other-redemption", "This redemption was made before with other points."),
        _ when command.Points > Available(at) => Refuse("points.not-enough", $"There are {Available(at)} points to spend."),
        _ => new PointsRedeemed(MemberId, CustomerId, redemptionId, command.Points, Take(command.Points, null, at), command.Reward),
    };

    /// <summary>What is left of every lot that has ended by then.</summary>
    public Decision Expire(DateTime at) =>
        [.. InOrder(Lots.Where(lot => !lot.IsAlive(at))).Select(lot => new PointsExpired(MemberId, CustomerId, lot.LotId, lot.Left))];

    Decision ClawBack(long points, Guid sourceId, Guid? orderId, DateTime at)
    {
        if (points <= 0)
        {
            return [];
        }

        var taken = Take(points, orderId, at);
        return new PointsClawedBack(MemberId, CustomerId, sourceId, orderId, points, taken, points - taken.Sum(share => share.Points));
    }

    /// <summary>Takes so many points, or as many as there are: the order's own lot first, then by earliest expiry, then by earliest earned.</summary>
    List<LotShare> Take(long points, Guid? orderId, DateTime at)
    {
        var taken = new List<LotShare>();
        foreach (var lot in InOrder(Lots.Where(lot => lot.IsAlive(at))).OrderByDescending(lot => orderId is not null && lot.OrderId == orderId).TakeWhile(_ => points > 0))
        {
            var share = Math.Min(points, lot.Left);
            taken.Add(new(lot.LotId, share));
            points -= share;
        }

        return taken;
    }

    static IEnumerable<Lot> InOrder(IEnumerable<Lot> lots) => lots.OrderBy(lot => lot.ExpiresAt ?? DateTime.MaxValue).ThenBy(lot => lot.EarnedAt).ThenBy(lot => lot.LotId);

    static ImmutableList<Lot> Without(ImmutableList<Lot> lots, IReadOnlyList<LotShare> shares)
    {
        foreach (var share in shares)
        {
            if (lots.FindIndex(lot => lot.LotId == share.LotId) is var index and >= 0)
            {
                lots = lots[index].Left > share.Points ? lots.SetItem(index, lots[index] with { Left = lots[index].Left - share.Points }) : lots.RemoveAt(index);
            }
        }

        return lots;
    }
}

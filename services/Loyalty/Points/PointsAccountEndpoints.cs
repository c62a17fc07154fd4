using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Loyalty.Points;

static class PointsAccountEndpoints
{
    public static void MapPoints(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/points").RequirePermission("loyalty:read");
        var write = app.MapGroup("/points").RequirePermission("loyalty:write").CheckCommands();
        var approve = app.MapGroup("/points").RequirePermission("loyalty:approve").CheckCommands();

        approve.MapPost("/grants", (GrantPoints command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<PointsAccount>(EarningRule.MemberId(command.CustomerId), cause,
                (points, at) => points.Grant(command, command.GrantId ?? Ids.Derive("grant", cause.CommandId), at), ct).ToHttp());

        write.MapPost("/{id:guid}/redemptions", (Guid id, RedeemPoints command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<PointsAccount>(id, cause,
                (points, at) => points.Redeem(command, command.RedemptionId ?? Ids.Derive("redemption", cause.CommandId), at), ct).ToHttp());

        read.MapGet("", (string? after, int? size, Queries queries, CancellationToken ct) => PointsBalance.Open(queries, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, TimeProvider clock, IJournal journal, CancellationToken ct) =>
            journal.Show<PointsAccount>(id, points => Balance.Of(points, asOf ?? clock.GetUtcNow().UtcDateTime), ct, asOf));

        read.MapGet("/of/{customerId:guid}", async (Guid customerId, bool? group, DateTime? asOf, TimeProvider clock, Queries queries, IJournal journal, CancellationToken ct) =>
        {
            var (at, members) = (asOf ?? clock.GetUtcNow().UtcDateTime, await Group.Meant(queries, customerId, group, ct) ?? [customerId]);
            var accounts = new List<PointsAccount>();
            foreach (var member in members)
            {
                accounts.Add((await journal.Load<PointsAccount>(EarningRule.MemberId(member), ct, asOf)).State);
            }

            List<Balance> known = [.. accounts.Where(points => points.MemberId != Guid.Empty).Select(points => Balance.Of(points, at))];
            return members.Length == 1 || known.Count == 0
                ? await journal.Show<PointsAccount>(EarningRule.MemberId(customerId), points => Balance.Of(points, at), ct, asOf)
                : TypedResults.Ok(Balance.Together(members[0], known, at));
        });

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<PointsAccount>(id, ct));
    }

    /// <summary>What a member can spend and owes at an instant, and the lots behind it; of linked members the sum, and each one's own, from which he redeems.</summary>
    sealed record Balance(
        Guid MemberId, Guid CustomerId, long Available, long Debt, DateTime At, IReadOnlyList<Lot> Lots, IReadOnlyList<Balance>? Accounts = null)
    {
        public static Balance Together(Guid survivor, IReadOnlyList<Balance> accounts, DateTime at) => new(EarningRule.MemberId(survivor), survivor,
            accounts.Sum(points => points.Available), accounts.Sum(points => points.Debt), at, [.. accounts.SelectMany(points => points.Lots)], accounts);

        public static Balance Of(PointsAccount points, DateTime at) =>
            new(points.MemberId, points.CustomerId, points.Available(at), points.Debt, at, [.. points.Lots.Where(lot => lot.IsAlive(at))]);
    }
}

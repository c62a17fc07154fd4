using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Orders;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Quotas;

/// <summary>What a person or a team shall sell in a period.</summary>
/// <param name="Amount">How much, net, in the reporting currency.</param>
/// <param name="Reason">Why.</param>
/// <param name="OwnerId">The person; or</param>
/// <param name="Team">the team.</param>
sealed record AgreeQuota(Money Amount, string Reason, string? OwnerId = null, string? Team = null) : ICommand
{
    public Refusal? Invalid() => this switch
    {
        _ when !Amounts.IsAmount(Amount) => new("quota.amount", "A quota is in minor units of the reporting currency and not below zero."),
        _ when OwnerId is null == Team is null => new("quota.whose", "A quota is a person's or a team's: name ownerId or team, not both."),
        _ => AccountForm.Owner(OwnerId, Team) ?? AccountForm.Reason(Reason),
    };

    /// <summary>The quota of a person or a team in a period.</summary>
    public static Guid IdOf(string period, string? ownerId, string? team) =>
        ownerId is not null ? Ids.Derive("quota", period, "person", ownerId) : Ids.Derive("quota", period, "team", team!);
}

/// <summary>A target that was agreed, and perhaps agreed anew.</summary>
sealed record Quota(Guid QuotaId, string Period, string? OwnerId, string? Team, Money Amount) : IFold<Quota>
{
    public static string Category => "sales.quota";

    public static Quota Initial { get; } = new(default, "", null, null, default);

    public static Quota Evolve(Quota state, Event fact) => fact switch
    {
        QuotaAgreed e => new(e.QuotaId, e.Period, e.OwnerId, e.Team, e.Amount),
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="period">The period's key.</param>
    /// <param name="team">The team, or the person's team now.</param>
    /// <param name="currency">The reporting currency.</param>
    public Decision Agree(AgreeQuota command, string period, string? team, string currency) => command.Amount switch
    {
        { Currency: var given } when given != currency => Refuse("quota.other-currency", $"Quotas are agreed in the reporting currency, {currency}."),
        var same when QuotaId != default && same == Amount => [],
        var amount => new QuotaAgreed(AgreeQuota.IdOf(period, command.OwnerId, command.Team), period, command.OwnerId, team, amount, command.Reason),
    };
}

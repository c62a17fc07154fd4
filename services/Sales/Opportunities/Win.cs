namespace CrmSuite.Sales.Opportunities;

/// <summary>A win as it counts for who won it, or the taking back of one.</summary>
/// <param name="OpportunityId">The deal.</param>
/// <param name="OwnerId">Who owned it when it was won.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="AmountMinor">What it was won at, net of tax, in minor units.</param>
/// <param name="Currency">ISO 4217 code of the amount.</param>
/// <param name="RateId">The exchange rate of the day on which it was won.</param>
/// <param name="ValuedAt">When it was won.</param>
/// <param name="IsReopened">Whether it is taken back.</param>
/// <param name="EventId">The win, or the reopening.</param>
sealed record Win(
    Guid OpportunityId, string OwnerId, string? OwnerTeam, long AmountMinor, string Currency, Guid? RateId, DateTime ValuedAt, bool IsReopened, Guid EventId);

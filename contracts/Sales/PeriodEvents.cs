namespace CrmSuite.Contracts.Sales;

/// <summary>A fiscal period is planned for: forecasts of it are told.</summary>
/// <param name="PeriodId">The period; derived from its key.</param>
/// <param name="Period">Its key, <c>FY2026-Q3</c>.</param>
/// <param name="From">When it begins, by the books of the time.</param>
/// <param name="Until">When it is over.</param>
[EventName("sales.period-opened.1")]
public sealed record PeriodOpened(Guid PeriodId, string Period, DateTime From, DateTime Until) : Event;

/// <summary>The forecasts of a period are frozen, those of all owners at one position: that of this event.</summary>
/// <param name="PeriodId">The period.</param>
/// <param name="Period">Its key.</param>
[EventName("sales.period-frozen.1")]
public sealed record PeriodFrozen(Guid PeriodId, string Period) : Event;

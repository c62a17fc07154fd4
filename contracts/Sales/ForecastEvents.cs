namespace CrmSuite.Contracts.Sales;

/// <summary>What the deals of an owner say of a period at the moment of a submission, in the reporting currency.</summary>
/// <param name="Won">What is won in it already.</param>
/// <param name="Commit">What is open and counted as commit.</param>
/// <param name="Best">What is open and counted as best.</param>
/// <param name="Pipeline">What is open and counted as pipeline.</param>
public sealed record ForecastSums(Money Won, Money Commit, Money Best, Money Pipeline);

/// <summary>An owner said what he will sell in a period; he may say so again until the period is frozen.</summary>
/// <param name="ForecastId">His forecast; derived from period and owner.</param>
/// <param name="Period">The period's key, <c>FY2026-Q3</c>.</param>
/// <param name="From">When the period begins.</param>
/// <param name="Until">When it is over.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="Commit">What he stands by, net, in the reporting currency; what is won already is part of it.</param>
/// <param name="Best">What it may become, if all goes well.</param>
/// <param name="Pipeline">What it would be, if everything were won.</param>
/// <param name="Counted">What his deals said.</param>
[EventName("sales.forecast-submitted.1")]
public sealed record ForecastSubmitted(
    Guid ForecastId,
    string Period,
    DateTime From,
    DateTime Until,
    string OwnerId,
    string? OwnerTeam,
    Money Commit,
    Money Best,
    Money Pipeline,
    ForecastSums Counted) : Event;

/// <summary>A manager sees the forecast of one of his people otherwise. It lies in the manager's own stream and replaces what he said of this person
/// before.</summary>
/// <param name="ForecastId">The manager's forecast; derived from period and manager.</param>
/// <param name="Period">The period's key.</param>
/// <param name="OwnerId">The manager.</param>
/// <param name="OwnerTeam">His team at the time.</param>
/// <param name="ChildOwner">Whose forecast he adjusts.</param>
/// <param name="Delta">By how much, over zero or below; zero takes the adjustment back.</param>
/// <param name="Reason">Why, as a code of the business.</param>
[EventName("sales.forecast-adjusted.1")]
public sealed record ForecastAdjusted(Guid ForecastId, string Period, string OwnerId, string? OwnerTeam, string ChildOwner, Money Delta, string Reason) : Event;

/// <summary>The frozen forecast of an owner was compared with what he sold.</summary>
/// <param name="ForecastId">His forecast.</param>
/// <param name="Period">The period's key.</param>
/// <param name="OwnerId">Who sold.</param>
/// <param name="Forecast">What was forecast, the managers' adjustments included.</param>
/// <param name="Actual">What was won in the period less what was reopened in it, at the rates of the wins.</param>
/// <param name="Error">Forecast less actual.</param>
/// <param name="ErrorBp">The error in basis points of the actual; null where that is zero.</param>
[EventName("sales.forecast-compared.1")]
public sealed record ForecastCompared(Guid ForecastId, string Period, string OwnerId, Money Forecast, Money Actual, Money Error, long? ErrorBp) : Event;

using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotas;

namespace CrmSuite.Sales.Forecasts;

/// <summary>A manager's adjustment, by name.</summary>
sealed record NamedAdjustment(string By, long DeltaMinor, string Reason);

/// <summary>One owner in a roll-up: what he said, how his managers see it, and what became of it.</summary>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team when he said so, or when he sold.</param>
/// <param name="CommitMinor">What he stands by; null where he said nothing.</param>
/// <param name="BestMinor">What it may become.</param>
/// <param name="PipelineMinor">What it would be if everything were won.</param>
/// <param name="Submissions">How often he submitted.</param>
/// <param name="Adjustments">His managers' adjustments.</param>
/// <param name="ForecastMinor">What he stands by and the adjustments.</param>
/// <param name="ActualMinor">What was won in the period less what was reopened in it.</param>
/// <param name="ErrorMinor">Forecast less actual.</param>
/// <param name="ErrorBp">The error in basis points of the actual; null where that is zero.</param>
/// <param name="QuotaMinor">What was agreed with him; null where nothing was.</param>
sealed record ForecastLine(
    string OwnerId, string? OwnerTeam, long? CommitMinor, long? BestMinor, long? PipelineMinor, int Submissions, IReadOnlyList<NamedAdjustment> Adjustments,
    long ForecastMinor, long ActualMinor, long ErrorMinor, long? ErrorBp, long? QuotaMinor);

/// <summary>A period's forecasts put together: the sum of what the owners say and of the named adjustments, never a number of its own.</summary>
sealed record RollUp(IReadOnlyList<ForecastLine> Lines)
{
    /// <summary>The sum of what the owners stand by.</summary>
    public long CommitMinor => Lines.Sum(line => line.CommitMinor ?? 0);

    /// <summary>The sum with the adjustments.</summary>
    public long ForecastMinor => Lines.Sum(line => line.ForecastMinor);

    /// <summary>What was sold.</summary>
    public long ActualMinor => Lines.Sum(line => line.ActualMinor);

    /// <summary>Forecast less actual.</summary>
    public long ErrorMinor => ForecastMinor - ActualMinor;

    /// <summary>The error in basis points of the actual; null where that is zero.</summary>
    public long? ErrorBp => Forecast.Share(ErrorMinor, ActualMinor);

    /// <param name="said">What everybody said, as known at one position.</param>
    /// <param name="wins">What was won, and what was reopened.</param>
    /// <param name="quotas">What was agreed.</param>
    /// <param name="minor">What a win counts in the reporting currency at its event's rate, below zero where it is taken back; null where it is
    /// unrated.</param>
    public static RollUp Of(IReadOnlyList<ForecastHistory.Row> said, IEnumerable<Win> wins, IReadOnlyList<QuotaList.Row> quotas, Func<Win, long?> minor)
    {
        var sold = wins.ToLookup(win => win.OwnerId);
        var adjusted = said.SelectMany(by => by.Adjustments.Select(delta => (delta.ChildOwner, Named: new NamedAdjustment(by.OwnerId, delta.DeltaMinor,
            delta.Reason))))
            .ToLookup(pair => pair.ChildOwner, pair => pair.Named);
        var byOwner = said.ToDictionary(row => row.OwnerId);
        var quota = quotas.Where(row => row.OwnerId is not null).ToDictionary(row => row.OwnerId!, row => row.AmountMinor);
        var owners = said.Where(row => row.CommitMinor is not null).Select(row => row.OwnerId).Concat(sold.Select(group => group.Key)).Concat(quota.Keys)
            .Distinct();
        return new([.. owners.Order(StringComparer.Ordinal).Select(owner =>
        {
            var (row, named) = (byOwner.GetValueOrDefault(owner), adjusted[owner].ToList());
            var (forecast, actual) = ((row?.CommitMinor ?? 0) + named.Sum(delta => delta.DeltaMinor), sold[owner].Sum(win => minor(win) ?? 0));
            return new ForecastLine(owner, row?.OwnerTeam ?? sold[owner].LastOrDefault()?.OwnerTeam, row?.CommitMinor, row?.BestMinor, row?.PipelineMinor,
                row?.Submissions ?? 0, named, forecast, actual, forecast - actual, Forecast.Share(forecast - actual, actual),
                quota.TryGetValue(owner, out var agreed) ? agreed : null);
        })]);
    }
}

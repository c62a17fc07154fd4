using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Quotas;

/// <summary>The targets that are agreed.</summary>
sealed class QuotaList : IView<QuotaList.Row>
{
    public sealed record Row(
        [property: Description("The quota.")] Guid QuotaId,
        [property: Description("The period's key.")] string Period,
        [property: Description("The person, where it is a person's.")] string? OwnerId,
        [property: Description("The team, or the person's team when it was agreed.")] string? Team,
        [property: Description("How much, net, in minor units.")] long AmountMinor,
        [property: Description("ISO 4217 code of the amount.")] string Currency,
        [property: Description("How often it was agreed.")] int Agreements,
        [property: Description("When it was agreed last.")] DateTime AgreedAt);

    public static string Name => "quota_list";
    public static int Version => 1;
    public static string About => "One row for every quota of a person or team in a fiscal period.";
    public static IReadOnlyList<string> Indexes => ["(period, quota_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Quota.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        QuotaAgreed e => new(key, e.Period, e.OwnerId, e.Team, e.Amount.Minor, e.Amount.Currency, (row?.Agreements ?? 0) + 1, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, string? period, string? team, string? after, int? size, CancellationToken ct) =>
        queries.Answer<QuotaList, Row>($"""
            select * from {Name:name} where ({period}::text is null or period = {period}) and ({team}::text is null or team = {team})
            """, "agreed_at desc", after, size, ct);

    /// <summary>All quotas of a period.</summary>
    public static Task<IReadOnlyList<Row>> Of(Queries queries, string period, CancellationToken ct) =>
        queries.Query<Row>($"select * from {Name:name} where period = {period} order by quota_id", ct);

    /// <summary>All quotas there are.</summary>
    public static Task<IReadOnlyList<Row>> All(Queries queries, CancellationToken ct) => queries.Query<Row>($"select * from {Name:name} order by quota_id", ct);
}

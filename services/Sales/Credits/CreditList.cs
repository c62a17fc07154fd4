using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Credits;

/// <summary>What was credited, newest first: one row for every credit.</summary>
sealed class CreditList : IView<CreditList.Row>
{
    public sealed record Row(
        [property: Description("The credit.")] Guid CreditId,
        [property: Description("Who is credited.")] Guid CustomerId,
        [property: Description("The system the credit comes from.")] string Source,
        [property: Description("Its number there.")] string Number,
        [property: Description("What is credited, tax included, in minor units.")] long AmountMinor,
        [property: Description("ISO 4217 code of the amount.")] string Currency,
        [property: Description("Why.")] string? Reason,
        [property: Description("Where the customer is.")] string? Country,
        [property: Description("When it was issued.")] DateTime IssuedAt);

    public static string Name => "credit_list";
    public static int Version => 1;
    public static string About => "One row for every return that names no order.";
    public static IReadOnlyList<string> Indexes => ["(issued_at desc, credit_id)", "(customer_id, issued_at desc, credit_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Credit.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        CreditIssued e => new(key, e.CustomerId, e.Source, e.Number, e.Amount.Minor, e.Amount.Currency, e.Reason, e.Country, entry.OccurredAt),
        _ => row,
    };

    public static Task<IResult> Open(Queries queries, Guid[]? customers, string? after, int? size, CancellationToken ct) => queries.Answer<CreditList, Row>(
        $"select * from {Name:name} where ({customers}::uuid[] is null or customer_id = any({customers}))", "issued_at desc", after, size, ct);
}

using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Views;

namespace CrmSuite.Sales.Invoices;

/// <summary>Every invoice as it stands, and as it stood at any instant.</summary>
sealed class InvoiceList : IHistoryView<InvoiceList.Row>
{
    public sealed record Row(
        [property: Description("The invoice.")] Guid InvoiceId,
        [property: Description("Who owes it.")] Guid CustomerId,
        [property: Description("The account of a business customer.")] Guid? AccountId,
        [property: Description("The order that it asks money for.")] Guid? OrderId,
        [property: Description("The accounting system.")] string Source,
        [property: Description("Its number there.")] string Number,
        [property: Description("open, overdue or settled.")] InvoiceStatus Status,
        [property: Description("What it is over, tax included, in minor units.")] long AmountMinor,
        [property: Description("What accounting waits for no longer, in minor units.")] long PaidMinor,
        [property: Description("What is still open, in minor units.")] long OpenMinor,
        [property: Description("ISO 4217 code of the amounts.")] string Currency,
        [property: Description("The day of the invoice.")] DateOnly InvoicedOn,
        [property: Description("The last day on which it is paid in time.")] DateOnly DueOn,
        [property: Description("When it fell overdue; none where it has not, or was given more time.")] DateTime? OverdueSince,
        [property: Description("When nothing was open any more.")] DateTime? SettledAt,
        [property: Description("When accounting told of it.")] DateTime OpenedAt,
        [property: Description("When something last happened.")] DateTime ChangedAt);

    /// <summary>Which invoices are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(InvoiceStatus))] string? Status = null, Guid? CustomerId = null, Guid? AccountId = null, Guid? OrderId = null,
        string? Currency = null,
        DateOnly? DueFrom = null, DateOnly? DueUntil = null);

    public static string Name => "invoice_list";
    public static int Version => 1;
    public static string About => "Every invoice of accounting as it stands and as it stood, one row for each version of the row.";
    public static IReadOnlyList<string> Indexes =>
    [
        "(due_on, invoice_id) where valid_to is null and known_to is null", "(customer_id) where valid_to is null and known_to is null",
        "(account_id) where valid_to is null and known_to is null",
        "(due_on) where valid_to is null and known_to is null and status = 'overdue'", "(valid_from)",
    ];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Invoice.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        InvoiceOpened e => new(key, e.CustomerId, e.AccountId, e.OrderId, e.Source, e.Number, InvoiceStatus.Open, e.Amount.Minor, 0, e.Amount.Minor,
            e.Amount.Currency, e.InvoicedOn, e.DueOn, null, null, entry.OccurredAt, entry.OccurredAt),
        { } fact when row is not null => Changed(row with { ChangedAt = entry.OccurredAt }, fact, entry.OccurredAt),
        _ => null,
    };

    /// <summary>The invoices as they stand, those that are due first before the others.</summary>
    public static Task<IResult> Open(Queries queries, Filter filter, Guid[]? customers, string? sort, string? after, int? size, CancellationToken ct) =>
        queries.Answer<InvoiceList, Row>($"""
            select * from {Name:name} where valid_to is null and known_to is null and {Meant(filter, customers)}
            and ({filter.Status}::text is null or status = {filter.Status})
            """, sort switch
        {
            null or "due-day" => "due_on",
            "invoiced" => "invoiced_on desc",
            "changed" => "changed_at desc",
            "open" => "open_minor desc",
            _ => throw new ViewProblemException(400, "list.sort", "Invoices are sorted by due-day, invoiced, changed or open."),
        }, after, size, ct);

    /// <summary>What was open at an instant though its last day was before a day, by what was known at a position; null for all that is known.</summary>
    public static Task<IReadOnlyList<Row>> Overdue(Queries queries, Filter filter, Guid[]? customers, DateTime at, DateOnly day, decimal? known, int max,
        CancellationToken ct) => queries.Query<Row>($"""
        select * from {Name:name}
        where (({known}::numeric is null and known_to is null) or (known_from <= {known} and (known_to is null or known_to > {known})))
        and valid_from <= {at} and (valid_to is null or valid_to > {at}) and open_minor > 0 and due_on < {day} and {Meant(filter, customers)}
        order by due_on, invoice_id limit {max}
        """, ct);

    /// <summary>What is overdue of a person's accounts, the longest first.</summary>
    public static Task<Page<Row>> OverdueOf(Queries queries, string ownerId, int size, CancellationToken ct) => queries.Page<InvoiceList, Row>($"""
        select * from {Name:name} where valid_to is null and known_to is null and status = 'overdue'
        and account_id in (select account_id from {AccountList.Name:name} where owner_id = {ownerId})
        """, "due_on", null, size, ct);

    static FormattableString Meant(Filter filter, Guid[]? customers) => $"""
        ({customers}::uuid[] is null or customer_id = any({customers})) and ({filter.AccountId}::uuid is null or account_id = {filter.AccountId})
        and ({filter.OrderId}::uuid is null or order_id = {filter.OrderId}) and ({filter.Currency}::text is null or currency = {filter.Currency})
        and ({filter.DueFrom}::date is null or due_on >= {filter.DueFrom}) and ({filter.DueUntil}::date is null or due_on <= {filter.DueUntil})
        """;

    static Row Changed(Row row, Contracts.Event fact, DateTime at) => fact switch
    {
        InvoicePaymentRecorded e => row with { PaidMinor = row.PaidMinor + e.Amount.Minor, OpenMinor = row.OpenMinor - e.Amount.Minor },
        InvoiceDueDayMoved e => row with { Status = InvoiceStatus.Open, DueOn = e.To, OverdueSince = null },
        InvoiceFellOverdue => row with { Status = InvoiceStatus.Overdue, OverdueSince = at },
        InvoiceSettled => row with { Status = InvoiceStatus.Settled, SettledAt = at },
        _ => row,
    };
}

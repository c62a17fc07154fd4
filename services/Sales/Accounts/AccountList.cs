using System.ComponentModel;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Accounts;

/// <summary>Whom Sales looks after, newest first: one row for every account, without its name.</summary>
sealed class AccountList : IView<AccountList.Row>
{
    public sealed record Row(
        [property: Description("The account.")] Guid AccountId,
        [property: Description("Its customer.")] Guid CustomerId,
        [property: Description("open or closed.")] AccountStatus Status,
        [property: Description("organisation or person.")] AccountKind Kind,
        [property: Description("Who looks after it.")] string OwnerId,
        [property: Description("The owner's team when he became it.")] string? OwnerTeam,
        [property: Description("The account that it belongs to.")] Guid? ParentId,
        [property: Description("What it does.")] string? Industry,
        [property: Description("How big it is.")] string? SizeBand,
        [property: Description("Where it is.")] string? Country,
        [property: Description("The system it comes from.")] string? Source,
        [property: Description("Its number there.")] string? Number,
        [property: Description("When it was opened.")] DateTime OpenedAt,
        [property: Description("When something last changed.")] DateTime ChangedAt,
        [property: Description("The extra fields that are filled.")] IReadOnlyList<FieldValue> Fields);

    /// <summary>Which accounts are meant; what is not named is not asked for.</summary>
    public sealed record Filter([WordOf(typeof(AccountStatus))] string? Status = null,
        string? OwnerId = null, string? OwnerTeam = null, Guid? CustomerId = null, Guid? ParentId = null,
        string? Industry = null, string? Country = null);

    const int TwinsMax = 20;

    public static string Name => "account_list";
    public static int Version => 2;
    public static string About => "One row for every account, without its name.";
    public static IReadOnlyList<string> Indexes =>
        ["(opened_at desc, account_id)", "(owner_id, opened_at desc, account_id)", "(customer_id)", "(parent_id)"];

    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Category == Account.Category ? [entry.Id] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event switch
    {
        AccountOpened e => new(key, e.CustomerId, AccountStatus.Open, e.Kind, e.OwnerId, e.OwnerTeam, e.ParentId, e.Industry, e.SizeBand, e.Country, e.Source,
            e.Number, entry.OccurredAt, entry.OccurredAt, []),
        { } fact when row is not null => Changed(row, fact) with { ChangedAt = entry.OccurredAt },
        _ => null,
    };

    public static Task<IResult> Open(Queries queries, Filter filter, Guid[]? customers, string? after, int? size, CancellationToken ct) =>
        queries.Answer<AccountList, Row>(Select(filter, customers), "opened_at desc", after, size, ct);

    /// <summary>Which they are, at most so many.</summary>
    public static Task<IReadOnlyList<Guid>> Ids(Queries queries, Filter filter, int max, CancellationToken ct) =>
        queries.Query<Guid>($"select account_id from ({Select(filter, filter.CustomerId is { } one ? [one] : null)}) as meant order by account_id limit {max}", ct);

    /// <summary>The open accounts that a person has already, but for one.</summary>
    public static Task<IReadOnlyList<Guid>> Twins(Queries queries, Guid customerId, Guid except, CancellationToken ct) => queries.Query<Guid>($"""
        select account_id from {Name:name} where customer_id = {customerId} and kind = 'person' and status = 'open' and account_id <> {except}
        order by account_id limit {TwinsMax}
        """, ct);

    /// <summary>Those with an extra field that is filled: what a new version of the fields is held against.</summary>
    public static Task<IReadOnlyList<Row>> Filled(Queries queries, CancellationToken ct) =>
        queries.Query<Row>($"select * from {Name:name} where fields <> '[]' order by account_id", ct);

    static FormattableString Select(Filter filter, Guid[]? customers) => $"""
        select * from {Name:name} where ({filter.Status}::text is null or status = {filter.Status})
        and ({filter.OwnerId}::text is null or owner_id = {filter.OwnerId}) and ({filter.OwnerTeam}::text is null or owner_team = {filter.OwnerTeam})
        and ({customers}::uuid[] is null or customer_id = any({customers})) and ({filter.ParentId}::uuid is null or parent_id = {filter.ParentId})
        and ({filter.Industry}::text is null or industry = {filter.Industry}) and ({filter.Country}::text is null or country = {filter.Country})
        """;

    static Row Changed(Row row, Contracts.Event fact) => fact switch
    {
        AccountFieldsSet e => row with
        {
            Industry = e.Industry ?? row.Industry,
            SizeBand = e.SizeBand ?? row.SizeBand,
            Country = e.Country ?? row.Country,
            Fields = e.Fields is not { } set ? row.Fields
                : [.. row.Fields.ExceptBy(set.Select(field => field.Key), field => field.Key), .. set.Where(field => field.Value is not null)],
        },
        AccountOwnerChanged e => row with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        AccountParentChanged e => row with { ParentId = e.To },
        AccountClosed => row with { Status = AccountStatus.Closed },
        AccountReopened => row with { Status = AccountStatus.Open },
        _ => row,
    };
}

using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.FieldTables;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.StageTables;

namespace CrmSuite.Sales.Opportunities;

/// <summary>What a decision about a deal rests on and lies in other streams (rulings.md 9): read before it, as of its version, which the event names.</summary>
/// <param name="Seller">Who decides.</param>
/// <param name="Stages">The deal's stage table in its newest version.</param>
/// <param name="Books">In which currency totals are told, and when a day begins.</param>
/// <param name="Rate">What the deal's currency is worth in that one.</param>
/// <param name="Refs">The streams that were read, with their versions.</param>
/// <param name="Proofs">What tasks and quotes prove; null where nothing asks for it.</param>
/// <param name="Fields">The extra fields of deals; null where there are none.</param>
sealed record Grounds(
    Seller Seller, StageTable Stages, Books.Books Books, Rate Rate, IReadOnlyList<PolicyRef> Refs, Proofs? Proofs = null, FieldTable? Fields = null)
{
    static readonly Guid OfDeals = FieldTable.IdOf(FieldTable.Opportunity);

    /// <summary>The exchange rate of an amount on the day of an instant; null in the reporting currency, or where there is none.</summary>
    public Guid? RateId(Money amount, DateTime at) => Books.NeedsRate(amount) ? Rate.On(Books.Day(at))?.RateId : null;

    /// <summary>Whether the amount cannot be told in the reporting currency on the day of an instant.</summary>
    public bool IsUnrated(Money amount, DateTime at) => Books.NeedsRate(amount) && RateId(amount, at) is null;

    /// <summary>Reads them.</summary>
    public static async Task<Grounds> Load(IJournal journal, Seller seller, Guid stagesId, string currency, CancellationToken ct)
    {
        var (stages, stagesVersion) = await journal.Load<StageTable>(stagesId, ct);
        var books = (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State;
        var rateId = Rate.IdOf(currency, books.Currency ?? currency);
        var (rate, rateVersion) = await journal.Load<Rate>(rateId, ct);
        var (fields, fieldsVersion) = await journal.Load<FieldTable>(OfDeals, ct);
        PolicyRef[] refs =
        [
            new($"{StageTable.Category}-{stagesId}", stagesVersion), new($"{Rate.Category}-{rateId}", rateVersion),
            new($"{FieldTable.Category}-{OfDeals}", fieldsVersion),
        ];
        return new(seller, stages, books, rate, [.. refs.Where(policy => policy.Version >= 0)], Fields: fields);
    }
}

using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Orders;
using CrmSuite.Sales.StageTables;
using CrmSuite.Sales.TaxTables;

namespace CrmSuite.Sales.Quotes;

/// <summary>A line as the seller asks for it: its price is looked up.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Product">The product's code.</param>
/// <param name="Quantity">In thousandths of the unit.</param>
/// <param name="DiscountBp">The discount of the line, in basis points.</param>
/// <param name="TaxCode">How it is taxed, where not as the product is.</param>
sealed record OfferLine(int Line, string Product, long Quantity, int DiscountBp = 0, string? TaxCode = null);

/// <summary>What is to be offered.</summary>
/// <param name="Currency">The one currency.</param>
/// <param name="Country">Whose taxes apply.</param>
/// <param name="ValidUntil">The last day on which it can be accepted.</param>
/// <param name="Lines">The lines.</param>
/// <param name="DiscountBp">A discount on the whole, in basis points.</param>
/// <param name="Discount">Or as an amount.</param>
/// <param name="Language">In which it is printed; default <c>en</c>.</param>
/// <param name="Zone">Where the last day ends; default where the books are kept.</param>
/// <param name="IsPrimary">Whether the opportunity is worth what this quote says, once it is sent.</param>
/// <param name="Recipient">Name and address as they are printed; needs a basis.</param>
/// <param name="Note">What is said under the lines; needs a basis.</param>
sealed record Offer(
    string Currency,
    string Country,
    DateOnly ValidUntil,
    IReadOnlyList<OfferLine> Lines,
    int? DiscountBp = null,
    Money? Discount = null,
    string Language = "en",
    string? Zone = null,
    bool IsPrimary = true,
    PersonalData? Recipient = null,
    PersonalData? Note = null)
{
    /// <summary>The most lines: as many as fit an event.</summary>
    public const int LinesMax = 100;

    const int YearMax = 2200;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public Refusal? Invalid() => this switch
    {
        _ when !Money.IsCurrency(Currency) => new("quote.currency", "The currency is an ISO 4217 code, for example EUR."),
        _ when !TaxTable.IsCountry(Country) => new("quote.country", "The country is an ISO 3166 code, for example LV."),
        _ when ValidUntil.Year > YearMax => new("quote.valid-until", $"A quote is not valid after {YearMax}."),
        _ when Lines.Count is < 1 or > LinesMax || Lines.Any(line => !IsLine(line)) || Lines.DistinctBy(line => line.Line).Count() < Lines.Count =>
            new("quote.lines", $"1 to {LinesMax} lines, each with a number of its own from 1, a product code, a quantity in thousandths over zero and a "
                + "discount of 0 to 10000 basis points."),
        _ when DiscountBp is not null && Discount is not null => new("quote.discount", "Give the discount on the whole in basis points or as an amount."),
        _ when DiscountBp is < 0 or > 10_000 || (Discount is { } amount && !Amounts.IsAmount(amount)) =>
            new("quote.discount", "A discount is in basis points, 0 to 10000, or an amount in minor units, not below zero."),
        _ when !QuoteWords.Languages.Contains(Language) =>
            new("quote.language", $"Quotes are printed in these languages: {string.Join(", ", QuoteWords.Languages)}."),
        _ when Zone is not null && !Form.IsTimeZone(Zone) => new("quote.zone", "The zone is an IANA time zone, for example Europe/Riga."),
        _ => null,
    };

    static bool IsLine(OfferLine line) => line is { Line: > 0, Quantity: > 0 and <= Amounts.Max, DiscountBp: >= 0 and <= 10_000 }
        && Form.IsWord(line.Product) && (line.TaxCode is null || Form.IsWord(line.TaxCode));
}

/// <summary>A quote is begun.</summary>
/// <param name="AccountId">To whom.</param>
/// <param name="Offer">What is to be offered.</param>
/// <param name="OpportunityId">The chance to sell; default none, so that an order follows when the quote is accepted.</param>
/// <param name="Source">The system it comes from.</param>
/// <param name="Number">Its number there; the same number again is the same quote.</param>
/// <param name="Basis">Why the personal fields may be held.</param>
sealed record DraftQuote(Guid AccountId, Offer Offer, Guid? OpportunityId = null, string? Source = null, string? Number = null, Basis? Basis = null) : ICommand
{
    const int TextMax = 64;

    /// <summary>The quote that source and number name.</summary>
    public static Guid IdOf(string source, string number) => Ids.Derive("quote", source, number);

    public Refusal? Invalid() => this switch
    {
        _ when Source is null != Number is null => new("quote.number", "Source and number go together."),
        { Source: not null } when !Form.IsWord(Source) => new("quote.source", "The source is a word of lower-case letters, digits and hyphens."),
        { Number: not null } when !Form.IsLine(Number, TextMax) => new("quote.number", $"The number is one line of at most {TextMax} characters."),
        _ => Offer.Invalid() ?? Basis.Invalid(),
    };
}

/// <summary>The draft is to say something else.</summary>
sealed record ChangeQuote(Offer Offer, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => Offer.Invalid() ?? Basis.Invalid();
}

/// <summary>Another version is begun: with another offer, or with the same one at the prices of today.</summary>
sealed record ReviseQuote(string Reason, Offer? Offer = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason) ?? Offer?.Invalid() ?? Basis.Invalid();
}

/// <summary>Somebody is asked whether the draft may be sent as it is.</summary>
/// <param name="Flow">By which flow; default <c>standard</c>.</param>
sealed record ApproveQuote(string Flow = StageTable.Usual) : ICommand
{
    public Refusal? Invalid() => Form.IsWord(Flow) ? null : new("quote.flow", "The flow is a word of lower-case letters, digits and hyphens.");
}

/// <summary>The offer is taken back.</summary>
sealed record WithdrawQuote(string Reason) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason);
}

/// <summary>The customer agreed.</summary>
/// <param name="Version">To which version.</param>
/// <param name="Hash">Of the document that he agreed to.</param>
/// <param name="Evidence">Where the proof lies; not personal.</param>
/// <param name="By">Who agreed; needs a basis.</param>
/// <param name="Basis">Why his name may be held.</param>
sealed record AcceptQuote(int Version, string Hash, string Evidence, PersonalData? By = null, Basis? Basis = null) : ICommand
{
    const int EvidenceMax = 200;
    const int NameMax = 200;

    public Refusal? Invalid() => this switch
    {
        _ when !Form.IsImpersonal(Evidence, EvidenceMax) => new("quote.evidence",
            $"Say in one line of at most {EvidenceMax} characters where the proof lies, without an e-mail address or telephone number. Who agreed is said by 'by'."),
        { By: { } by } when !Form.IsLine(by.Clear, NameMax) => new("quote.by", $"The name is one line of at most {NameMax} characters."),
        _ => Basis.Invalid(),
    };
}

/// <summary>The customer does not want it so.</summary>
sealed record RejectQuote(string Reason, PersonalData? Words = null, Basis? Basis = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Reason(Reason) ?? Basis.Invalid();
}

/// <summary>Somebody else sells.</summary>
sealed record ChangeQuoteOwner(string OwnerId, string Reason, string? OwnerTeam = null) : ICommand
{
    public Refusal? Invalid() => AccountForm.Owner(OwnerId, OwnerTeam) ?? AccountForm.Reason(Reason);
}

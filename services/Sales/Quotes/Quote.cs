using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Rates;
using NodaTime;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Sales.Quotes;

enum QuoteStatus { None, Draft, Sent, Accepted, Rejected, Expired, Withdrawn }

/// <summary>One version of a quote.</summary>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Terms">What it offers.</param>
/// <param name="AuthorId">Who wrote it.</param>
/// <param name="Hash">Of its document.</param>
/// <param name="Layout">By which layout that is printed.</param>
/// <param name="Recipient">Name and address.</param>
/// <param name="Note">What is said under the lines.</param>
sealed record QuoteVersion(int Version, QuoteTerms Terms, string AuthorId, string Hash, int Layout, PersonalData? Recipient, PersonalData? Note)
{
    /// <summary>When it can be accepted no longer: its last day is over where it is valid.</summary>
    public DateTime EndsAt() => Zone().AtStartOfDay(LocalDate.FromDateOnly(Terms.ValidUntil).PlusDays(1)).ToDateTimeUtc();

    /// <summary>The day of an instant, where it is valid.</summary>
    public DateOnly Day(DateTime at) => Instant.FromDateTimeUtc(at).InZone(Zone()).Date.ToDateOnly();

    /// <summary>The same offer, to be priced again.</summary>
    public Offer ToOffer() => new(Terms.Currency, Terms.Country, Terms.ValidUntil,
        [.. Terms.Lines.Select(line => new OfferLine(line.Line, line.Product, line.Quantity, line.DiscountBp, line.TaxCode))], Terms.DiscountBp,
        Terms.DiscountBp is null && Terms.Discount.Minor > 0 ? Terms.Discount : null, Terms.Language, Terms.Zone, Terms.IsPrimary, Recipient, Note);

    DateTimeZone Zone() => DateTimeZoneProviders.Tzdb.GetZoneOrNull(Terms.Zone) ?? DateTimeZone.Utc;
}

/// <summary>
/// An offer to an account, in versions. What was sent never changes: who wants another one revises, and what was sent can be accepted until the next one is
/// sent. Discounts inside the corridor go out at once, others when exactly this document is approved.
/// </summary>
/// <param name="QuoteId">The quote.</param>
/// <param name="Status">Where it stands, by the version that the customer has.</param>
/// <param name="AccountId">To whom.</param>
/// <param name="CustomerId">The account's customer.</param>
/// <param name="OpportunityId">The chance to sell; null for a free quote.</param>
/// <param name="OwnerId">Who sells.</param>
/// <param name="OwnerTeam">His team.</param>
/// <param name="Source">The system it comes from.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Versions">All versions.</param>
/// <param name="Draft">The one that is being written.</param>
/// <param name="Sent">The one that the customer has.</param>
/// <param name="IsBeyond">Whether that one goes beyond the corridor.</param>
/// <param name="RateId">The exchange rate of the day on which it was sent.</param>
sealed record Quote(
    Guid QuoteId,
    QuoteStatus Status,
    Guid AccountId,
    Guid CustomerId,
    Guid? OpportunityId,
    string OwnerId,
    string? OwnerTeam,
    string? Source,
    string? Number,
    ImmutableList<QuoteVersion> Versions,
    int? Draft,
    int? Sent,
    bool IsBeyond,
    Guid? RateId) : IFold<Quote>
{
    /// <summary>How approvals call it.</summary>
    public const string Noun = "quote";

    const int VersionsMax = 100;

    public static string Category => "sales.quote";

    public static Quote Initial { get; } = new(default, QuoteStatus.None, default, default, null, "", null, null, null, [], null, null, false, null);

    /// <summary>Why the customer does not want it; null while he has not said so.</summary>
    public QuoteRejected? Rejection { get; init; }

    /// <summary>The newest version.</summary>
    public QuoteVersion? Newest => Versions.IsEmpty ? null : Versions[^1];

    public static Quote Evolve(Quote state, Event fact) => fact switch
    {
        QuoteDrafted e => Initial with
        {
            QuoteId = e.QuoteId,
            Status = QuoteStatus.Draft,
            AccountId = e.AccountId,
            CustomerId = e.CustomerId,
            OpportunityId = e.OpportunityId,
            OwnerId = e.OwnerId,
            OwnerTeam = e.OwnerTeam,
            Source = e.Source,
            Number = e.Number,
            Versions = [new(1, e.Terms, e.AuthorId, e.Hash, e.Layout, e.Recipient, e.Note)],
            Draft = 1,
        },
        QuoteChanged e => state.With(new(e.Version, e.Terms, e.AuthorId, e.Hash, e.Layout, e.Recipient, e.Note)),
        QuoteRevised e => state.With(new(e.Version, e.Terms, e.AuthorId, e.Hash, e.Layout, e.Recipient, e.Note)) with { Draft = e.Version },
        QuoteOwnerChanged e => state with { OwnerId = e.To, OwnerTeam = e.ToTeam },
        QuoteSent e => state with { Status = QuoteStatus.Sent, Draft = null, Sent = e.Version, IsBeyond = e.IsBeyond, RateId = e.RateId },
        QuoteWithdrawn => state with { Status = QuoteStatus.Withdrawn, Draft = null },
        QuoteAccepted => state with { Status = QuoteStatus.Accepted, Draft = null },
        QuoteRejected e => state with { Status = QuoteStatus.Rejected, Rejection = e },
        QuoteExpired => state with { Status = QuoteStatus.Expired },
        _ => state,
    };

    /// <param name="command">What was asked for.</param>
    /// <param name="id">The quote's id.</param>
    /// <param name="grounds">What it rests on.</param>
    /// <param name="at">When.</param>
    public Decision Begin(DraftQuote command, Guid id, QuoteGrounds grounds, DateTime at)
    {
        var (account, deal, seller) = (grounds.Account, grounds.Deal, grounds.Seller);
        if (Status != QuoteStatus.None)
        {
            return (command.AccountId, command.OpportunityId) == (AccountId, OpportunityId)
                ? [] : Refuse("quote.other", "This quote was begun before for another account or opportunity.");
        }

        if (NotFor(account, command.OpportunityId is null ? null : deal ?? Opportunity.Initial, seller) is { } refused)
        {
            return refused;
        }

        var (terms, problem) = grounds.Price(command.Offer, at);
        if (problem is not null)
        {
            return problem;
        }

        var begun = this with { QuoteId = id, CustomerId = account.CustomerId, Number = command.Number };
        var text = begun.Written(1, terms!, command.Offer, seller);
        return new QuoteDrafted(id, account.AccountId, account.CustomerId, deal?.OwnerId ?? seller.Id, deal is null ? seller.Team : deal.OwnerTeam, text.Terms,
            text.AuthorId, text.Hash, text.Layout, command.OpportunityId, command.Source, command.Number, text.Recipient, text.Note);
    }

    public Decision Change(ChangeQuote command, QuoteGrounds grounds, DateTime at)
    {
        if (NotMine(grounds.Seller) is { } refused)
        {
            return refused;
        }

        if (Draft is not { } version)
        {
            return Refuse("quote.sent", $"Version {Newest!.Version} was sent and never changes. Revise the quote: that makes version {Newest.Version + 1}.");
        }

        var (terms, problem) = grounds.Price(command.Offer, at);
        if (problem is not null)
        {
            return problem;
        }

        var text = Written(version, terms!, command.Offer, grounds.Seller);
        return IsSame(text, Newest!) ? []
            : new QuoteChanged(QuoteId, CustomerId, version, text.Terms, text.AuthorId, text.Hash, text.Layout, text.Recipient, text.Note);
    }

    /// <summary>The version that is being written is the next one already: asking for it again adds nothing.</summary>
    public Decision Revise(ReviseQuote command, QuoteGrounds grounds, DateTime at)
    {
        if (NotMine(grounds.Seller) is { } refused)
        {
            return refused;
        }

        var (terms, problem) = grounds.Price(command.Offer ?? Newest!.ToOffer(), at);
        QuoteVersion Text(int version) => Written(version, terms!, command.Offer ?? Newest!.ToOffer(), grounds.Seller);
        return Status switch
        {
            _ when Draft is not null && (command.Offer is null || (problem is null && IsSame(Text(Newest!.Version), Newest))) => [],
            _ when Draft is not null => Refuse("quote.draft-there", $"Version {Newest!.Version} is being written. Change that one."),
            QuoteStatus.Accepted or QuoteStatus.Withdrawn => Over(),
            _ when Newest!.Version >= VersionsMax => Refuse("quote.versions", $"A quote has at most {VersionsMax} versions. Begin another one."),
            _ when problem is not null => problem,
            _ => Revised(Text(Newest.Version + 1), command.Reason),
        };
    }

    /// <summary>Whether somebody may be asked to approve the draft as it is.</summary>
    public Decision AskApproval(Seller seller) => NotMine(seller) ?? (Draft is null ? Over() : []);

    public Decision Send(SendingGrounds grounds, DateTime at)
    {
        if (NotMine(grounds.Seller) is { } refused)
        {
            return refused;
        }

        if (Draft is null)
        {
            return Status == QuoteStatus.Sent ? [] : Over();
        }

        var (newest, beyond) = (Newest!, grounds.Corridor.Beyond(Newest!.Terms.Lines).ToList());
        return grounds switch
        {
            _ when NotFor(grounds.Account, grounds.Deal, grounds.Seller) is { } not => not,
            _ when newest.EndsAt() <= at => Refuse("quote.valid-until-past", "The last day on which it can be accepted is past. Change the draft."),
            { IsApproved: false } when beyond.Count > 0 => Refuse("quote.approval-needed",
                $"The discount of {Named(beyond)} goes beyond the corridor. Have this version approved, or give less."),
            _ when grounds.IsUnrated(newest.Terms.Net, at) => Rate.Missing(newest.Terms.Currency, grounds.Books),
            _ => new QuoteSent(QuoteId, AccountId, CustomerId, OwnerId, newest.Version, newest.Hash, newest.Layout, newest.Terms.Net, newest.Terms.Gross,
                newest.Terms.ValidUntil, newest.Terms.IsPrimary, beyond.Count > 0, OpportunityId, grounds.RateId(newest.Terms.Net, at)),
        };
    }

    public Decision Withdraw(WithdrawQuote command, Seller seller) => Status == QuoteStatus.Withdrawn ? []
        : NotMine(seller) ?? (Status == QuoteStatus.Accepted ? Over()
            : new QuoteWithdrawn(QuoteId, CustomerId, Newest!.Version, command.Reason, OpportunityId));

    public Decision Accept(AcceptQuote command, Seller seller, DateTime at)
    {
        var sent = Versions.Find(version => version.Version == Sent);
        return NotMine(seller) ?? Status switch
        {
            QuoteStatus.Accepted when (command.Version, command.Hash) == (sent!.Version, sent.Hash) => [],
            QuoteStatus.Draft => Refuse("quote.not-sent", "Nothing was sent yet that could be accepted. Send the quote first."),
            QuoteStatus.Expired => Late(sent!),
            not QuoteStatus.Sent => Over(),
            _ when sent!.EndsAt() <= at => Late(sent),
            _ when (command.Version, command.Hash) != (sent.Version, sent.Hash) => Refuse("quote.other-version",
                $"The customer has version {sent.Version}, whose hash the quote shows. He accepts that one, or another one is sent to him."),
            _ => new QuoteAccepted(QuoteId, AccountId, CustomerId, OwnerId, sent.Version, sent.Hash, sent.Terms.Net, sent.Terms.Gross,
                [.. sent.Terms.Lines.Select(line => new OrderLine(line.Line, line.Product, line.Quantity, line.Net))], command.Evidence,
                command.By?.Of(CustomerId), OpportunityId, RateId),
        };
    }

    public Decision Reject(RejectQuote command, Seller seller) => NotMine(seller) ?? Status switch
    {
        QuoteStatus.Rejected when (command.Reason, command.Words?.Of(CustomerId)) == (Rejection!.Reason, Rejection.Words) => [],
        QuoteStatus.Sent or QuoteStatus.Expired =>
            new QuoteRejected(QuoteId, CustomerId, Sent!.Value, command.Reason, command.Words?.Of(CustomerId), OpportunityId),
        QuoteStatus.Draft => Refuse("quote.not-sent", "Nothing was sent yet that could be rejected. Withdraw the quote instead."),
        _ => Over(),
    };

    // To whom it belongs already, it may be given again by anybody: that changes nothing.
    public Decision ChangeOwner(ChangeQuoteOwner command, Seller seller) => Status switch
    {
        QuoteStatus.None => Unknown(Noun),
        _ when (command.OwnerId, command.OwnerTeam ?? OwnerTeam) == (OwnerId, OwnerTeam) => [],
        _ => NotMine(seller) ?? new QuoteOwnerChanged(QuoteId, CustomerId, OwnerId, command.OwnerId, command.OwnerTeam, command.Reason),
    };

    /// <summary>Its last day is over.</summary>
    public Decision Expire() => Status == QuoteStatus.Sent ? new QuoteExpired(QuoteId, CustomerId, Sent!.Value, OpportunityId) : [];

    /// <summary>When the version that the customer has can be accepted no longer; null where it cannot be anyway.</summary>
    public DateTime? ExpiresAt() => Status == QuoteStatus.Sent ? Versions.Find(version => version.Version == Sent)?.EndsAt() : null;

    /// <summary>What a deal's customer agreed to; null where he has not, or to another version.</summary>
    public QuoteTerms? AcceptedFor(Guid opportunityId, int? version) => Status == QuoteStatus.Accepted && OpportunityId == opportunityId && version == Sent
        ? Versions.Find(known => known.Version == Sent)?.Terms : null;

    /// <summary>The document of a version; what was erased is not printed.</summary>
    public QuoteDocument Document(QuoteVersion version) =>
        new(Number ?? NumberOf(QuoteId), version.Version, version.Terms, version.Recipient?.Clear, version.Note?.Clear);

    static string NumberOf(Guid id) => id.ToString("N")[..12];

    QuoteRevised Revised(QuoteVersion text, string reason) =>
        new(QuoteId, CustomerId, text.Version, text.Terms, text.AuthorId, text.Hash, text.Layout, reason, text.Recipient, text.Note);

    /// <summary>A version with the hash of its document. Personal fields are taken in the clear: what was sealed for one event is not for another.</summary>
    QuoteVersion Written(int version, QuoteTerms terms, Offer offer, Seller seller)
    {
        PersonalData? Own(PersonalData? field) => field?.Clear is { } clear ? PersonalData.From(clear).Of(CustomerId) : null;
        var text = new QuoteVersion(version, terms, seller.Id, "", QuoteDocument.Layout, Own(offer.Recipient), Own(offer.Note));
        return text with { Hash = Document(text).Hash() };
    }

    /// <summary>The document says it all, but for what is not printed.</summary>
    static bool IsSame(QuoteVersion left, QuoteVersion right) => left.Hash == right.Hash && left.Terms.IsPrimary == right.Terms.IsPrimary
        && left.Terms.Country == right.Terms.Country && left.Terms.DiscountBp == right.Terms.DiscountBp && left.Terms.Lines.SequenceEqual(right.Terms.Lines);

    static Decision? NotFor(Account account, Opportunity? deal, Seller seller) => 0 switch
    {
        _ when account.Status == AccountStatus.None => Unknown("account"),
        _ when account.Status == AccountStatus.Closed => Refuse("account.closed", "The account is closed. Reopen it first."),
        _ when deal is null => null,
        _ when deal.Status == OpportunityStatus.None => Unknown("opportunity"),
        _ when deal.AccountId != account.AccountId => Refuse("quote.other-account", "The opportunity is another account's."),
        _ when deal.Status != OpportunityStatus.Open =>
            Refuse("opportunity.not-open", $"The opportunity is {deal.Status.ToString().ToLowerInvariant()}. Reopen it first."),
        _ => seller.May(deal.OwnerId, deal.OwnerTeam) ? null : Refuse("opportunity.other-owner", "Somebody else sells here. Ask him or a manager."),
    };

    static string Named(List<QuoteLine> lines) => lines.Count == 1 ? $"line {lines[0].Line}" : $"lines {string.Join(", ", lines.Select(line => line.Line))}";

    static Decision Late(QuoteVersion sent) =>
        Refuse("quote.expired", $"It could be accepted until {sent.Terms.ValidUntil:O}. Revise the quote and send the new version.");

    Quote With(QuoteVersion version) => this with { Versions = [.. Versions.RemoveAll(known => known.Version == version.Version), version] };

    Decision? NotMine(Seller seller) => Status switch
    {
        QuoteStatus.None => Unknown(Noun),
        _ => seller.May(OwnerId, OwnerTeam) ? null : Refuse("quote.other-owner", "Somebody else sells here. Ask him or a manager."),
    };

    Decision Over() => Refuse("quote.over", $"The quote is {Status.ToString().ToLowerInvariant()}."
        + (Status is QuoteStatus.Rejected or QuoteStatus.Expired ? " Revise it." : " Begin another one."));
}

using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Quotes;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.Quotes;

public sealed class QuoteHistoryTests
{
    static readonly QuoteRevised Revised = new(Id, Shop.CustomerId, 2, Terms with { Net = Euro(1_00), Gross = Euro(1_21) }, "u-ann", "other", 1, "fewer");

    [Fact]
    public void A_row_tells_what_is_offered_and_how_far_it_is()
    {
        var (draft, sent) = (Fold(Drafted)!, Fold(Drafted, Sent with { IsBeyond = true })!);
        Assert.Equal((QuoteStatus.Draft, true, null, 88_00L, 96_93L, 2_00L, "EUR", March),
            (draft.Status, draft.IsDraft, draft.SentVersion, draft.NetMinor, draft.GrossMinor, draft.DiscountMinor, draft.Currency, draft.ValidUntil));
        Assert.Equal((QuoteStatus.Sent, false, 1, true, Now.AddHours(1)), (sent.Status, sent.IsDraft, sent.SentVersion, sent.IsBeyond, sent.SentAt));
    }

    [Fact]
    public void A_revision_shows_while_the_customer_still_has_the_version_before()
    {
        var row = Fold(Drafted, Sent, Revised)!;
        Assert.Equal((QuoteStatus.Sent, 2, true, 1, 1_00L), (row.Status, row.Version, row.IsDraft, row.SentVersion, row.NetMinor));
    }

    [Fact]
    public void How_it_ended_stands_in_it_and_no_longer_when_another_version_is_sent()
    {
        var rejected = Fold(Drafted, Sent, new QuoteRejected(Id, Shop.CustomerId, 1, "price"))!;
        var again = Fold(Drafted, Sent, new QuoteRejected(Id, Shop.CustomerId, 1, "price"), Revised, Sent with { Version = 2 })!;
        Assert.Equal((QuoteStatus.Rejected, "price", Now.AddHours(2)), (rejected.Status, rejected.Reason, rejected.ClosedAt));
        Assert.Equal((QuoteStatus.Sent, null, null, 2), (again.Status, again.Reason, again.ClosedAt, again.SentVersion));
    }

    [Theory]
    [InlineData("accepted")]
    [InlineData("expired")]
    [InlineData("withdrawn")]
    public void Status_in_the_row_is_that_of_the_noun(string how)
    {
        Event end = how switch
        {
            "accepted" => new QuoteAccepted(Id, Shop.AccountId, Shop.CustomerId, "u-ann", 1, Sent.Hash, Sent.Net, Sent.Gross, [], "letter"),
            "expired" => new QuoteExpired(Id, Shop.CustomerId, 1),
            _ => new QuoteWithdrawn(Id, Shop.CustomerId, 1, "sold-out"),
        };
        Event[] facts = [Drafted, Sent, new QuoteOwnerChanged(Id, Shop.CustomerId, "u-ann", "u-bob", "south", "left"), end];
        var (row, quote) = (Fold(facts)!, facts.Aggregate(Quote.Initial, Quote.Evolve));
        Assert.Equal((quote.Status, quote.OwnerId, quote.OwnerTeam, quote.Sent, quote.Newest!.Hash),
            (row.Status, row.OwnerId, row.OwnerTeam, row.SentVersion, row.Hash));
        Assert.Equal(how, row.Status.ToString().ToLowerInvariant());
    }

    static QuoteHistory.Row? Fold(params Event[] facts) =>
        Entries.Fold<Quote, QuoteHistory.Row, QuoteHistory>(Id, [.. facts.Select((fact, hour) => (Now.AddHours(hour), fact))]);
}

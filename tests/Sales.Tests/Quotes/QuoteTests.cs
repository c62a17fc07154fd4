using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Corridors;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Products;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Sales.Tests.Opportunities;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.Quotes;

public sealed class QuoteTests : DeciderTests
{
    static readonly Guid Customer = Shop.CustomerId;
    static readonly QuoteGrounds OfDeal = Free with { Deal = Deal };
    static readonly DateTime End = new(2026, 3, 31, 21, 0, 0, DateTimeKind.Utc); // Midnight in Riga, in summer time.
    static readonly AcceptQuote Yes = new(1, Drafted.Hash, "letter 4711");
    static readonly Offer Dearer = Wanted with { Lines = [Wanted.Lines[0]], Discount = null };
    static readonly QuoteTerms DearerTerms = Free.Price(Dearer, Now).Terms!;
    static readonly QuoteRevised Revised = new(Id, Customer, 2, DearerTerms, "u-ann", new QuoteDocument("Q-1", 2, DearerTerms, null, null).Hash(), 1, "fewer");
    static readonly QuoteSent SentAgain = Sent with { Version = 2, Hash = Revised.Hash, Net = DearerTerms.Net, Gross = DearerTerms.Gross };
    static readonly QuoteAccepted Accepted = new(Id, Shop.AccountId, Customer, "u-ann", 1, Drafted.Hash, Euro(88_00), Euro(96_93),
        [new(1, "tea", 2_500, Euro(28_34)), new(2, "pot", 200_000, Euro(59_66))], "letter 4711");

    static readonly QuoteExpired Expired = new(Id, Customer, 1);
    static readonly QuoteRejected Rejected = new(Id, Customer, 1, "price");
    static readonly QuoteWithdrawn Withdrawn = new(Id, Customer, 1, "sold-out");

    [Fact]
    public void An_offer_is_priced_discounted_and_taxed_when_it_is_drafted()
    {
        Given<Quote>().When(q => q.Begin(Command, Id, Free, Now)).Then(Drafted);
        Assert.Equal([(Euro(30_00), Euro(16), Euro(28_34)), (Euro(60_00), Euro(34), Euro(59_66))],
            Terms.Lines.Select(line => (line.List, line.Share, line.Net)));
        Assert.Equal([("reduced", Euro(59_66), Euro(2_98)), ("standard", Euro(28_34), Euro(5_95))], Terms.Taxes.Select(tax => (tax.Code, tax.Net, tax.Tax)));
        Assert.Equal((Euro(88_00), Euro(96_93), "Zaļā tēja"), (Terms.Net, Terms.Gross, Terms.Lines[0].Name));
    }

    [Fact]
    public void Drafting_it_again_adds_nothing_and_for_another_account_is_refused()
    {
        Given<Quote>(Drafted).When(q => q.Begin(Command, Id, Free, Now)).ThenNothing();
        Given<Quote>(Drafted).When(q => q.Begin(Command with { AccountId = Guid.Empty }, Id, Free, Now)).ThenRefused("quote.other");
    }

    [Fact]
    public void What_is_printed_of_a_person_is_a_personal_field_of_the_accounts_customer()
    {
        var (ann, note) = (PersonalData.From("Ann\nRiga"), PersonalData.From("Thank you"));
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Recipient = ann, Note = note } }, Id, Free, Now)).Then(Drafted with
        {
            Recipient = ann.Of(Customer),
            Note = note.Of(Customer),
            Hash = new QuoteDocument("Q-1", 1, Terms, "Ann\nRiga", "Thank you").Hash(),
        });
    }

    [Fact]
    public void It_needs_an_open_account_and_of_a_deal_one_that_is_open_his_own_and_the_accounts()
    {
        var command = Command with { OpportunityId = Deals.Id };
        Given<Quote>().When(q => q.Begin(Command, Id, Free with { Account = Account.Initial }, Now)).ThenRefused("account.unknown");
        Given<Quote>().When(q => q.Begin(Command, Id, Free with { Account = Shop with { Status = AccountStatus.Closed } }, Now)).ThenRefused("account.closed");
        Given<Quote>().When(q => q.Begin(command, Id, OfDeal with { Deal = Opportunity.Initial }, Now)).ThenRefused("opportunity.unknown");
        Given<Quote>().When(q => q.Begin(command, Id, OfDeal with { Deal = Deal with { Status = OpportunityStatus.Lost } }, Now))
            .ThenRefused("opportunity.not-open");
        Given<Quote>().When(q => q.Begin(command, Id, OfDeal with { Deal = Deal with { AccountId = Guid.Empty } }, Now)).ThenRefused("quote.other-account");
        Given<Quote>().When(q => q.Begin(command, Id, OfDeal with { Seller = Deals.Bob }, Now)).ThenRefused("opportunity.other-owner");
        Given<Quote>().When(q => q.Begin(command, Id, OfDeal with { Seller = Deals.Manager }, Now)).Then(Drafted with
        {
            OpportunityId = Deals.Id,
            AuthorId = "u-max",
            Terms = Terms with { IsPrimary = true },
        });
    }

    [Fact]
    public void A_quote_has_one_currency_which_is_that_of_its_deal()
    {
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Currency = "USD" }, OpportunityId = Deals.Id }, Id, OfDeal, Now))
            .ThenRefused("quote.other-currency");
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Discount = Dollar(1) } }, Id, Free, Now)).ThenRefused("quote.other-currency");
    }

    [Fact]
    public void What_is_not_in_catalogue_price_book_or_tax_table_is_not_offered()
    {
        var retired = new Dictionary<string, Product>(Free.Products) { ["pot"] = Free.Products["pot"] with { Status = ProductStatus.Retired } };
        Given<Quote>().When(q => q.Begin(Command, Id, Free with { Products = retired }, Now)).ThenRefused("quote.no-product");
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Currency = "USD", Discount = null } }, Id, Free, Now))
            .ThenRefused("quote.no-price");
        Given<Quote>().When(q => q.Begin(Command, Id, Free, Now.AddYears(-1))).ThenRefused("quote.no-price");
        Given<Quote>().When(q => q.Begin(Command, Id, Free with { Taxes = TaxTable.Initial }, Now)).ThenRefused("quote.no-tax");
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Discount = Euro(88_51) } }, Id, Free, Now))
            .ThenRefused("quote.discount-too-much");
        Given<Quote>().When(q => q.Begin(Command with { Offer = Wanted with { Lines = [new(1, "tea", 900_000_000_000)] } }, Id, Free, Now))
            .ThenRefused("quote.too-much");
    }

    [Fact]
    public void A_draft_changes_and_a_version_that_was_sent_never_does()
    {
        var changed = new QuoteChanged(Id, Customer, 1, DearerTerms, "u-ann", new QuoteDocument("Q-1", 1, DearerTerms, null, null).Hash(), 1);
        Given<Quote>(Drafted).When(q => q.Change(new(Dearer), Free, Now)).Then(changed);
        Given<Quote>(Drafted).When(q => q.Change(new(Wanted), Free, Now)).ThenNothing();
        Given<Quote>(Drafted, Sent).When(q => q.Change(new(Dearer), Free, Now)).ThenRefused("quote.sent");
        Given<Quote>(Drafted).When(q => q.Change(new(Dearer), Free with { Seller = Deals.Bob }, Now)).ThenRefused("quote.other-owner");
        Given<Quote>().When(q => q.Change(new(Dearer), Free, Now)).ThenRefused("quote.unknown");
    }

    [Fact]
    public void Inside_the_corridor_it_is_sent_at_once() => Given<Quote>(Drafted).When(q => q.Send(Sending, Now)).Then(Sent);

    [Fact]
    public void Beyond_the_corridor_it_is_sent_when_exactly_this_version_is_approved()
    {
        var narrow = Sending with { Corridor = Corridor.Evolve(Corridor.Initial, new CorridorPublished(Corridor.TheId, 2, 500, [])) };
        var refusal = Given<Quote>(Drafted).State.Send(narrow, Now).Refusal!;
        Assert.Equal(("quote.approval-needed", "The discount of line 1 goes beyond the corridor. Have this version approved, or give less."),
            (refusal.Code, refusal.Reason));
        Given<Quote>(Drafted).When(q => q.Send(narrow with { IsApproved = true }, Now)).Then(Sent with { IsBeyond = true });
    }

    [Fact]
    public void It_is_sent_while_it_can_be_accepted_the_account_is_open_and_there_is_a_rate()
    {
        var dollars = Drafted with { Terms = Terms with { Currency = "USD", Net = Dollar(88_00) } };
        Given<Quote>(Drafted).When(q => q.Send(Sending, End)).ThenRefused("quote.valid-until-past");
        Given<Quote>(Drafted).When(q => q.Send(Sending, End.AddTicks(-1))).Then(Sent);
        Given<Quote>(Drafted).When(q => q.Send(Sending with { Account = Shop with { Status = AccountStatus.Closed } }, Now)).ThenRefused("account.closed");
        Given<Quote>(dollars).When(q => q.Send(Sending, Now)).ThenRefused("rate.missing");
        Given<Quote>(dollars).When(q => q.Send(Sending with { Rate = Deals.Usual.Rate }, Now)).Then(Sent with { Net = Dollar(88_00), RateId = Deals.RateId });
        Given<Quote>(Drafted, Sent).When(q => q.Send(Sending, Now)).ThenNothing();
        Given<Quote>(Drafted, Withdrawn).When(q => q.Send(Sending, Now)).ThenRefused("quote.over");
        Given<Quote>().When(q => q.Send(Sending, Now)).ThenRefused("quote.unknown");
    }

    [Fact]
    public void A_revision_is_the_next_version_and_the_one_before_stays_acceptable_until_it_is_sent()
    {
        Given<Quote>(Drafted, Sent).When(q => q.Revise(new("fewer", Dearer), Free, Now)).Then(Revised);
        Given<Quote>(Drafted, Sent, Revised).When(q => q.Accept(Yes, Deals.Ann, Now)).Then(Accepted);
        Given<Quote>(Drafted, Sent, Revised).When(q => q.Send(Sending, Now)).Then(SentAgain);
        Given<Quote>(Drafted, Sent, Revised, SentAgain).When(q => q.Accept(Yes, Deals.Ann, Now)).ThenRefused("quote.other-version");
        Given<Quote>(Drafted, Sent, Revised).When(q => q.Revise(new("other", Wanted), Free, Now)).ThenRefused("quote.draft-there");
        Given<Quote>(Drafted, Sent, Accepted).When(q => q.Revise(new("fewer", Dearer), Free, Now)).ThenRefused("quote.over");
    }

    [Fact]
    public void The_same_offer_again_is_written_at_the_prices_of_the_day()
    {
        var dear = Free with
        {
            Prices = Free.Prices with
            {
                Individual = Standard with
                {
                    Prices = Standard.Prices.SetItem("tea EUR",
            [new("tea", Euro(20_00), 1, new(2026, 1, 1))])
                }
            }
        };
        var decision = Given<Quote>(Drafted, Sent, Rejected).State.Revise(new("again"), dear, Now.AddDays(1));
        var revised = Assert.IsType<QuoteRevised>(Assert.Single(decision.Events));
        Assert.Equal((2, Euro(20_00), PriceSource.Individual, new DateOnly(2026, 3, 3), Euro(50)), (revised.Version, revised.Terms.Lines[0].Price,
            revised.Terms.Lines[0].Source, revised.Terms.PricedOn, revised.Terms.Discount));
    }

    [Fact]
    public void It_is_accepted_by_its_hash_with_evidence_until_its_last_day_is_over_where_it_is_valid()
    {
        Given<Quote>(Drafted, Sent).When(q => q.Accept(Yes, Deals.Ann, End.AddTicks(-1))).Then(Accepted);
        Given<Quote>(Drafted, Sent).When(q => q.Accept(Yes with { By = PersonalData.From("Ann") }, Deals.Ann, Now))
            .Then(Accepted with { By = PersonalData.From("Ann").Of(Customer) });
        Given<Quote>(Drafted, Sent).When(q => q.Accept(Yes, Deals.Ann, End)).ThenRefused("quote.expired");
        Given<Quote>(Drafted, Sent, Expired).When(q => q.Accept(Yes, Deals.Ann, End)).ThenRefused("quote.expired");
        Given<Quote>(Drafted, Sent).When(q => q.Accept(Yes with { Hash = Revised.Hash }, Deals.Ann, Now)).ThenRefused("quote.other-version");
        Given<Quote>(Drafted).When(q => q.Accept(Yes, Deals.Ann, Now)).ThenRefused("quote.not-sent");
        Given<Quote>(Drafted, Sent, Rejected).When(q => q.Accept(Yes, Deals.Ann, Now)).ThenRefused("quote.over");
        Given<Quote>(Drafted, Sent, Accepted).When(q => q.Accept(Yes, Deals.Ann, Now.AddYears(1))).ThenNothing();
        Given<Quote>(Drafted, Sent).When(q => q.Accept(Yes, Deals.Bob, Now)).ThenRefused("quote.other-owner");
    }

    [Fact]
    public void It_expires_when_its_last_day_is_over_and_only_while_it_waits_for_an_answer()
    {
        Assert.Equal([null, End, null, null], ((Event[][])[[Drafted], [Drafted, Sent], [Drafted, Sent, Accepted], [Drafted, Sent, Expired]])
            .Select(facts => QuoteExpiry.At(Given<Quote>(facts).State)));
        Given<Quote>(Drafted, Sent).When(q => QuoteExpiry.Decide(q, End)).Then(Expired);
        Given<Quote>(Drafted, Sent, Accepted).When(q => QuoteExpiry.Decide(q, End)).ThenNothing();
        Given<Quote>(Drafted, Sent, Expired).When(q => q.Revise(new("fewer", Dearer), Free, Now)).Then(Revised);
    }

    [Fact]
    public void It_is_rejected_with_a_reason_and_withdrawn_until_it_is_accepted()
    {
        Given<Quote>(Drafted, Sent).When(q => q.Reject(new("price"), Deals.Ann)).Then(Rejected);
        Given<Quote>(Drafted, Sent).When(q => q.Reject(new("price", PersonalData.From("Too dear")), Deals.Ann))
            .Then(Rejected with { Words = PersonalData.From("Too dear").Of(Customer) });
        Given<Quote>(Drafted, Sent, Rejected).When(q => q.Reject(new("delay"), Deals.Ann)).ThenRefused("quote.over");
        Given<Quote>(Drafted).When(q => q.Reject(new("price"), Deals.Ann)).ThenRefused("quote.not-sent");
        Given<Quote>(Drafted, Sent, Accepted).When(q => q.Reject(new("price"), Deals.Ann)).ThenRefused("quote.over");
        Given<Quote>(Drafted).When(q => q.Withdraw(new("sold-out"), Deals.Ann)).Then(Withdrawn);
        Given<Quote>(Drafted, Sent, Rejected).When(q => q.Withdraw(new("sold-out"), Deals.Ann)).Then(Withdrawn);
        Given<Quote>(Drafted, Sent, Accepted).When(q => q.Withdraw(new("sold-out"), Deals.Ann)).ThenRefused("quote.over");
        Given<Quote>(Drafted, Withdrawn).When(q => q.Revise(new("again", Dearer), Free, Now)).ThenRefused("quote.over");
    }

    [Fact]
    public void It_is_given_to_somebody_else_by_its_owner_or_a_manager()
    {
        var given = new QuoteOwnerChanged(Id, Customer, "u-ann", "u-bob", "south", "left");
        Given<Quote>(Drafted).When(q => q.ChangeOwner(new("u-bob", "left", "south"), Deals.Manager)).Then(given);
        Given<Quote>(Drafted).When(q => q.ChangeOwner(new("u-bob", "left", "south"), Deals.Bob)).ThenRefused("quote.other-owner");
    }

    [Fact]
    public void Only_a_draft_of_his_own_is_put_up_for_approval()
    {
        Given<Quote>(Drafted).When(q => q.AskApproval(Deals.Ann)).ThenNothing();
        Given<Quote>(Drafted, Sent).When(q => q.AskApproval(Deals.Ann)).ThenRefused("quote.over");
        Given<Quote>(Drafted).When(q => q.AskApproval(Deals.Bob)).ThenRefused("quote.other-owner");
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("quote.number", (Command with { Number = null }).Invalid()?.Code);
        Assert.Equal("quote.source", (Command with { Source = "The ERP" }).Invalid()?.Code);
        Assert.Equal("quote.currency", Bad(Wanted with { Currency = "euro" }));
        Assert.Equal("quote.country", Bad(Wanted with { Country = "Latvia" }));
        Assert.Equal("quote.valid-until", Bad(Wanted with { ValidUntil = DateOnly.MaxValue }));
        Assert.Equal("quote.lines", Bad(Wanted with { Lines = [] }));
        Assert.Equal("quote.lines", Bad(Wanted with { Lines = [Wanted.Lines[0], Wanted.Lines[0]] }));
        Assert.Equal("quote.lines", Bad(Wanted with { Lines = [new(1, "tea", 0)] }));
        Assert.Equal("quote.lines", Bad(Wanted with { Lines = [.. Enumerable.Range(1, Offer.LinesMax + 1).Select(line => new OfferLine(line, "tea", 1))] }));
        Assert.Equal("quote.discount", Bad(Wanted with { DiscountBp = 100 }));
        Assert.Equal("quote.discount", Bad(Wanted with { Discount = null, DiscountBp = 10_001 }));
        Assert.Equal("quote.language", Bad(Wanted with { Language = "tlh" }));
        Assert.Equal("quote.zone", Bad(Wanted with { Zone = "Riga" }));
        Assert.Equal("quote.evidence", new AcceptQuote(1, "", " ").Invalid()?.Code);
        Assert.Equal("quote.evidence", new AcceptQuote(1, "", "max@firma.de").Invalid()?.Code);
        Assert.Equal("quote.evidence", new AcceptQuote(1, "", "Call from +49 171 1234567").Invalid()?.Code);
        Assert.Null(new AcceptQuote(1, "", "Letter 4711 of 2026-03-02").Invalid());
        Assert.Equal("quote.flow", new ApproveQuote("The flow").Invalid()?.Code);

        static string? Bad(Offer offer) => new ChangeQuote(offer).Invalid()?.Code;
    }
}

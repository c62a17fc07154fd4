using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.PriceBooks;
using CrmSuite.Testing;
using static CrmSuite.Sales.Tests.Quotes.Offers;

namespace CrmSuite.Sales.Tests.PriceBooks;

public sealed class PriceBookTests : DeciderTests
{
    static readonly Guid Standard = PriceBook.IdOf("standard");
    static readonly Guid Own = PriceBook.IdOf(Shop.AccountId);
    static readonly BookPrice Tea = new("tea", Euro(12_00), 1, new(2026, 1, 1));
    static readonly BookPrice Spring = new("tea", Euro(10_00), 1, new(2026, 3, 1), new(2026, 3, 31));
    static readonly BookPrice Dear = new("tea", Euro(13_00), 1, new(2026, 6, 1));
    static readonly PricebookPublished First = new(Standard, "standard", 1, [Tea, new("nail", new(150, "JPY"), 1_000, new(2026, 1, 1))]);
    static readonly PricebookPublished Second = new(Standard, "standard", 2, [Spring, Dear]);
    static readonly PricebookAgreed Agreed = new(Own, Shop.AccountId, Shop.CustomerId, 1, [Spring with { Price = Euro(9_00) }], "volume");
    static readonly PricebookFollowed Followed = new(Own, Shop.AccountId, Shop.CustomerId, null, "partners");

    [Fact]
    public void A_book_is_published_in_versions_that_say_what_is_new()
    {
        Given<PriceBook>().When(b => b.Publish("standard", new(First.Prices))).Then(First);
        Given<PriceBook>(First).When(b => b.Publish("standard", new(First.Prices))).ThenNothing();
        Given<PriceBook>(First).When(b => b.Publish("standard", new([Tea, Spring, Dear]))).Then(Second);
    }

    [Fact]
    public void The_price_of_a_day_is_the_one_that_began_last_and_a_passing_one_gives_way_again()
    {
        var book = Given<PriceBook>(First, Second).State;
        Assert.Equal([null, 12_00, 12_00, 10_00, 10_00, 12_00, 13_00],
            ((DateOnly[])[new(2025, 12, 31), new(2026, 1, 1), new(2026, 2, 28), new(2026, 3, 1), new(2026, 3, 31), new(2026, 4, 1), new(2026, 6, 1)])
                .Select(day => book.On("tea", "EUR", day)?.Price.Minor));
        Assert.Null(book.On("tea", "USD", new(2026, 3, 1)));
        Assert.Equal(1_000, book.On("nail", "JPY", new(2026, 3, 1))?.Per);
    }

    [Fact]
    public void A_price_ends_by_being_told_again_with_a_last_day()
    {
        var ended = Given<PriceBook>(First).When(b => b.Publish("standard", new([Tea with { LastDay = new(2026, 2, 1) }])))
            .Then(First with { Version = 2, Prices = [Tea with { LastDay = new(2026, 2, 1) }] });
        Assert.Null(ended.State.On("tea", "EUR", new(2026, 2, 2)));
    }

    [Fact]
    public void Prices_are_agreed_with_an_account_that_is_open()
    {
        Given<PriceBook>().When(b => b.Agree(new(Agreed.Prices, "volume"), Shop)).Then(Agreed);
        Given<PriceBook>(Agreed).When(b => b.Agree(new(Agreed.Prices, "again"), Shop)).ThenNothing();
        Given<PriceBook>().When(b => b.Agree(new(Agreed.Prices, "volume"), Account.Initial)).ThenRefused("account.unknown");
        Given<PriceBook>().When(b => b.Agree(new(Agreed.Prices, "volume"), Shop with { Status = AccountStatus.Closed })).ThenRefused("account.closed");
    }

    [Fact]
    public void An_account_buys_by_a_book_that_there_is_or_by_none()
    {
        var partners = PriceBook.Initial with { Name = "partners", Version = 1 };
        Given<PriceBook>().When(b => b.Follow(new("partners"), Shop, partners)).Then(Followed);
        Given<PriceBook>().When(b => b.Follow(new("partners"), Shop, PriceBook.Initial)).ThenRefused("pricebook.unknown");
        Given<PriceBook>().When(b => b.Follow(new("partners"), Account.Initial, partners)).ThenRefused("account.unknown");
        Given<PriceBook>(Followed).When(b => b.Follow(new(), Shop, PriceBook.Initial)).Then(Followed with { From = "partners", To = null });
        Given<PriceBook>().When(b => b.Follow(new(), Shop, PriceBook.Initial)).ThenNothing();
    }

    [Fact]
    public void What_is_agreed_goes_before_the_accounts_book_and_that_before_everybodys()
    {
        var standard = Given<PriceBook>(First).State;
        var partners = Given<PriceBook>(new PricebookPublished(PriceBook.IdOf("partners"), "partners", 1, [Tea with { Price = Euro(11_00) }])).State;
        var choice = new PriceChoice(Given<PriceBook>(Agreed, Followed).State, partners, standard);
        Assert.Equal([PriceSource.Individual, PriceSource.Book, PriceSource.Standard], choice.All("tea", "EUR", new(2026, 3, 2)).Select(found => found.Source));
        Assert.Equal((9_00, 11_00), (choice.Of("tea", "EUR", new(2026, 3, 2))!.Price.Price.Minor, choice.Of("tea", "EUR", new(2026, 4, 1))!.Price.Price.Minor));
        Assert.Equal((PriceSource.Standard, null), (choice.Of("nail", "JPY", new(2026, 3, 2))!.Source, choice.Of("nail", "EUR", new(2026, 3, 2))));
        Assert.Equal(["tea"], choice.Products("EUR"));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new PublishPrices(First.Prices).Invalid());
        Assert.Equal("pricebook.prices", new PublishPrices([]).Invalid()?.Code);
        Assert.Equal("pricebook.prices", new PublishPrices([Tea, Tea with { Per = 100 }]).Invalid()?.Code);
        Assert.Equal("pricebook.prices", new PublishPrices([Tea with { Per = 10 }]).Invalid()?.Code);
        Assert.Equal("pricebook.prices", new PublishPrices([Tea with { Price = Euro(-1) }]).Invalid()?.Code);
        Assert.Equal("pricebook.prices", new PublishPrices([Tea with { LastDay = new(2025, 1, 1) }]).Invalid()?.Code);
        Assert.Equal("pricebook.prices",
            new PublishPrices([.. Enumerable.Range(0, PriceForm.PricesMax + 1).Select(n => Tea with { Product = $"p{n}" })]).Invalid()?.Code);
        Assert.Equal("reason.form", new AgreePrices([Tea], "Because").Invalid()?.Code);
        Assert.Equal("pricebook.name", new FollowPriceBook("Our partners").Invalid()?.Code);
    }

    [Fact]
    public void The_list_has_a_row_for_each_price_in_its_newest_word()
    {
        var entries = Entries.Of<PriceBook>(Standard, (Now, First),
            (Now.AddDays(1), new PricebookPublished(Standard, "standard", 2, [Tea with { Per = 100 }])));
        var keys = PriceBookList.Keys(entries[0]).ToList();
        Assert.Equal([keys[0]], PriceBookList.Keys(entries[1]));
        var row = PriceBookList.Fold(keys[0], PriceBookList.Fold(keys[0], null, entries[0]), entries[1])!;
        Assert.Equal(("standard", "tea", "EUR", 12_00L, 100, 2), (row.Book, row.Product, row.Currency, row.PriceMinor, row.Per, row.Version));
        var own = Entries.Of<PriceBook>(Own, (Now, Agreed))[0];
        var agreed = PriceBookList.Fold(PriceBookList.Keys(own).Single(), null, own)!;
        Assert.Equal((null, Shop.AccountId), (agreed.Book, agreed.AccountId));
    }
}

using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.TaxTables;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.TaxTables;

public sealed class TaxTableTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = TaxTable.IdOf("LV");
    static readonly TaxRate Standard = new("standard", 2_100, new(2012, 7, 1));
    static readonly TaxRate Later = new("standard", 2_200, new(2026, 1, 1));
    static readonly TaxesPublished First = new(Id, "LV", 1, [Standard, new("zero", 0, new(2000, 1, 1))]);
    static readonly TaxesPublished Second = new(Id, "LV", 2, [Later]);

    [Fact]
    public void Rates_are_published_and_what_is_not_named_goes_on()
    {
        Given<TaxTable>().When(t => t.Publish("LV", new(First.Rates))).Then(First).When(t => t.Publish("LV", new(Second.Rates))).Then(Second);
        Given<TaxTable>(First, Second).When(t => t.Publish("LV", new([Standard]))).ThenNothing();
    }

    [Fact]
    public void The_rate_of_a_day_is_the_one_that_began_last()
    {
        var taxes = Given<TaxTable>(First, Second).State;
        Assert.Equal([null, 2_100, 2_100, 2_200], ((DateOnly[])[new(2012, 6, 30), new(2012, 7, 1), new(2025, 12, 31), new(2026, 1, 1)])
            .Select(day => taxes.On("standard", day)?.RateBp));
        Assert.Equal((0, null), (taxes.On("zero", new(2026, 1, 1))?.RateBp, taxes.On("reduced", new(2026, 1, 1))));
    }

    [Fact]
    public void A_rate_of_the_same_day_is_put_right_by_the_newest_word() =>
        Assert.Equal(2_300, Given<TaxTable>(First, Second, new TaxesPublished(Id, "LV", 3, [Later with { RateBp = 2_300 }])).State
            .On("standard", new(2026, 5, 1))?.RateBp);

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(new PublishTaxes(First.Rates).Invalid());
        Assert.Equal("taxes.rates", new PublishTaxes([]).Invalid()?.Code);
        Assert.Equal("taxes.rates", new PublishTaxes([Standard, Standard with { RateBp = 1 }]).Invalid()?.Code);
        Assert.Equal("taxes.rates", new PublishTaxes([Standard with { RateBp = 10_001 }]).Invalid()?.Code);
        Assert.Equal("taxes.rates", new PublishTaxes([Standard with { Code = "Standard rate" }]).Invalid()?.Code);
        Assert.False(TaxTable.IsCountry("Latvia"));
    }

    [Fact]
    public void The_list_has_a_row_for_each_rate_in_its_newest_word()
    {
        var entries = Entries.Of<TaxTable>(Id, (Today, First), (Today.AddDays(1), new TaxesPublished(Id, "LV", 2, [Standard with { RateBp = 2_150 }])));
        var keys = TaxTableList.Keys(entries[0]).ToList();
        Assert.Equal([keys[0]], TaxTableList.Keys(entries[1]));
        var row = TaxTableList.Fold(keys[0], TaxTableList.Fold(keys[0], null, entries[0]), entries[1])!;
        Assert.Equal(("LV", "standard", 2_150, 2, Today.AddDays(1)), (row.Country, row.Code, row.RateBp, row.Version, row.PublishedAt));
    }
}

using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Products;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Products;

public sealed class ProductTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Product.IdOf("tea");
    static readonly ListProduct Command = new("Green tea", "kg", Family: "tea", Names: new Dictionary<string, string> { ["zh"] = "绿茶", ["lv"] = "Zaļā tēja" });
    static readonly ProductListed Listed = new(Id, "tea", "Green tea", "kg", "standard", "tea", Command.Names);
    static readonly ProductRetired Retired = new(Id, "tea", "sold-out");

    [Fact]
    public void A_product_is_listed_under_its_code() => Given<Product>().When(p => p.List("tea", Command)).Then(Listed);

    [Fact]
    public void The_same_again_adds_nothing_and_whatever_differs_is_told()
    {
        var fewer = Command with { Names = new Dictionary<string, string> { ["zh"] = "绿茶" } };
        Given<Product>(Listed).When(p => p.List("tea", Command with { Names = Command.Names!.Reverse().ToDictionary() })).ThenNothing();
        Given<Product>(Listed).When(p => p.List("tea", fewer)).Then(new ProductChanged(Id, "tea", "Green tea", "kg", "standard", "tea", fewer.Names));
    }

    [Fact]
    public void What_is_retired_can_be_listed_again()
    {
        Given<Product>(Listed).When(p => p.Retire(new("sold-out"))).Then(Retired).When(p => p.List("tea", Command)).Then(Listed);
        Given<Product>(Listed, Retired).When(p => p.Retire(new("sold-out"))).ThenNothing();
        Given<Product>().When(p => p.Retire(new("sold-out"))).ThenRefused("product.unknown");
    }

    [Fact]
    public void It_has_a_name_in_each_language_or_its_own()
    {
        var tea = Given<Product>(Listed).State;
        Assert.Equal(["绿茶", "绿茶", "Zaļā tēja", "Green tea"], ((string[])["zh", "zh-CN", "lv", "ru"]).Select(tea.NameIn));
    }

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("product.name", (Command with { Name = " tea" }).Invalid()?.Code);
        Assert.Equal("product.word", (Command with { Unit = "Kilogram" }).Invalid()?.Code);
        Assert.Equal("product.names", (Command with { Names = new Dictionary<string, string> { ["latvian!"] = "tēja" } }).Invalid()?.Code);
        Assert.Equal("reason.form", new RetireProduct("Sold out").Invalid()?.Code);
    }

    [Fact]
    public void The_list_shows_it_as_it_stands()
    {
        var row = Entries.Fold<Product, ProductList.Row, ProductList>(Id, (Today, Listed),
            (Today.AddDays(1), new ProductChanged(Id, "tea", "Tea", "g", "reduced")), (Today.AddDays(2), Retired))!;
        Assert.Equal(new ProductList.Row(Id, "tea", ProductStatus.Retired, "Tea", "g", "reduced", null, Today.AddDays(2)), row);
    }
}

using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Contracts.Tests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("EUR", 2, 100)]
    [InlineData("JPY", 0, 1)]
    [InlineData("KWD", 3, 1_000)]
    [InlineData("CLF", 4, 10_000)]
    public void A_currency_has_the_decimals_of_ISO_4217(string currency, int exponent, long units) =>
        Assert.Equal((exponent, units), (Money.Exponent(currency), Money.UnitsPerWhole(currency)));

    [Theory]
    [InlineData("12.34", "EUR", 1_234)]
    [InlineData("0.005", "EUR", 1)]
    [InlineData("-0.005", "EUR", -1)]
    [InlineData("0.0049999999999999999999", "EUR", 0)]
    [InlineData("1.015", "EUR", 102)]
    [InlineData("1.025", "EUR", 103)]
    [InlineData("12.5", "JPY", 13)]
    [InlineData("-12.5", "JPY", -13)]
    [InlineData("1.2345", "KWD", 1_235)]
    [InlineData("1.00005", "CLF", 10_001)]
    [InlineData("92233720368547758.07", "EUR", long.MaxValue)]
    [InlineData("-92233720368547758.08", "EUR", long.MinValue)]
    public void Half_a_unit_is_rounded_away_from_zero(string amount, string currency, long minor) =>
        Assert.Equal(new(minor, currency), Money.Of(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData("92233720368547758.08")]
    [InlineData("-92233720368547758.09")]
    [InlineData("79228162514264337593543950335")]
    public void What_does_not_fit_is_an_error_and_never_another_amount(string amount) =>
        Assert.Throws<OverflowException>(() => Money.Of(decimal.Parse(amount, CultureInfo.InvariantCulture), "EUR"));

    [Fact]
    public void Amounts_of_one_currency_add_up_and_others_do_not()
    {
        Assert.Equal(new(1_500, "EUR"), new Money(1_000, "EUR") + new Money(500, "EUR"));
        Assert.Equal(new(-500, "EUR"), new Money(500, "EUR") - new Money(1_000, "EUR"));
        Assert.Equal(new(700, "EUR"), Money.Zero("EUR") + new Money(700, "EUR"));
        Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") + new Money(1, "USD"));
        Assert.Throws<InvalidOperationException>(() => new Money(1, "EUR") - Money.Zero("USD"));
    }

    [Fact]
    public void A_sum_that_does_not_fit_is_an_error_and_never_another_amount()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, "EUR") + new Money(1, "EUR"));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, "EUR") - new Money(1, "EUR"));
    }

    [Theory]
    [InlineData("EUR", true)]
    [InlineData("JPY", true)]
    [InlineData("XXQ", false)]
    [InlineData("ZZZ", false)]
    [InlineData("XAU", false)]
    [InlineData("eur", false)]
    [InlineData("EU", false)]
    [InlineData("EURO", false)]
    [InlineData("EU1", false)]
    [InlineData("ÄUR", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_currency_is_one_that_there_is(string? code, bool isCurrency) => Assert.Equal(isCurrency, Money.IsCurrency(code));

    [Fact]
    public void It_travels_in_minor_units_and_fractions_of_them_are_refused()
    {
        Assert.Equal("""{"minor":-1234,"currency":"EUR"}""", JsonSerializer.Serialize(new Money(-1_234, "EUR"), Json.Stored));
        Assert.Equal(new(-1_234, "EUR"), JsonSerializer.Deserialize<Money>("""{"minor":-1234,"currency":"EUR"}""", Json.Door));
        foreach (var wrong in (string[])["""{"minor":12.34,"currency":"EUR"}""", """{"minor":"1","currency":"EUR"}""", """{"minor":9223372036854775808,"currency":"EUR"}"""])
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Money>(wrong, Json.Door));
        }

        Assert.False(Money.IsCurrency(JsonSerializer.Deserialize<Money>("""{"minor":1}""", Json.Door).Currency));
    }
}

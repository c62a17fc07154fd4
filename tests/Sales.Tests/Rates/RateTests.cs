using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Rates;
using CrmSuite.Testing;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tests.Rates;

public sealed class RateTests : DeciderTests
{
    static readonly DateTime Today = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    static readonly PublishRate Command = new("USD", "0.9215", new(2026, 3, 1), "ecb");
    static readonly Guid RateId = Ids.Derive("rate", "USD", "EUR", "2026-03-01");
    static readonly RatePublished Published = new(RateId, "USD", "EUR", "0.9215", new(2026, 3, 1), "ecb");
    static readonly RateCorrected Corrected = new(RateId, "USD", "EUR", "0.9215", "0.9125", "typing-error");

    [Fact]
    public void A_rate_is_published_for_a_day() => Given<Rate>().When(r => r.Publish(Command, "EUR")).Then(Published);

    [Fact]
    public void The_same_again_adds_nothing_and_another_one_for_the_day_is_refused()
    {
        Given<Rate>(Published).When(r => r.Publish(Command, "EUR")).ThenNothing();
        Given<Rate>(Published).When(r => r.Publish(Command with { Rate = "0.93" }, "EUR")).ThenRefused("rate.published");
    }

    [Fact]
    public void A_wrong_rate_is_corrected_under_its_id()
    {
        Given<Rate>(Published).When(r => r.Correct(new(new(2026, 3, 1), "0.9125", "typing-error"))).Then(Corrected);
        Given<Rate>(Published).When(r => r.Correct(new(new(2026, 3, 1), "0.9215", "typing-error"))).ThenNothing();
        Given<Rate>(Published).When(r => r.Correct(new(new(2026, 3, 2), "0.9125", "typing-error"))).ThenRefused("rate.unknown");
    }

    [Fact]
    public void A_decision_takes_the_newest_rate_of_the_last_seven_days()
    {
        var rate = Given<Rate>(Published, Published with { RateId = Guid.Empty, FirstDay = new(2026, 3, 3), Rate = "0.95" }, Corrected).State;
        Assert.Equal([null, "0.9125", "0.9125", "0.95", "0.95", null],
            ((DateOnly[])[new(2026, 2, 28), new(2026, 3, 1), new(2026, 3, 2), new(2026, 3, 3), new(2026, 3, 10), new(2026, 3, 11)])
                .Select(day => rate.On(day)?.Rate));
    }

    [Theory]
    [InlineData("0.9215", true)]
    [InlineData("123456789012", true)]
    [InlineData("1234567890123", false)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("1,5", false)]
    [InlineData("1e5", false)]
    [InlineData("1.2.3", false)]
    [InlineData(".", false)]
    [InlineData("", false)]
    public void A_rate_is_decimal_text_over_zero_of_at_most_twelve_digits(string text, bool isRate) => Assert.Equal(isRate, RateText.Read(text) is not null);

    [Fact]
    public void A_command_with_a_bad_value_says_which()
    {
        Assert.Null(Command.Invalid());
        Assert.Equal("rate.currency", (Command with { Currency = "dollar" }).Invalid()?.Code);
        Assert.Equal("rate.currency", (Command with { ReportingCurrency = "USD" }).Invalid()?.Code);
        Assert.Equal("rate.form", (Command with { Rate = "much" }).Invalid()?.Code);
        Assert.Equal("rate.source", (Command with { Source = "The bank" }).Invalid()?.Code);
        Assert.Equal("rate.form", new CorrectRate(new(2026, 3, 1), "0", "typing-error").Invalid()?.Code);
        Assert.Equal("rate.reason", new CorrectRate(new(2026, 3, 1), "1", "Typing error").Invalid()?.Code);
    }

    [Fact]
    public void The_list_keeps_what_was_said_before()
    {
        var row = Entries.Fold<Rate, RateList.Row, RateList>(RateId, (Today, Published), (Today.AddDays(2), Corrected))!;
        Assert.Equal(("0.9125", Today), (row.Rate, row.PublishedAt));
        Assert.Equal([new(Today, "0.9215", Known(0)), new(Today.AddDays(2), "0.9125", Known(1))], row.Values);

        static decimal Known(int number) => Queries.Known(new(1, number));
    }
}

using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>What operations publish before anybody sells: books, the way of a deal, and exchange rates, week by week.</summary>
sealed class Definitions(Company company, Clock clock, int seed)
{
    const int Before = 63;
    const int Corrected = 42;
    const int Week = 7;

    /// <summary>Waits until the books are heard of where deals are.</summary>
    public async Task Publish()
    {
        var books = await company.Machine.Ask(HttpMethod.Get, "/api/analytics/books", null, null, "books.unknown");
        if (!books.TryGetProperty("reportingCurrency", out _))
        {
            await company.Machine.Ask(HttpMethod.Post, $"/api/analytics/books/publish?at={clock.Date(-Before)}",
                new { reportingCurrency = "EUR", zone = "Europe/Riga", fiscalYearStart = 1, weekStart = "monday" }, "demo-books");
        }

        await company.Machine.Ask(HttpMethod.Get, "/api/sales/books");
        clock.Begin(Stages);
        foreach (var (currency, worth) in (IEnumerable<(string, decimal)>)[("USD", 0.92m), ("GBP", 1.17m)])
        {
            clock.Begin(() => Rates(currency, worth));
        }
    }

    async Task Stages()
    {
        var story = new Story("stages", clock);
        await story.On(-Before);
        await story.Tell(company.Operations, "/api/sales/stages/standard/publish", new
        {
            stages = new object[]
            {
                new { name = "qualify", probabilityBp = 1000, exit = new[] { new { name = "decider-known", kind = "contact", what = "decider" } }, mayReturn = true },
                new { name = "discover", probabilityBp = 2500, mayReturn = true },
                new { name = "propose", probabilityBp = 5000, category = "best", exit = new[] { new { name = "budget-confirmed", kind = "tick" } }, mayReturn = true },
                new { name = "negotiate", probabilityBp = 7500, category = "commit" },
            },
            evidence = new[] { "contract", "quote", "customer-order" },
        });
    }

    // Each Monday, or whatever day the quarter began with, a little more or less; and once what was published was wrong.
    async Task Rates(string currency, decimal worth)
    {
        var (story, chance) = (new Story($"rate-{currency}", clock), new Chance(seed, currency, 0));
        Guid? rateId = null;
        for (var day = -Before; day <= DealPlan.Days; day += Week)
        {
            await story.On(day, -60);
            worth += chance.Between(-100, 101) / 10_000m;
            var said = await story.Tell(company.Operations, "/api/sales/rates", new { currency, rate = Text(worth), firstDay = clock.Date(day), source = "central-bank" });
            rateId = said.GetProperty("id").GetGuid();
            if (day == Corrected - Week)
            {
                await story.On(Corrected - 1, -60);
                worth += 0.0123m;
                await story.Tell(company.Operations, $"/api/sales/rates/{rateId}/corrections", new { firstDay = clock.Date(day), rate = Text(worth), reason = "misread" });
            }
        }
    }

    static string Text(decimal worth) => worth.ToString("0.0000", CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace CrmSuite.Demo;

/// <summary>
/// What the company plans, month by month: what each seller shall sell, what he says he will, what his manager makes of that, and how it came out. Months are frozen
/// when they are over.
/// </summary>
sealed class Planning(Company company, Clock clock, int seed)
{
    const int Months = 3;
    const int MonthsOfYear = 12;

    /// <summary>Half past seven: what happened until the day before counts, and nobody sells yet.</summary>
    const int BeforeWork = -30;

    const string Plan = "plan";

    public async Task Begin()
    {
        var books = await company.Machine.Ask(HttpMethod.Get, "/api/sales/books");
        var (currency, yearStart) = (books.GetProperty("reportingCurrency").GetString()!, books.GetProperty("fiscalYearStart").GetInt32());
        foreach (var seller in company.Sellers)
        {
            clock.Begin(() => Sell(seller, currency, yearStart));
        }

        clock.Begin(() => Compare(yearStart));
    }

    async Task Sell(Person seller, string currency, int yearStart)
    {
        var (story, chance) = (new Story($"plan-{seller.UserName}", clock), new Chance(seed, seller.UserName, 1));
        for (var month = 0; month < Months; month++)
        {
            var (day, period) = Month(month, yearStart);
            object Money(long minor) => new { minor, currency };
            await story.On(day + 1, BeforeWork);
            await story.Tell(company.Operations, $"/api/sales/quotas/{period}", new { amount = Money(chance.Between(20, 40) * 1_000_000L), reason = Plan, ownerId = seller.Id });
            await story.Tell(seller, $"/api/sales/forecasts/{period}/submit");
            await story.On(day + 2, BeforeWork);
            if (chance.Percent(40))
            {
                await story.Tell(company.ManagerOf(seller), $"/api/sales/forecasts/{period}/adjust",
                    new { childOwner = seller.Id, delta = Money(chance.Between(-20, -1) * 100_000L), reason = "too-hopeful" });
            }

            await story.On(day + 15, BeforeWork);
            await story.Tell(seller, $"/api/sales/forecasts/{period}/submit");
        }
    }

    async Task Compare(int yearStart)
    {
        var story = new Story("compare", clock);
        for (var month = 0; month < Months - 1; month++)
        {
            await story.On(Month(month + 1, yearStart).Day + 2, BeforeWork);
            await story.Tell(company.Operations, $"/api/sales/forecasts/{Month(month, yearStart).Period}/compare");
        }
    }

    /// <summary>The day of the quarter on which a month begins, and how its period is called.</summary>
    (int Day, string Period) Month(int number, int yearStart)
    {
        var first = clock.Start.AddMonths(number);
        var year = yearStart > 1 && first.Month >= yearStart ? first.Year + 1 : first.Year;
        var month = ((first.Month - yearStart + MonthsOfYear) % MonthsOfYear) + 1;
        return ((first - clock.Start).Days, string.Create(CultureInfo.InvariantCulture, $"FY{year}-M{month:00}"));
    }
}

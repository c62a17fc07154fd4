using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>What operations publish before anybody sells: books, the way of a deal, and exchange rates, week by week.</summary>
sealed class Definitions(Company company, Clock clock, int seed)
{
    const int Before = 63;
    const int Corrected = 42;
    const int Week = 7;
    const int Evening = 14 * 60;

    /// <summary>The flow by which contracts are approved, and its one step.</summary>
    public const string Contracts = "contract";

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
        clock.Begin(Marketing);
        clock.Begin(Selling);
        foreach (var seller in company.Sellers)
        {
            clock.Begin(() => TakesLeads(seller));
        }

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

    // What is sold, for how much, taxed how, and how far a discount goes before two people have to agree.
    async Task Selling()
    {
        var (story, firstDay) = (new Story("selling", clock), clock.Date(-Before));
        await story.On(-Before);
        foreach (var product in LeadPlan.Products)
        {
            await story.Tell(company.Operations, $"/api/sales/products/{product}/list", new { name = $"{char.ToUpperInvariant(product[0])}{product[1..]}" });
        }

        await story.Tell(company.Operations, "/api/sales/pricebooks/standard/publish", new
        {
            prices = from product in LeadPlan.Products
                     from currency in (string[])["EUR", "USD", "GBP"]
                     select new { product, price = new { minor = 100, currency }, per = 1, firstDay },
        });
        await story.Tell(company.Operations, "/api/sales/taxes/DE/publish", new { rates = new[] { new { code = "standard", rateBp = DealPlan.TaxBp, firstDay } } });
        await story.Tell(company.Operations, "/api/sales/corridor/publish", new { discountBp = 1_000 });
        await story.Tell(company.Operations, "/api/sales/approval-flows/standard/publish", new
        {
            steps = new object[]
            {
                new { name = "team", rank = 1, approvers = Company.Teams.Select(team => new { kind = "team", id = team }), needed = 1 },
                new { name = "head", rank = 2, approvers = new[] { new { kind = "team", id = "sales" } }, needed = 1 },
            },
        });
        await story.Tell(company.Operations, $"/api/sales/approval-flows/{Contracts}/publish",
            new { steps = new[] { new { name = Contracts, rank = 1, approvers = new[] { new { kind = "team", id = "sales" } }, needed = 2 } } });
    }

    // What a lead is worth, which team gets it, and who may be the same as somebody else.
    async Task Marketing()
    {
        var story = new Story("marketing", clock);
        await story.On(-Before);
        await story.Tell(company.Marketing, "/api/acquisition/match-rule/publish",
            new { weights = new[] { new { kind = "email", score = 80 }, new { kind = "phone", score = 40 } }, proposeAt = 60 });
        await story.Tell(company.Marketing, "/api/acquisition/scores/standard/publish", new
        {
            threshold = 30,
            factors = new object[]
            {
                new { name = "reachable", points = 10, when = new { field = "email" } },
                new { name = "company-known", points = 10, when = new { field = "company" } },
                new { name = "asked-for-platform", points = 10, when = new { field = "products", anyOf = new[] { "platform" } } },
                new { name = "budget-known", points = 10, when = new { field = "budget-band" } },
                new { name = "spoken-with", points = 10, when = new { field = "contacts" } },
            },
        });
        await story.Tell(company.Marketing, "/api/acquisition/assignment-rules/standard/publish", new
        {
            handOverMinutes = 2 * 24 * 60,
            routes = new object[]
            {
                new { team = Company.Teams[0], when = new { field = "country", anyOf = new[] { "LV", "GB" } } },
                new { team = Company.Teams[1], when = new { field = "country", anyOf = new[] { "DE" } } },
                new { team = Company.Teams[2] },
            },
            fit = new[] { new { kind = "language", points = 5 } },
        });
    }

    // Everybody is on his team's roster, and on leave for some days of the quarter.
    async Task TakesLeads(Person seller)
    {
        var (story, chance) = (new Story($"roster-{seller.UserName}", clock), new Chance(seed, seller.UserName, 0));
        var member = $"/api/acquisition/rosters/{seller.Team}/members/{seller.Id}";
        await story.On(-Before, Evening);
        await story.Put(company.ManagerOf(seller), member, new { languages = new[] { "en" }, regions = Array.Empty<string>(), capacity = 200 });
        await story.Put(seller, $"{member}/presence", new { presence = "ready" });
        var leave = chance.Between(5, DealPlan.Days - Week - 1);
        // In the evening, when nobody gets a lead any more that day.
        await story.On(leave, Evening);
        await story.Put(seller, $"{member}/presence", new { presence = "away" });
        await story.On(leave + 4, Evening);
        await story.Put(seller, $"{member}/presence", new { presence = "ready" });
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

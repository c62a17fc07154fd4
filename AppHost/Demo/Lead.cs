using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>A lead, told to the suite as it was planned; where it is converted, what Sales goes on with.</summary>
sealed class Lead(Company company, Clock clock, LeadPlan plan)
{
    /// <summary>Firms and people of leads are other ones than those of customers.</summary>
    const int Apart = 1_000;

    readonly Story story = new($"lead-{plan.Number}", clock);
    Guid id;

    string Path(string command) => $"/api/acquisition/leads/{id}/{command}";

    public async Task Tell()
    {
        await Next(0);
        id = await Capture();
        if (plan.Fate == LeadFate.New)
        {
            return;
        }

        await Next(1);
        await story.Tell(company.Marketing, Path("contacts"), new { channel = "phone" });
        switch (plan.Fate)
        {
            case LeadFate.Nurturing:
                await story.Tell(company.Marketing, Path("nurture"), new { recallOn = clock.Date(plan.Day + 60), reason = "no-budget-yet" });
                return;
            case LeadFate.Disqualified or LeadFate.Recycled:
                await story.Tell(company.Marketing, Path("disqualify"), new { reason = "no-need" });
                if (plan.Fate == LeadFate.Recycled)
                {
                    await Next(2);
                    await story.Tell(company.Marketing, Path("recycle"), new { after = clock.Date(plan.Day + 90), reason = "new-project" });
                }

                return;
            case LeadFate.Contacted:
                return;
            default:
                await Next(2);
                await story.Tell(company.Marketing, Path("qualify"), new { });
                await Sell();
                return;
        }
    }

    /// <summary>Converts it into a deal.</summary>
    /// <param name="deal">The deal.</param>
    /// <returns>The deal's id, its account, who decides there, and who sells.</returns>
    public async Task<(Guid Id, Guid AccountId, Guid ContactId, Person Seller)> Convert(DealPlan deal)
    {
        await Tell();
        await Next(LeadPlan.Way);
        var seller = await Owner();
        await story.Tell(seller, Path("convert"), new
        {
            opportunity = new
            {
                closeDate = clock.Date(deal.Life[0].Day + 30),
                deal.Kind,
                products = new[] { plan.Product },
                amount = new { minor = deal.Life[0].Value, currency = deal.Currency },
                title = $"Deal {deal.Number}",
            },
            basis = Basis.Contract,
        });
        var lead = await Show();
        return (lead.GetProperty("opportunityId").GetGuid(), lead.GetProperty("accountId").GetGuid(), lead.GetProperty("customerId").GetGuid(), seller);
    }

    async Task Sell()
    {
        if (plan.Fate == LeadFate.Mql)
        {
            return;
        }

        // Some are looked at too late: the hand-over time is two days.
        await Next(plan.Fate == LeadFate.Converted || plan.Number % 3 > 0 ? 3 : 6);
        var seller = await Owner();
        if (plan.Fate == LeadFate.Rejected)
        {
            await story.Tell(seller, Path("reject"), new { reason = "too-small", recallOn = clock.Date(plan.Day + 60) });
            return;
        }

        await story.Tell(seller, Path("accept"));
        if (plan.Fate == LeadFate.Converted)
        {
            await Next(4);
            await story.Tell(seller, Path("qualify-sales"),
                new { need = "Fewer steps from order to delivery.", budgetBand = "50k-100k", authority = "board", timing = "this-quarter", basis = Basis.Contract });
        }
    }

    async Task<Guid> Capture()
    {
        var (name, email) = Customers.Somebody(Apart + plan.Number);
        return await story.New(company.Marketing, "/api/acquisition/leads", new
        {
            source = plan.Form ? "website" : "fair",
            channel = plan.Form ? "web-form" : "event",
            number = $"{plan.Number}",
            name,
            email,
            phone = $"+49 30 {5_000_000 + plan.Number}",
            company = Customers.Firm(Apart + plan.Number),
            plan.Country,
            language = "en",
            industry = "manufacturing",
            sizeBand = "50-249",
            budgetBand = "50k-100k",
            products = new[] { plan.Product },
            basis = plan.Form ? Basis.Consent : Basis.Interest,
        });
    }

    /// <summary>Whose it is just before this moment of the story: told again, it has ended long ago and is nobody's.</summary>
    async Task<Person> Owner()
    {
        var ownerId = (await Show(story.At.AddMilliseconds(-1))).GetProperty("ownerId").GetString()!;
        return company.People.First(person => person.Id.ToString() == ownerId);
    }

    Task<JsonElement> Show(DateTime? at = null) =>
        company.Marketing.Gate.Ask(HttpMethod.Get, $"/api/acquisition/leads/{id}{(at is { } asOf ? $"?asOf={asOf:yyyy-MM-ddTHH:mm:ss.fffZ}" : "")}");

    Task Next(int days) => story.On(plan.Day + days, plan.Number % 500);
}

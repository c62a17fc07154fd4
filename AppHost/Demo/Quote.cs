using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>The quote of a deal, over what the deal is worth; beyond the corridor only after somebody has approved it.</summary>
sealed class Quote(Company company, Clock clock, Story story, Person seller, DealPlan plan)
{
    const int DiscountBp = 2_000;
    const int ValidDays = 14;

    Guid id;

    public async Task Send(Guid accountId, Guid opportunityId, Offered offered)
    {
        // One unit costs one whole unit of its currency: so many thousandths of it make the worth, discount included.
        var list = offered == Offered.AtList ? plan.Worth * 10 : plan.Worth * 100_000 / (10_000 - DiscountBp);
        id = await story.New(seller, "/api/sales/quotes", new
        {
            accountId,
            opportunityId,
            offer = new
            {
                plan.Currency,
                country = "DE",
                validUntil = clock.Date((story.At - clock.Start).Days + ValidDays),
                lines = new[] { new { line = 1, product = "platform", quantity = list, discountBp = offered == Offered.AtList ? 0 : DiscountBp } },
            },
        });
        if (offered == Offered.Discounted)
        {
            await Approve();
        }

        await story.Tell(seller, $"/api/sales/quotes/{id}/send");
    }

    /// <summary>The customer agrees; the quote's id.</summary>
    public async Task<Guid> Accept()
    {
        var version = (await seller.Gate.Ask(HttpMethod.Get, $"/api/sales/quotes/{id}")).GetProperty("versions")[0];
        await story.Tell(seller, $"/api/sales/quotes/{id}/accept",
            new { version = 1, hash = version.GetProperty("hash").GetString(), evidence = $"Letter {plan.Number}" });
        return id;
    }

    public Task Reject(string reason) => story.Tell(seller, $"/api/sales/quotes/{id}/reject", new { reason });

    // Neither who asks nor whose deal it is decides: the head of all sales and whoever leads the team do.
    async Task Approve()
    {
        var asked = (await story.Tell(seller, $"/api/sales/quotes/{id}/approval", new { flow = "standard" })).GetProperty("id").GetGuid();
        var approval = await seller.Gate.Ask(HttpMethod.Get, $"/api/sales/approvals/{asked}");
        var hash = approval.GetProperty("target").GetProperty("hash").GetString();
        await story.Tell(company.ManagerOf(seller), $"/api/sales/approvals/{asked}/decide", new { step = "team", hash, answer = "yes" });
        await story.Tell(company.Head, $"/api/sales/approvals/{asked}/decide", new { step = "head", hash, answer = "yes" });
    }
}

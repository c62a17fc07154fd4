using System.Net;
using System.Text.Json;

namespace CrmSuite.Suite.Tests;

/// <summary>Twelve mistakes that people make: each is told what is wrong and what to do, and none leaves anything half done.</summary>
[Collection(MistakenCompany.Name)]
public sealed class MistakeTests(MistakenCompany company)
{
    static readonly object Evidence = new { kind = "customer-order", stream = "erp.order-1", version = 0 };

    /// <summary>How long something half done would have to show itself (rulings.md 30).</summary>
    static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_stage_is_skipped() =>
        await Refused(409, "opportunity.stage-skipped", "Move it there first", "sales-agent", $"/api/sales/opportunities/{await company.Deal()}/stage", new { stage = "negotiate" });

    [Fact]
    public async Task An_exit_criterion_is_missing() =>
        await Refused(409, "opportunity.criterion-missing", "add a contact in the role 'decider'",
            "sales-agent", $"/api/sales/opportunities/{await company.Deal()}/stage", new { stage = "propose" });

    [Fact]
    public async Task An_amount_is_in_the_wrong_currency() =>
        await Refused(409, "opportunity.other-currency", "Open another one", "sales-agent", $"/api/sales/opportunities/{await company.Deal()}/amount",
            new { amount = new { minor = 5, currency = "USD" }, reason = "scope" });

    [Fact]
    public async Task There_is_no_rate_for_the_day() =>
        await Refused(409, "rate.missing", "Operations publish one at rates", "sales-agent", $"/api/sales/opportunities/{await company.Deal("GBP", "short")}/win",
            new { evidence = Evidence });

    [Fact]
    public async Task Somebody_has_changed_it_meanwhile()
    {
        var deal = await company.Deal();
        await company.Do("sales-manager", $"/api/sales/opportunities/{deal}/amount", new { amount = new { minor = 200_000, currency = "EUR" }, reason = "scope" });
        await Refused(412, "version.stale", "Read it again", "sales-agent", $"/api/sales/opportunities/{deal}/amount",
            new { amount = new { minor = 150_000, currency = "EUR" }, reason = "scope" }, ifMatch: 0);
    }

    [Fact]
    public async Task A_quote_is_changed_after_it_was_sent()
    {
        var quote = await company.Quote();
        await company.Do("sales-agent", $"/api/sales/quotes/{quote}/send", new { });
        await Refused(409, "quote.sent", "Revise the quote", "sales-agent", $"/api/sales/quotes/{quote}/change", new { offer = MistakenCompany.Offer(100) });
    }

    [Fact]
    public async Task A_discount_goes_beyond_the_corridor() =>
        await Refused(409, "quote.approval-needed", "Have this version approved, or give less", "sales-agent", $"/api/sales/quotes/{await company.Quote(5_000)}/send", new { });

    [Fact]
    public async Task Somebody_approves_his_own_quote()
    {
        var (approval, hash) = await company.Approval("sales-manager", "standard");
        await Refused(403, "approval.own", "Somebody else has to decide", "sales-manager", $"/api/sales/approvals/{approval}/decide", new { step = "one", hash, answer = "yes" });
    }

    [Fact]
    public async Task Somebody_approves_a_second_time()
    {
        var (approval, hash) = await company.Approval("sales-agent", "double");
        await company.Do("sales-manager", $"/api/sales/approvals/{approval}/decide", new { step = "one", hash, answer = "yes" });
        await Refused(409, "approval.second-decision", "Somebody else has to decide here", "sales-manager", $"/api/sales/approvals/{approval}/decide",
            new { step = "two", hash, answer = "yes" });
    }

    [Fact]
    public async Task A_customer_is_not_known() =>
        await Refused(404, "customer.unknown", "Register him first", "sales-agent", "/api/sales/accounts", new { customerId = Guid.NewGuid() });

    [Fact]
    public async Task A_lead_is_converted_twice()
    {
        var lead = await company.ConvertedLead();
        await Refused(409, "lead.converted", "Go on there", "sales-operations", $"/api/acquisition/leads/{lead}/convert", new { });
    }

    [Fact]
    public async Task The_wrong_two_are_merged()
    {
        var (one, other) = (await company.Verified("Ann Lee", "1980-01-31"), await company.Verified("Ann Lee", "1991-07-01"));
        await Refused(409, "link.conflict", "Correct and verify the one that is wrong first", "acquisition-operations", "/api/acquisition/links",
            new { one, other, reason = "same-name" });
    }

    async Task Refused(int status, string code, string advice, string person, string path, object body, int? ifMatch = null)
    {
        await company.Suite.AtRest();
        var before = await Heads();
        using var answer = await company.Send(person, path, body, ifMatch);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(advice, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Task.Delay(Aftermath, TestContext.Current.CancellationToken);
        Assert.Equal(before, await Heads());
    }

    // Analytics decides on its own time, and on nothing that was refused.
    async Task<string> Heads()
    {
        var heads = new List<string>();
        foreach (var department in Rest.Departments.Where(name => name != "analytics"))
        {
            heads.Add($"{department} {await company.Suite.Count(department, "select count(*) from journal.events")} of {await company.Suite.Count(department, "select count(*) from journal.streams")}");
        }

        return string.Join(", ", heads);
    }
}

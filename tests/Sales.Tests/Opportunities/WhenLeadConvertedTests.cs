using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Tasks;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;
using static CrmSuite.Sales.Tests.Opportunities.Deals;

namespace CrmSuite.Sales.Tests.Opportunities;

/// <summary>What Sales does with a converted lead: it takes it, whatever it finds.</summary>
public sealed class WhenLeadConvertedTests
{
    static readonly Guid Lead = Guid.Parse("5f0c2a91-7b3d-5e46-8c1f-2d9a0b4e6c73");
    static readonly Guid Person = Guid.Parse("3e9c1b74-5a2d-5c8e-8f16-9d0b7a6c5e43");
    static readonly Guid Organisation = Guid.Parse("0b5f6a0e-2c1d-5e7a-9b41-0c2f3d4e5a61");
    static readonly Guid AccountId = Ids.Derive("account", Lead);

    static readonly LeadConverted Converted = new(Lead, Person, "u-ann", "north", AccountId, Organisation, AccountKind.Organisation, Person, "AT", "de-AT", "retail", "50-249",
        new(Ids.Derive("opportunity", Lead), OpportunityKind.New, new(2099, 6, 30), ["tea"], new(1_000_00, "EUR")), Of(Person, "Tea for all"), Of(Organisation, "Tea Ltd"),
        Of(Person, "Ann Lee"), Of(Person, "ann@example.org"));

    [Fact]
    public async Task A_lead_becomes_an_account_a_person_who_works_there_and_a_deal_once()
    {
        await using var sales = await Start();
        // What is asked for of deals at their first stage refuses nobody who comes from a lead.
        await sales.Ok("sales-operations", "POST", "/fields/opportunity/publish",
            new { fields = new[] { new { key = "seats", type = "number", label = "Seats", requiredFrom = "qualify" } } });

        Assert.Equal(Lead, WhenLeadConverted.Target(Converted));
        Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted));
        Assert.True(Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted)).Repeated);

        var deal = await sales.Ok("sales-agent", "GET", $"/opportunities/{Converted.Opportunity!.OpportunityId}");
        Assert.Equal(("qualify", "u-ann", "north", 1_000_00), (deal.GetProperty("stage").GetString(), deal.GetProperty("ownerId").GetString(),
            deal.GetProperty("ownerTeam").GetString(), deal.GetProperty("amount").GetProperty("minor").GetInt64()));
        var row = Assert.Single((await sales.Ok("sales-agent", "GET", $"/opportunities?accountId={AccountId}")).GetProperty("items").EnumerateArray());
        Assert.Equal(Lead, row.GetProperty("leadId").GetGuid());
        Assert.Equal("Tea Ltd", (await sales.Ok("sales-agent", "GET", $"/accounts/{AccountId}/name")).GetProperty("name").GetString());
        Assert.Equal("ann@example.org", (await sales.Ok("sales-agent", "GET", $"/contacts/{Person}/person")).GetProperty("email").GetString());
        Assert.Single((await sales.Ok("sales-agent", "GET", $"/affiliations?accountId={AccountId}&contactId={Person}")).GetProperty("items").EnumerateArray());
        Assert.Equal(Organisation, (await sales.Ok("sales-agent", "GET", $"/accounts/{AccountId}")).GetProperty("customerId").GetGuid());
    }

    [Fact]
    public async Task What_sales_has_already_is_left_as_it_is()
    {
        await using var sales = await Start();
        var there = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(Shop.CustomerId) });
        await sales.Ok("sales-agent", "POST", "/contacts", new { customerId = await sales.Registered(Person), language = "fr" });

        Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted with { AccountId = there, AccountCustomerId = null, AccountName = null }));

        Assert.Equal(there, await AccountOfDeal(sales));
        Assert.Equal("fr", (await sales.Ok("sales-agent", "GET", $"/contacts/{Person}")).GetProperty("language").GetString());
        Assert.Single((await sales.Ok("sales-agent", "GET", $"/accounts/{there}/timeline")).EnumerateArray());
    }

    [Fact]
    public async Task An_account_that_was_closed_stays_closed_and_its_customer_gets_a_new_one_with_a_task_to_look_why()
    {
        await using var sales = await Start();
        var closed = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(Shop.CustomerId) });
        await sales.Ok("sales-agent", "POST", $"/accounts/{closed}/close", new { reason = "bankrupt" });

        Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted with { AccountId = closed, AccountCustomerId = null, AccountName = null }));

        var opened = await AccountOfDeal(sales);
        Assert.Equal(AccountId, opened);
        Assert.Equal(Shop.CustomerId, (await sales.Ok("sales-agent", "GET", $"/accounts/{opened}")).GetProperty("customerId").GetGuid());
        var task = (await Journal(sales).Load<WorkTask>(Ids.Derive("task", Lead), default)).State;
        Assert.Equal((WorkTaskStatus.Open, new About("account", opened), "u-ann"), (task.Status, task.About, task.AssigneeId));
        Assert.Equal("closed", (await sales.Ok("sales-agent", "GET", $"/accounts/{closed}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_person_who_buys_for_himself_works_for_nobody_and_a_deal_of_no_amount_is_in_the_reporting_currency()
    {
        await using var sales = await Start();

        Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted with
        {
            AccountCustomerId = Person,
            AccountKind = AccountKind.Person,
            AccountName = Of(Person, "Ann Lee"),
            Opportunity = Converted.Opportunity! with { Amount = null },
        }));

        Assert.Equal("EUR", (await sales.Ok("sales-agent", "GET", $"/opportunities/{Converted.Opportunity!.OpportunityId}")).GetProperty("amount").GetProperty("currency").GetString());
        Assert.Empty((await sales.Ok("sales-agent", "GET", $"/affiliations?contactId={Person}")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_deal_before_there_is_a_stage_table_waits_and_leaves_nothing_half_done()
    {
        await using var sales = await SalesService.Start();
        await sales.Adopt();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Hear(sales, Converted));

        Assert.Equal(-1, (await Journal(sales).Load<Account>(AccountId, default)).Version);
        await sales.Publish();
        Assert.IsType<Outcome.Accepted>(await Hear(sales, Converted));
        Assert.True((await Journal(sales).Load<Contact>(Person, default)).State.IsKnown);
    }

    static async Task<DepartmentService> Start()
    {
        var sales = await SalesService.Start();
        await sales.Adopt();
        await sales.Publish();
        return sales;
    }

    /// <summary>As the machinery answers it, when it is heard.</summary>
    static Task<Outcome> Hear(DepartmentService sales, LeadConverted fact)
    {
        var cause = Cause.Rule(nameof(WhenLeadConverted), Ids.Derive("reaction", fact.LeadId), Now) with { Basis = new("consent", "sales-enquiry") };
        return Journal(sales).DecideTogether(ct => WhenLeadConverted.Read(Entries.Heard(fact, Now), cause, Journal(sales), ct), default);
    }

    static IJournal Journal(DepartmentService sales) => sales.App.Services.GetRequiredService<IJournal>();

    static async Task<Guid> AccountOfDeal(DepartmentService sales) =>
        (await sales.Ok("sales-agent", "GET", $"/opportunities/{Converted.Opportunity!.OpportunityId}")).GetProperty("accountId").GetGuid();

    static PersonalData Of(Guid person, string clear) => PersonalData.From(clear).Of(person);
}

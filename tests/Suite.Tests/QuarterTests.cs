using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Demo;

namespace CrmSuite.Suite.Tests;

/// <summary>A quarter of a company, told through the gateway: what is true of it, and that one seed tells one quarter.</summary>
public sealed class QuarterTests(QuarterSuite quarter) : IClassFixture<QuarterSuite>
{
    const int Seed = 1;

    SuiteProcess Suite => quarter.Suite;

    [Fact]
    public async Task Whatever_is_always_true_is_true_of_it()
    {
        var broken = new List<string>();
        foreach (var invariant in Invariant.All)
        {
            await using var connection = await Suite.Connect(invariant.Database);
            broken.AddRange((await invariant.Broken(connection)).Select(row => $"{invariant.Database}: {invariant.Text} {row}"));
        }

        Assert.Empty(broken);
        Assert.InRange(Invariant.All.Count(invariant => invariant.Database == "sales"), 15, int.MaxValue);
    }

    [Fact]
    public async Task Whatever_would_not_be_true_would_be_noticed()
    {
        var noticed = new HashSet<string>();
        foreach (var database in (string[])["sales", "loyalty", "acquisition"])
        {
            await using var copy = await Suite.Connect(database);
            await Invariant.Copy(copy);
            foreach (var invariant in Invariant.All.Where(invariant => invariant.Database == database))
            {
                if (await invariant.IsNoticed(copy))
                {
                    noticed.Add(invariant.Text);
                }
            }
        }

        Assert.Empty(Invariant.All.Select(invariant => invariant.Text).Distinct().Except(noticed));
    }

    [Fact]
    public void One_seed_plans_one_quarter()
    {
        var plans = Quarter.Plans(Seed, 100);
        Assert.Equal(
            [
                "lost EUR 157 180236397", "lost GBP 40 86383411", "lost USD 81 129191171", "open EUR 288 386512210", "open GBP 66 93326907", "open USD 116 164725079",
                "withdrawn EUR 16 23080072", "withdrawn GBP 1 1017018", "withdrawn USD 4 2289221", "won EUR 139 204246148", "won GBP 35 40846300", "won USD 57 65572219",
            ],
            plans.GroupBy(plan => (plan.Fate, plan.Currency))
                .Select(group => $"{group.Key.Fate.ToString().ToLowerInvariant()} {group.Key.Currency} {group.Count()} {group.Sum(plan => plan.Worth)}")
                .Order(StringComparer.Ordinal));
        Assert.Equal((261387188, 35234872, 69), (plans.Sum(plan => plan.Paid), plans.Sum(plan => plan.Returned), plans.Count(plan => plan.Contract is not null)));
        Assert.Equal((99, 141059121), (plans.Count(plan => plan.Invoiced > 0), plans.Sum(plan => plan.Invoiced)));
        Assert.Equal(
            [(LeadFate.New, 862), (LeadFate.Contacted, 781), (LeadFate.Nurturing, 924), (LeadFate.Disqualified, 900), (LeadFate.Recycled, 155), (LeadFate.Rejected, 331),
                (LeadFate.Mql, 177), (LeadFate.Accepted, 270), (LeadFate.Converted, 600)],
            Quarter.Leads(Seed, 100).GroupBy(lead => lead.Fate).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
    }

    [Fact]
    public async Task Its_totals_are_those_that_were_planned()
    {
        var expected = Quarter.Plans(Seed, QuarterSuite.Percent).GroupBy(plan => (plan.Fate, plan.Currency))
            .Select(group => $"{group.Key.Fate.ToString().ToLowerInvariant()} {group.Key.Currency} {group.Count()} {group.Sum(plan => plan.Worth)}");
        var found = (await Suite.Sql("sales", """
            select status, currency, count(*), sum(amount_minor)::bigint from views.opportunity_history where valid_to is null and known_to is null group by 1, 2
            """)).Select(row => string.Join(' ', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_paid_and_given_back_is_what_was_planned()
    {
        var expected = Quarter.Plans(Seed, QuarterSuite.Percent).GroupBy(plan => plan.Currency)
            .Select(group => $"{group.Key} {group.Sum(plan => plan.Paid)} {group.Sum(plan => plan.Returned)}");
        var found = (await Suite.Sql("sales", "select currency, sum(received_minor)::bigint, sum(returned_minor)::bigint from views.order_list group by 1"))
            .Select(row => string.Join(' ', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_accounting_waits_for_is_what_was_invoiced_and_not_paid()
    {
        var expected = Quarter.Plans(Seed, QuarterSuite.Percent).Where(plan => plan.Invoiced > 0)
            .GroupBy(plan => (plan.Currency, IsSettled: plan.Paid == plan.Invoiced))
            .Select(group => $"{group.Key.Currency} {group.Key.IsSettled} {group.Count()} {group.Sum(plan => plan.Invoiced)} {group.Sum(plan => plan.Paid)}");
        var found = (await Suite.Sql("sales", """
            select currency, status = 'settled', count(*), sum(amount_minor)::bigint, sum(paid_minor)::bigint from views.invoice_list
            where valid_to is null and known_to is null group by 1, 2
            """)).Select(row => string.Join(' ', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.NotEqual(0, await Suite.Count("sales", "select count(*) from journal.events where name = 'sales.invoice-fell-overdue.1'"));
    }

    [Fact]
    public async Task Its_leads_stand_where_they_were_planned_to()
    {
        var expected = Quarter.Leads(Seed, QuarterSuite.Percent).GroupBy(plan => plan.Fate == LeadFate.Rejected ? LeadFate.Nurturing : plan.Fate)
            .Select(group => $"{group.Key.ToString().ToLowerInvariant()} {group.Count()}");
        var found = (await Suite.Sql("acquisition", "select status, count(*) from views.lead_board where valid_to is null and known_to is null group by 1")).Select(row => string.Join(' ', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_contracts_came_as_far_as_they_were_planned_to()
    {
        var expected = Quarter.Plans(Seed, QuarterSuite.Percent).Where(plan => plan.Contract is not null)
            .GroupBy(plan => plan.Contract == Agreed.Drafted ? "withdrawn 1 0" : $"signed {(plan.Contract == Agreed.Changed ? 2 : 1)} 2").Select(group => $"{group.Key} {group.Count()}");
        var found = (await Suite.Sql("sales", """
            select case when status in ('signed', 'active', 'expired', 'terminated') then 'signed' else status end, version, jsonb_array_length(signatures), count(*)
            from views.contract_history where valid_to is null and known_to is null group by 1, 2, 3
            """)).Select(row => string.Join(' ', row));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_department_shows_those_together_whom_the_registry_linked()
    {
        var linked = Customers.Duplicates(Quarter.CustomersOf(Seed, QuarterSuite.Percent)).Where(duplicate => duplicate != Duplicate.Declined).ToList();
        Assert.Contains(Duplicate.Undone, linked);
        foreach (var department in Rest.Departments.Except(["analytics"]))
        {
            var shown = (await Suite.Sql(department, "select is_linked, count(*) from views.linked_customers group by 1")).Select(row => string.Join(' ', row));
            Assert.Equal(linked.GroupBy(duplicate => duplicate == Duplicate.Linked).Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal),
                shown.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_bridge_over_the_quarter_closes_at_the_pipeline_of_its_end_to_the_cent()
    {
        var (from, until) = ($"{quarter.Start:yyyy-MM-dd}T00:00:00Z", $"{quarter.Start.AddDays(90):yyyy-MM-dd}T00:00:00Z");
        var bridge = await Suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/opportunities/bridge?from={from}&until={until}");
        long Minor(string name) => bridge.GetProperty(name).GetInt64();
        var bars = bridge.GetProperty("bars").EnumerateArray().ToDictionary(bar => bar.GetProperty("bar").GetString()!, bar => bar.GetProperty("amountMinor").GetInt64());
        Assert.Equal(Minor("closingMinor"), Minor("openingMinor") + bars.Values.Sum());
        Assert.All(["new", "won", "lost", "reopened", "fx"], bar => Assert.NotEqual(0, bars[bar]));
        foreach (var (at, name) in (IEnumerable<(string, string)>)[(from, "openingMinor"), (until, "closingMinor")])
        {
            var pipeline = await Suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/opportunities/pipeline?asOf={at}");
            Assert.Equal(Minor(name), pipeline.GetProperty("reportMinor").GetInt64());
        }
    }

    [Fact]
    public async Task Told_again_it_adds_nothing()
    {
        var before = await Facts();
        await Quarter.Tell(quarter.Options(), _ => { }, TestContext.Current.CancellationToken);
        await Suite.AtRest();
        Assert.Equal(before, await Facts());

        // Analytics finds what it finds on its own time.
        async Task<long> Facts() => await Suite.Facts() - await Suite.Count("analytics", "select count(*) from journal.events");
    }

    [Fact]
    public void It_shows_how_far_it_is_and_the_suite_answers_others_meanwhile()
    {
        Assert.Matches(@"demonstration: day \d+ of 90, [\d,]+ of [\d,]+ stories told", Suite.Output);
        // A view that is behind says so within two seconds, and is asked again: nobody waits for the whole quarter.
        Assert.InRange(quarter.Answers.Count, 2, int.MaxValue);
        Assert.All(quarter.Answers, answer => Assert.InRange(answer, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
    }
}

using System.Globalization;
using System.Text.Json;

namespace CrmSuite.Suite.Tests;

/// <summary>What the suite must show on the Online Retail file, each figure beside one that is computed from the file alone.</summary>
public sealed class RetailTests(RetailSuite retail) : IClassFixture<RetailSuite>
{
    static readonly TimeZoneInfo London = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

    static readonly IReadOnlyList<Invoice> Orders = [.. Invoice.All.Where(invoice => !invoice.Cancelled)];

    static readonly IReadOnlyList<Invoice> Credits = [.. Invoice.All.Where(invoice => invoice.Cancelled)];

    SuiteProcess Suite => retail.Suite;

    [Fact]
    public void Every_row_is_accepted_once_whatever_was_killed_and_a_second_time_none()
    {
        SkipWithoutData();
        Assert.Equal((Invoice.All.Count, Invoice.All.Count, 0, 0), Counts(retail.First));
        Assert.Equal((Invoice.All.Count, 0, Invoice.All.Count, 0), Counts(retail.Second));
    }

    [Fact]
    public async Task Sales_the_store_and_Analytics_hold_the_same_orders_and_credits()
    {
        SkipWithoutData();
        Assert.Equal((18_532, 4_338, 891_140_790L), (Orders.Count, Orders.Select(order => order.Customer).Distinct().Count(), Minor(Orders.Sum(order => order.Revenue))));
        Assert.Equal((3_654, 61_134_209L), (Credits.Count, Minor(Credits.Sum(credit => -credit.Revenue))));
        const string Journal = """
            select count(*), count(distinct data->>'customerId'), sum(coalesce((data->'total'->>'minor')::bigint, (data->'amount'->>'minor')::bigint)) from journal.events where name = '{0}'
            """;
        const string Store = """
            select count(*), count(distinct j->>'customerId'), sum(coalesce((j->'total'->>'minor')::bigint, (j->'amount'->>'minor')::bigint))
            from (select convert_from(data, 'UTF8')::json as j from store.events where type = '{0}') e
            """;
        foreach (var (name, facts) in (IEnumerable<(string, IReadOnlyList<Invoice>)>)[("sales.order-placed.1", Orders), ("sales.credit-issued.1", Credits)])
        {
            object[] expected = [(long)facts.Count, (long)facts.Select(fact => fact.Customer).Distinct().Count(), (decimal)Minor(Math.Abs(facts.Sum(fact => fact.Revenue)))];
            Assert.Equal(expected, (await Suite.Sql("sales", string.Format(CultureInfo.InvariantCulture, Journal, name))).Single());
            Assert.Equal(expected, (await Suite.Sql("eventstore", string.Format(CultureInfo.InvariantCulture, Store, name))).Single());
        }

        Assert.Equal([18_532L, 4_338L, 891_140_790m], (await Suite.Sql("analytics", "select count(*), count(distinct customer_id), sum(amount_minor) from analytics.customer_orders")).Single());
        Assert.Equal([3_654L, 61_134_209m], (await Suite.Sql("analytics", "select count(*), sum(amount_minor) from analytics.customer_credits")).Single());
    }

    [Fact]
    public async Task Every_customer_is_registered_once_provisionally()
    {
        SkipWithoutData();
        Assert.Equal(4_371, Invoice.All.Select(invoice => invoice.Customer).Distinct().Count());
        Assert.Equal(33, Credits.Select(credit => credit.Customer).Except(Orders.Select(order => order.Customer)).Count());
        await SuiteProcess.Until("all are registered", async () => await Suite.Count("acquisition", "select count(*) from journal.streams where noun = 'customer'") >= 4_371);
        Assert.Equal([4_371L, 4_371L], (await Suite.Sql("acquisition", "select count(*), count(distinct id) from journal.events where name = 'acquisition.customer-registered.1'")).Single());
        Assert.Equal(retail.Ids.Values.Order(), (await Suite.Sql("acquisition", "select id from journal.streams where noun = 'customer'")).Select(row => (Guid)row[0]!).Order());
    }

    [Fact]
    public async Task Every_stream_counts_from_zero_without_a_gap_or_a_twin()
    {
        SkipWithoutData();
        Assert.Equal(0, await Suite.Count("eventstore", """
            select count(*) from (select stream from store.events where type not like '$%' group by stream
                having min(revision) <> 0 or max(revision) <> count(*) - 1 or count(distinct revision) <> count(*) or count(distinct id) <> count(*)) broken
            """));
        foreach (var department in (string[])["acquisition", "sales", "loyalty"])
        {
            Assert.Equal(0, await Suite.Count(department, """
                select count(*) from (select id, noun from journal.events group by id, noun having min(version) <> 0 or max(version) <> count(*) - 1 or count(distinct event_id) <> count(*)) broken
                """));
        }
    }

    [Fact]
    public async Task Every_customer_has_the_points_of_his_orders_less_his_credits()
    {
        SkipWithoutData();
        var expected = Invoice.All.GroupBy(invoice => retail.Ids[invoice.Customer]).ToDictionary(
            group => group.Key, group => group.Sum(invoice => invoice.Cancelled ? -(long)decimal.Floor(-invoice.Revenue) : (long)decimal.Floor(invoice.Revenue)));
        IReadOnlyDictionary<Guid, long> found = new Dictionary<Guid, long>();
        await SuiteProcess.Until("Loyalty has answered every order and credit", async () =>
        {
            found = (await Suite.Sql("loyalty", "select customer_id, available - debt from views.points_balance")).ToDictionary(row => (Guid)row[0]!, row => (long)row[1]!);
            return expected.All(pair => pair.Value == found.GetValueOrDefault(pair.Key));
        }, TimeSpan.FromMinutes(2));
        Assert.All(found, pair => Assert.Equal(expected[pair.Key], pair.Value));
    }

    [Fact]
    public async Task Recency_frequency_and_money_equal_a_computation_over_the_file()
    {
        SkipWithoutData();
        var asOf = new DateOnly(2011, 12, 10);
        var customers = Orders.GroupBy(order => order.Customer).Select(group => (
            Id: retail.Ids[group.Key],
            Recency: asOf.DayNumber - DateOnly.FromDateTime(group.Max(order => order.Local)).DayNumber,
            Frequency: group.Count(),
            Money: Minor(group.Sum(order => order.Revenue)))).ToList();
        // PostgreSQL orders UUIDs by their bytes, as their text does.
        int[] Fifths(Func<(Guid Id, int Recency, int Frequency, long Money), long> value)
        {
            var ranked = customers.Select((customer, index) => (customer, index)).OrderBy(pair => value(pair.customer)).ThenBy(pair => pair.customer.Id.ToString(), StringComparer.Ordinal).ToList();
            var scores = new int[customers.Count];
            for (var rank = 0; rank < ranked.Count; rank++)
            {
                scores[ranked[rank].index] = Ntile(rank, ranked.Count);
            }

            return scores;
        }

        var (r, f, m) = (Fifths(customer => -customer.Recency), Fifths(customer => customer.Frequency), Fifths(customer => customer.Money));
        var expected = customers.Select((customer, index) => $"{customer.Id},{customer.Recency},{customer.Frequency},{customer.Money},{r[index]},{f[index]},{m[index]}").Order(StringComparer.Ordinal);
        var found = (await Csv("/api/analytics/rfm?asOf=2011-12-10&format=csv")).Select(row => string.Join(',', row["customer_id"], row["recency_days"], row["frequency"], row["money_minor"], row["r"], row["f"], row["m"]));
        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Cohorts_equal_a_computation_over_the_file()
    {
        SkipWithoutData();
        static DateOnly Month(DateTime at) => new(at.Year, at.Month, 1);
        var cohorts = Orders.GroupBy(order => order.Customer).GroupBy(group => Month(group.Min(order => order.Local)));
        var expected =
            from cohort in cohorts
            let size = cohort.Count()
            from since in Enumerable.Range(0, ((2011 - cohort.Key.Year) * 12) + 12 - cohort.Key.Month + 1)
            let month = cohort.Key.AddMonths(since)
            select $"{cohort.Key:yyyy-MM-dd},{since},{size},{cohort.Count(customer => customer.Any(order => Month(order.Local) == month))},{(month < new DateOnly(2011, 12, 1) ? "true" : "false")}";
        var found = (await Csv("/api/analytics/cohorts?format=csv")).Select(row => string.Join(',', row["cohort_month"], row["months_since"], row["cohort_size"], row["customers"], row["complete"]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Contains("2010-12-01,11,885,445,true", found);
        Assert.Contains("2010-12-01,12,885,235,false", found);
    }

    [Fact]
    public async Task Revenue_by_month_equals_a_computation_over_the_file()
    {
        SkipWithoutData();
        var expected = Invoice.All.GroupBy(invoice => new DateOnly(invoice.Local.Year, invoice.Local.Month, 1)).Select(month =>
        {
            var (orders, credits) = (month.Where(invoice => !invoice.Cancelled).ToList(), month.Where(invoice => invoice.Cancelled).ToList());
            var (ordered, credited) = (Minor(orders.Sum(order => order.Revenue)), Minor(credits.Sum(credit => -credit.Revenue)));
            return $"{month.Key:yyyy-MM-dd},GBP,{orders.Count},{ordered},{credits.Count},{credited},{ordered - credited}";
        });
        var found = (await Csv("/api/analytics/revenue?format=csv")).Select(row =>
            string.Join(',', row["month"], row["currency"], row["orders"], row["ordered_minor"], row["credits"], row["credited_minor"], row["net_minor"]));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Business_time_is_the_time_of_the_order_in_London()
    {
        SkipWithoutData();
        var times = (await Suite.Sql("sales", "select data->>'number', occurred_at from journal.events where name = 'sales.order-placed.1'")).ToDictionary(row => (string)row[0]!, row => (DateTime)row[1]!);
        Assert.All(Orders, order => Assert.Equal(TimeZoneInfo.ConvertTimeToUtc(order.Local, London), times[order.Number]));
    }

    [Fact]
    public async Task An_official_client_reads_the_whole_history_with_the_right_counts()
    {
        SkipWithoutData();
        // Analytics trains and publishes on its own time; what the file led to is at rest.
        var expected = (await Suite.Sql("eventstore", "select type, count(*) from store.events where type not like '$%' and type not like 'analytics.%' group by type")).ToDictionary(row => (string)row[0]!, row => (long)row[1]!);
        foreach (var package in (string[])["@eventstore/db-client", "@kurrent/kurrentdb-client"])
        {
            var counts = JsonSerializer.Deserialize<Dictionary<string, long>>(await NodeClients.Run("history.mjs", package, Suite.EventStore))!;
            Assert.Equal(
                expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                counts.Where(pair => !pair.Key.StartsWith("analytics.", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_history_verifies_from_its_first_event_to_its_last()
    {
        SkipWithoutData();
        await SuiteProcess.Until("heads are signed, which happens once a minute", async () => await Suite.Count("eventstore", "select count(*) from store.heads") > 0);
        var (code, output) = await Commands.Dotnet(
            "services/EventStore", "CrmSuite.EventStore.dll", ["verify", "--connection", Suite.EventStore], new Dictionary<string, string> { ["Verify__Folder"] = Suite.Data("verify") });
        Assert.True(code == 0, output);
        Assert.Matches("^[1-9][0-9]+ facts in [1-9][0-9]* packs, [1-9][0-9]* signed heads", output);
    }

    static void SkipWithoutData() => Assert.SkipWhen(Invoice.Missing, Invoice.WhyMissing);

    static (int, int, int, int) Counts(JsonElement import) => (Number(import, "read"), Number(import, "accepted"), Number(import, "repeated"), Number(import, "refused"));

    static int Number(JsonElement import, string name) => import.GetProperty(name).GetInt32();

    static long Minor(decimal amount) => (long)(amount * 100);

    // Equal fifths of the rank as SQL's ntile makes them: the first groups are the larger ones.
    static int Ntile(int rank, int count)
    {
        var (size, larger) = (count / 5, count % 5);
        return rank < larger * (size + 1) ? (rank / (size + 1)) + 1 : larger + ((rank - (larger * (size + 1))) / size) + 1;
    }

    async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> Csv(string path)
    {
        var lines = (await Suite.Http.GetStringAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(',')).ToList();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second))];
    }
}

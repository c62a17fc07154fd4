using CrmSuite.Analytics.Revenue;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;

namespace CrmSuite.Analytics.Tests.Revenue;

/// <summary>The months of the file, counted straight from its rows and their local times, against those of the folded tables.</summary>
public sealed class RevenueMonthTests(OnlineRetail retail)
{
    [Fact]
    public async Task Every_month_is_what_the_file_says()
    {
        var company = await retail.Company;
        var found = await company.Rows<RevenueMonth>(RevenueMonth.AsOf(Moment.Ever, Moment.Ever, "Europe/London"), "month, currency");
        Assert.Equal(FromFile(ReferenceData.OnlineRetail()), found);
        Assert.Equal((18_532L, 891_140_790L), (found.Sum(month => month.Orders), found.Sum(month => month.OrderedMinor)));
        Assert.Equal((3_654L, 61_134_209L), (found.Sum(month => month.Credits), found.Sum(month => month.CreditedMinor)));
        Assert.False(found[^1].Complete);
    }

    [Fact]
    public async Task As_of_a_past_day_it_is_the_file_up_to_that_day()
    {
        var company = await retail.Company;
        foreach (var day in (DateTime[])[new(2010, 12, 24), new(2011, 3, 28), new(2011, 6, 8), new(2011, 10, 31)])
        {
            var until = day.AddDays(1);
            Assert.Equal(
                FromFile([.. ReferenceData.OnlineRetail().Where(invoice => invoice.LocalTime < until)]),
                await company.Rows<RevenueMonth>(
                    RevenueMonth.AsOf(OnlineRetail.Utc(until).AddMicroseconds(-1), Moment.Ever, "Europe/London"), "month, currency"));
        }
    }

    [Fact]
    public async Task The_view_of_the_analysts_says_the_same()
    {
        var company = await retail.Company;
        var view = await company.Query("select orders, net_minor from analytics.revenue_by_month order by month");
        Assert.Equal(FromFile(ReferenceData.OnlineRetail()).Select(month => (month.Orders, month.NetMinor)), view.Select(row => ((long)row[0]!, (long)row[1]!)));
    }

    static List<RevenueMonth> FromFile(IReadOnlyList<Invoice> invoices)
    {
        var months = new SortedDictionary<DateOnly, (List<Invoice> Orders, List<Invoice> Credits)>();
        foreach (var invoice in invoices)
        {
            var month = new DateOnly(invoice.LocalTime.Year, invoice.LocalTime.Month, 1);
            months.TryAdd(month, ([], []));
            (invoice.Cancelled ? months[month].Credits : months[month].Orders).Add(invoice);
        }

        var last = invoices.Max(invoice => invoice.LocalTime);
        long Pence(IEnumerable<Invoice> rows) => rows.Sum(row => (long)Math.Abs(row.Revenue * 100));
        return [.. months.Select(month => new RevenueMonth(month.Key, "GBP", month.Value.Orders.Count, month.Value.Orders.Select(order => order.Customer).Distinct().Count(),
            Pence(month.Value.Orders), 0, 0, month.Value.Credits.Count, Pence(month.Value.Credits), Pence(month.Value.Orders) - Pence(month.Value.Credits),
            month.Key.AddMonths(1).ToDateTime(TimeOnly.MinValue) <= last))];
    }
}

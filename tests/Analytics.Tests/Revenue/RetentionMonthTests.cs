using CrmSuite.Analytics.Revenue;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;

namespace CrmSuite.Analytics.Tests.Revenue;

/// <summary>The cohorts of the file, counted customer by customer, against those of the folded tables.</summary>
public sealed class RetentionMonthTests(OnlineRetail retail)
{
    const string Order = "cohort_month, months_since";

    [Fact]
    public async Task Every_cell_is_what_the_file_says()
    {
        var company = await retail.Company;
        var found = await company.Rows<RetentionMonth>(RetentionMonth.AsOf(Moment.Ever, Moment.Ever, "Europe/London"), Order);
        Assert.Equal(FromFile(ReferenceData.OnlineRetail()), found);
        Assert.Equal([885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235], found.Where(row => row.CohortMonth == new DateOnly(2010, 12, 1)).Select(row => row.Customers));
        Assert.Equal([242, 42, 38, 64, 56, 81, 23], found.Where(row => row.CohortMonth == new DateOnly(2011, 6, 1)).Select(row => row.Customers));
        Assert.All(found, row => Assert.Equal(row.Month != new DateOnly(2011, 12, 1), row.Complete));
    }

    [Fact]
    public async Task As_of_a_past_day_it_is_the_file_up_to_that_day()
    {
        var company = await retail.Company;
        foreach (var until in (DateTime[])[new(2010, 12, 25), new(2011, 3, 29), new(2011, 7, 1)])
        {
            Assert.Equal(
                FromFile([.. ReferenceData.OnlineRetail().Where(invoice => invoice.LocalTime < until)]),
                await company.Rows<RetentionMonth>(RetentionMonth.AsOf(OnlineRetail.Utc(until).AddMicroseconds(-1), Moment.Ever, "Europe/London"), Order));
        }
    }

    static List<RetentionMonth> FromFile(IReadOnlyList<Invoice> invoices)
    {
        static int Number(DateTime time) => (time.Year * 12) + time.Month - 1;
        static DateOnly Month(int number) => new(number / 12, (number % 12) + 1, 1);
        var orders = invoices.Where(invoice => !invoice.Cancelled).ToList();
        var last = orders.Max(order => order.LocalTime);
        var months = orders.GroupBy(order => order.Customer).Select(customer => customer.Select(order => Number(order.LocalTime)).Distinct().Order().ToArray()).ToList();
        var rows = new List<RetentionMonth>();
        foreach (var cohort in months.GroupBy(active => active[0]).OrderBy(group => group.Key))
        {
            for (var month = cohort.Key; month <= Number(last); month++)
            {
                rows.Add(new(Month(cohort.Key), month - cohort.Key, Month(month), cohort.Count(), cohort.Count(active => active.Contains(month)),
                    Month(month + 1).ToDateTime(TimeOnly.MinValue) <= last));
            }
        }

        return rows;
    }
}

using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;

namespace CrmSuite.Analytics.Tests.Rfm;

/// <summary>RFM of the file, ranked by hand, against that of the folded tables. Ties go in the order of customer_id, as the data set's README says.</summary>
public sealed class RfmRowTests(OnlineRetail retail)
{
    static readonly DateTime End = new(2011, 12, 10);

    [Fact]
    public async Task Every_row_is_what_the_file_says()
    {
        var found = await AsOf(await retail.Company, End);
        Assert.Equal(FromFile(ReferenceData.OnlineRetail(), End), found);
        Assert.Equal((348, 185), (found.Count(row => row.Cell == "555"), found.Count(row => row.Cell == "111")));
        Assert.Equal(93.06, found.Average(row => row.RecencyDays), 0.005);
        Assert.Equal((1, 374, 209), (found.Min(row => row.RecencyDays), found.Max(row => row.RecencyDays), found.Max(row => row.Frequency)));
        Assert.Equal(2_054.27, found.Average(row => row.MoneyMinor / 100.0), 0.005);
        var money = found.Select(row => row.MoneyMinor).OrderDescending().ToList();
        Assert.Equal(0.7459, money.Take(money.Count / 5).Sum() / (double)money.Sum(), 0.0005);
    }

    [Fact]
    public async Task As_of_five_past_days_it_is_a_run_on_the_truncated_file()
    {
        var company = await retail.Company;
        foreach (var day in (DateTime[])[new(2010, 12, 2), new(2011, 1, 31), new(2011, 3, 27), new(2011, 6, 8), new(2011, 11, 30)])
        {
            Assert.Equal(FromFile([.. ReferenceData.OnlineRetail().Where(invoice => invoice.LocalTime < day)], day), await AsOf(company, day));
        }
    }

    [Fact]
    public async Task One_customer_keeps_his_rank_among_all()
    {
        var company = await retail.Company;
        foreach (var row in (await AsOf(company, End)).Take(3))
        {
            var select = RfmRow.AsOf(OnlineRetail.Utc(End), Moment.Ever, "Europe/London", "GBP", row.CustomerId);
            Assert.Equal([row], await company.Rows<RfmRow>(select, "customer_id"));
        }
    }

    static Task<IReadOnlyList<RfmRow>> AsOf(Company company, DateTime local) =>
        company.Rows<RfmRow>(RfmRow.AsOf(OnlineRetail.Utc(local), Moment.Ever, "Europe/London", "GBP"), "customer_id");

    static List<RfmRow> FromFile(IReadOnlyList<Invoice> invoices, DateTime day)
    {
        var customers = invoices.Where(invoice => !invoice.Cancelled).GroupBy(invoice => invoice.Customer).Select(group => (
            Customer: group.Key,
            Recency: (day.Date - group.Max(invoice => invoice.LocalTime).Date).Days,
            Frequency: group.Count(),
            Money: (long)(group.Sum(invoice => invoice.Revenue) * 100))).ToList();
        var (r, f, m) = (Fifths(customers.OrderByDescending(one => one.Recency)), Fifths(customers.OrderBy(one => one.Frequency)), Fifths(customers.OrderBy(one => one.Money)));
        return [.. customers.OrderBy(one => one.Customer)
            .Select(one => new RfmRow(ReferenceData.CustomerId(one.Customer), one.Recency, one.Frequency, one.Money, r[one.Customer], f[one.Customer], m[one.Customer]))];
    }

    /// <summary>Five groups of the rank, the first ones one larger where it does not come out even.</summary>
    static Dictionary<int, int> Fifths(IOrderedEnumerable<(int Customer, int Recency, int Frequency, long Money)> ranked)
    {
        var order = ranked.ThenBy(one => one.Customer).Select(one => one.Customer).ToList();
        var (size, larger) = (order.Count / 5, order.Count % 5);
        var scores = new Dictionary<int, int>();
        for (int score = 1, at = 0; score <= 5; score++)
        {
            foreach (var customer in order.Skip(at).Take(size + (score <= larger ? 1 : 0)))
            {
                scores[customer] = score;
                at++;
            }
        }

        return scores;
    }
}

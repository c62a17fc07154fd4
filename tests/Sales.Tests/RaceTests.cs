using System.Net;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests;

public sealed class RaceTests
{
    const int Callers = 8;
    const int Rounds = 5;

    [Fact]
    public async Task Of_many_who_decide_on_the_same_version_at_once_one_is_heard_and_the_others_are_told_that_it_is_stale()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var id = await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = Euro(1), closeDate = "2099-06-30" });
        for (var round = 0; round < Rounds; round++)
        {
            var version = await Version(sales, id);
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
                sales.Send("sales-agent", "POST", $"/opportunities/{id}/amount", new { amount = Euro(1_000 * (round + 1) + caller), reason = "asked" }, version)));

            var heard = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Equal($"\"{version + 1}\"", heard.Headers.ETag!.Tag);
            foreach (var stale in answers.Where(answer => answer != heard))
            {
                Assert.Equal("412 version.stale", await stale.Problem());
            }

            Assert.Equal(version + 1, await Version(sales, id));
        }
    }

    [Fact]
    public async Task Those_who_name_no_version_are_all_heard_one_after_the_other()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered() });
        var id = await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = Euro(1), closeDate = "2099-06-30" });
        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            sales.Send("sales-agent", "POST", $"/opportunities/{id}/rivals", new { rival = $"rival-{caller}" })));

        var heard = answers.Count(answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            Assert.Equal("409 conflict", await refused.Problem());
        }

        Assert.InRange(heard, 1, Callers);
        Assert.Equal(heard, await Version(sales, id));
    }

    static async Task<int> Version(DepartmentService sales, Guid id)
    {
        using var found = await sales.Send("sales-agent", "GET", $"/opportunities/{id}");
        return int.Parse(found.Headers.ETag!.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
    }

    static object Euro(long minor) => new { minor, currency = "EUR" };
}

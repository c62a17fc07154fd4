using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Tasks;
using CrmSuite.Sales.Tests.Opportunities;
using CrmSuite.Sales.Timelines;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Timelines;

public sealed class TimelineTests
{
    [Fact]
    public void An_event_stands_in_the_timeline_of_each_noun_that_it_names_once()
    {
        Assert.Equal(Sorted(Deals.Id, Deals.Shop.AccountId, Deals.Shop.CustomerId), Subjects<Opportunity>(Deals.Id, Deals.Opened));
        var contact = Guid.NewGuid();
        Assert.Equal(Sorted(Deals.Id, Deals.Shop.CustomerId, contact),
            Subjects<Opportunity>(Deals.Id, new OpportunityContactAdded(Deals.Id, Deals.Shop.CustomerId, contact, ContactRole.Buyer)));
        var task = Ids.Derive("task", "1");
        Assert.Equal(Sorted(task, Deals.Id, Deals.Shop.CustomerId),
            Subjects<WorkTask>(task, new TaskDropped(task, new("opportunity", Deals.Id), Deals.Shop.CustomerId, "mistake")));
        Assert.Equal(Sorted(task, Deals.Id), Subjects<WorkTask>(task, new TaskDropped(task, new("lead", Deals.Id), null, "mistake")));
    }

    [Fact]
    public async Task One_timeline_of_an_account_tells_of_its_deals_tasks_and_notes_page_by_page_without_a_personal_word()
    {
        await using var sales = await SalesService.Start();
        await sales.Publish();
        var account = await sales.Id("sales-agent", "/accounts", new { customerId = await sales.Registered(), country = "AT" });
        var ann = await sales.Id("sales-agent", "/contacts", new { language = "de" });
        var deal = await sales.Id("sales-agent", "/opportunities", new { accountId = account, amount = new { minor = 1, currency = "EUR" }, closeDate = "2099-06-30" });
        await sales.Ok("sales-agent", "POST", $"/opportunities/{deal}/contacts", new { contactId = ann, role = "decider" });
        await sales.Ok("sales-agent", "POST", "/tasks/log", new { kind = "visit", about = new { noun = "opportunity", id = deal }, outcome = "met", text = "Cake", basis = SalesService.Basis });
        await sales.Ok("sales-agent", "POST", "/notes", new { about = new { noun = "account", id = account }, text = "Strong tea", basis = SalesService.Basis });

        Assert.Equal(["note-written", "task-done", "task-opened", "opportunity-contact-added", "opportunity-opened", "account-opened", "customer-heard"], await Told(account));
        Assert.Equal(["task-done", "task-opened", "opportunity-contact-added", "opportunity-opened"], await Told(deal));
        Assert.Equal(["opportunity-contact-added", "contact-added"], await Told(ann));
        Assert.Empty(await Told(Guid.NewGuid()));
        using var csv = await sales.Send("sales-agent", "GET", $"/timelines/{deal}?format=csv");
        Assert.Equal(5, (await csv.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n").Length);

        async Task<List<string>> Told(Guid id)
        {
            var told = new List<string>();
            string? after = null;
            do
            {
                var page = await sales.Ok("sales-agent", "GET", $"/timelines/{id}?size=4{(after is null ? "" : $"&after={after}")}");
                Assert.DoesNotMatch("Cake|Strong", page.GetRawText());
                told.AddRange(page.GetProperty("items").EnumerateArray().Select(moment => moment.GetProperty("name").GetString()!["sales.".Length..^2]));
                after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (after is not null);

            return told;
        }
    }

    static List<Guid> Subjects<TState>(Guid id, Event fact) where TState : class, Journal.IFold<TState>
    {
        var entry = Assert.Single(Entries.Of<TState>(id, (Deals.Now, fact)));
        return [.. Timeline.Keys(entry).Select(key => Timeline.Fold(key, null, entry)!.SubjectId).Order()];
    }

    static List<Guid> Sorted(params Guid[] ids) => [.. ids.Order()];
}

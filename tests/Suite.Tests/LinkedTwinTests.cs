using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CrmSuite.Suite.Tests;

/// <summary>
/// Rulings 8 and 32 once over real databases, the bus and the gateway: two customers are linked, worked with, also from the joint card, and taken apart; two others
/// are worked with alike and never linked. What the departments list is the same then, except what was made from the joint card, which is listed.
/// </summary>
[Collection(MistakenCompany.Name)]
public sealed partial class LinkedTwinTests(MistakenCompany company)
{
    const int Seed = 32;

    static readonly object Basis = new { kind = "contract", purpose = "sales" };

    /// <summary>What a customer is asked for in every department.</summary>
    static readonly string[] Lists =
    [
        "/api/acquisition/leads?customerId={0}", "/api/sales/accounts?customerId={0}", "/api/sales/opportunities?accountId={1}",
            "/api/sales/quotes?customerId={0}",
        "/api/sales/contracts?customerId={0}", "/api/sales/orders?customerId={0}", "/api/sales/credits?customerId={0}", "/api/sales/invoices?customerId={0}",
            "/api/sales/tasks?customerId={0}",
        "/api/sales/notes?customerId={0}", "/api/sales/timelines/{0}", "/api/service/cases?customerId={0}",
    ];

    readonly Dictionary<Guid, Guid> twinOf = [];
    readonly HashSet<Guid> joint = [];

    [Fact]
    public async Task Linked_worked_with_and_unlinked_two_customers_are_in_every_department_the_twins_who_never_were()
    {
        var random = new Random(Seed);
        var pair = new[] { await Begin("Ann Lee"), await Begin("Ann Leigh") };
        var twins = new[] { await Begin("Ann Lee"), await Begin("Ann Leigh") };
        foreach (var (mine, his) in pair.Zip(twins))
        {
            (twinOf[his.Id], twinOf[his.Account]) = (mine.Id, mine.Account);
        }

        var number = 0;
        async Task OfEveryDay()
        {
            foreach (var act in Acts.OrderBy(_ => random.Next()).ToList())
            {
                foreach (var (mine, his) in pair.Zip(twins))
                {
                    var made = await act(this, mine, number, null);
                    twinOf[await act(this, his, number, null)] = made;
                    number++;
                }
            }
        }

        await OfEveryDay();
        var link = await company.New("acquisition-operations", "/api/acquisition/links", new { one = pair[0].Id, other = pair[1].Id, reason = "same-person" });
        await company.Suite.AtRest();
        foreach (var act in Acts)
        {
            joint.Add(await act(this, pair[0], number++, link));
        }

        await OfEveryDay();
        Assert.Equal(await Rows("/api/sales/orders?customerId={0}", pair[0]), await Rows("/api/sales/orders?customerId={0}", pair[1]));
        Assert.Equal(await Rows("/api/service/cases?customerId={0}", pair[0]), await Rows("/api/service/cases?customerId={0}", pair[1]));

        await company.Do("acquisition-operations", $"/api/acquisition/links/{link}/undo", new { reason = "mother-and-daughter" });
        await company.Suite.AtRest();
        using (var late = await company.Send(null, "/api/service/cases", new { customerId = pair[0].Id, channel = "phone", kind = "fault" }, via: link))
        {
            Assert.Contains("link.not-in-force", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await OfEveryDay();
        await company.Suite.AtRest();
        foreach (var (mine, his) in pair.Zip(twins))
        {
            foreach (var list in Lists)
            {
                var (rows, alike) = (await Rows(list, mine), await Rows(list, his));
                Assert.NotEmpty(alike);
                Assert.Equal(alike, rows.Where(row => !IsOfLink(row)));
            }
        }

        await TheSameInSums(pair, twins, link);
    }

    /// <summary>It was made from the joint card, or says that Sales has heard of the link.</summary>
    bool IsOfLink(string row) => row.Contains("link-adopted", StringComparison.Ordinal) || joint.Any(made => row.Contains($"{made}", StringComparison.Ordinal));

    /// <summary>What is summed up differs by what was made from the joint card, which is listed, and by nothing else.</summary>
    async Task TheSameInSums(Person[] pair, Person[] twins, Guid link)
    {
        var told = new List<Guid>();
        foreach (var department in Rest.Departments)
        {
            told.AddRange((await company.Suite.Sql(department,
                $"select event_id from journal.events where meta::jsonb ->> 'viaLink' = '{link}'")).Select(row => (Guid)row[0]!));
        }

        List<JsonElement> facts = [];
        await SuiteProcess.Until("Analytics lists what was made from the joint card", async () =>
            (facts = await Items($"/api/analytics/links/{link}/facts?size=200")).Count >= told.Count);
        Assert.Equal(told.Order(), facts.Select(fact => fact.GetProperty("eventId").GetGuid()).Order());
        string[] names = [.. facts.Select(fact => fact.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(JointFacts.Order(StringComparer.Ordinal), names);

        Assert.Equal(await Points(twins[1]), await Points(pair[1]));
        // The order of the joint card earned 25 of them; five were spent from it.
        Assert.Equal(await Points(twins[0]) + 20, await Points(pair[0]));
        Assert.Equal(await Orders(twins[1]), await Orders(pair[1]));
        Assert.Equal(await Orders(twins[0]) + 1, await Orders(pair[0]));
    }

    /// <summary>One of each: what it makes is answered, so that it can be found again.</summary>
    static readonly IReadOnlyList<Func<LinkedTwinTests, Person, int, Guid?, Task<Guid>>> Acts =
    [
        async (t, who, n, via) =>
        {
            var order = await t.New("/api/sales/orders", new { source = who.Source, number = $"n-{n}", total = Euro(2_500), customerId = who.Id }, via);
            await t.Done($"/api/sales/orders/{order}/payments", new { amount = Euro(2_500) }, via);
            return order;
        },
        (t, who, n, via) => t.New("/api/sales/credits", new { source = who.Source, number = $"c-{n}", amount = Euro(1), customerId = who.Id }, via),
        (t, who, n, via) => t.New("/api/sales/invoices", new { source = who.Source, number = $"i-{n}", amount = Euro(2_500), invoicedOn = "2026-01-02",
            dueOn = "2099-01-31", customerId = who.Id, accountId = who.Account }, via),
        (t, who, n, via) => t.New("/api/sales/opportunities", new { accountId = who.Account, amount = Euro(5_000 + n), closeDate = "2099-06-30",
            stages = "short" }, via),
        async (t, who, n, via) =>
        {
            var quote = await t.New("/api/sales/quotes", new { accountId = who.Account, offer = MistakenCompany.Offer(100) }, via);
            await t.Done($"/api/sales/quotes/{quote}/send", new { }, via);
            return quote;
        },
        (t, who, n, via) => t.New("/api/sales/contracts", new
        {
            accountId = who.Account,
            text = new { from = "2026-01-01", value = Euro(n), clauses = new[] { new { name = "subject", text = "Tea for all" } } },
            basis = Basis,
        }, via),
        (t, who, n, via) => t.New("/api/sales/tasks", new { kind = "e-mail", about = new { noun = "account", id = who.Account },
            dueAt = "2099-03-02T11:00:00Z" }, via),
        (t, who, n, via) => t.New("/api/sales/notes", new { about = new { noun = "account", id = who.Account }, text = $"Note {n}", basis = Basis }, via),
        async (t, who, n, via) =>
        {
            var support = await t.New("/api/service/cases", new { customerId = who.Id, channel = "phone", kind = "fault" }, via);
            await t.Done($"/api/service/cases/{support}/resolve", new { cause = "worn-part", solution = "replaced" }, via);
            return support;
        },
        (t, who, n, via) => t.New("/api/acquisition/leads", new { source = who.Source, number = $"l-{n}", channel = "event", customerId = who.Id, force = "another-matter" }, via),
        async (t, who, n, via) =>
        {
            var member = (await t.Json($"/api/loyalty/points/of/{who.Id}?group=false")).GetProperty("memberId").GetGuid();
            return await t.New($"/api/loyalty/points/{member}/redemptions", new { points = 5 }, via);
        },
    ];

    /// <summary>What each of them comes down to on the joint card, reactions included.</summary>
    static readonly string[] JointFacts =
    [
        "sales.order-placed.1", "sales.order-payment-received.1", "sales.order-paid.1", "loyalty.points-accrued.1", "sales.credit-issued.1",
            "sales.invoice-opened.1", "sales.opportunity-opened.1",
        "sales.quote-drafted.1", "sales.quote-sent.1", "sales.contract-drafted.1", "sales.contract-clause-worded.1", "sales.task-opened.1",
            "sales.note-written.1",
        "service.case-opened.1", "service.case-resolved.1", "acquisition.lead-captured.1", "acquisition.lead-scored.1", "loyalty.points-redeemed.1",
    ];

    static object Euro(long minor) => new { minor, currency = "EUR" };

    /// <summary>Somebody who is known everywhere: registered, with an account and points that are not used up.</summary>
    async Task<Person> Begin(string name)
    {
        var id = await company.Register("person", name);
        var account = await New("/api/sales/accounts", new { customerId = id, kind = "person", country = "Latvia" }, null);
        await Done("/api/loyalty/points/grants", new { customerId = id, points = 1_000, reason = "welcome" }, null);
        return new(id, account, $"shop-{id:n}"[..20]);
    }

    /// <summary>The rows of a list, in an order of their own; a twin's under the ids of whose twin he is.</summary>
    async Task<List<string>> Rows(string list, Person who) =>
        [.. (await Items(string.Format(CultureInfo.InvariantCulture, list, who.Id, who.Account) + "&size=200")).Select(row =>
            Plain(row.GetRawText())).Order(StringComparer.Ordinal)];

    async Task<List<JsonElement>> Items(string path) => [.. (await Json(path)).GetProperty("items").EnumerateArray()];

    /// <summary>Without what no two facts have in common: instants, places in a log, and ids that nobody was told.</summary>
    string Plain(string row) => Ids().Replace(Passing().Replace(Sources().Replace(row, "shop"), "passing"), found => Guid.Parse(found.Value) switch
    {
        var id when twinOf.TryGetValue(id, out var mine) => $"{mine}",
        var id when twinOf.ContainsValue(id) || joint.Contains(id) => $"{id}",
        _ => "some",
    });

    async Task<long> Points(Person who) => (await Json($"/api/loyalty/points/of/{who.Id}")).GetProperty("available").GetInt64();

    async Task<int> Orders(Person who) => (await Json($"/api/analytics/customers/{who.Id}")).GetProperty("customer").GetProperty("orders").GetInt32();

    Task<JsonElement> Json(string path) => company.Suite.Http.GetFromJsonAsync<JsonElement>(path.Contains('?', StringComparison.Ordinal)
        ? path : path.Replace("&size", "?size", StringComparison.Ordinal));

    async Task<Guid> New(string path, object body, Guid? via) => (await Done(path, body, via)).GetProperty("id").GetGuid();

    Task<JsonElement> Done(string path, object body, Guid? via) => company.Do(null, path, body, via: via);

    /// <summary>A customer, his account, and what his shop is called.</summary>
    sealed record Person(Guid Id, Guid Account, string Source);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Ids();

    // Instants, seconds between them, and hashes of documents that print an id.
    [GeneratedRegex("\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)\"|(?<=Seconds\":)[0-9.]+|[0-9a-f]{64}")]
    private static partial Regex Passing();

    [GeneratedRegex("shop-[0-9a-f]{15}")]
    private static partial Regex Sources();
}

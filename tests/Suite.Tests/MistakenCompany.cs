using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CrmSuite.Journal;

namespace CrmSuite.Suite.Tests;

/// <summary>A suite in which a small company has set up what it sells by, and whose people are about to make mistakes.</summary>
[CollectionDefinition(Name)]
public sealed class MistakenCompany : IAsyncLifetime, ICollectionFixture<MistakenCompany>
{
    /// <summary>By which tests share it.</summary>
    public const string Name = "company";

    static readonly object Basis = new { kind = "contract", purpose = "sales" };

    readonly Dictionary<string, (string Token, Guid Id)> people = [];

    public SuiteProcess Suite { get; } = new();

    /// <summary>An account of a registered customer.</summary>
    public Guid AccountId { get; private set; }

    static string Today => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        await Suite.InitializeAsync();
        await Suite.Http.PostAsJsonAsync("/api/identity/users",
            new { userName = "second-manager", name = "Second Manager", password = Suite.Client.Password, roles = new[] { "sales-manager" }, team = "sales" });
        await SignIn("sales-agent", "sales-manager", "sales-operations", "acquisition-agent", "acquisition-operations", "second-manager");
        await Do(null, "/api/analytics/books/publish", new { reportingCurrency = "EUR", zone = "Europe/Riga", fiscalYearStart = 1, weekStart = "monday" });
        await SuiteProcess.Until("Sales has heard of the books", async () => (await Suite.Http.GetAsync("/api/sales/books")).IsSuccessStatusCode);
        await Do("sales-operations", "/api/sales/stages/standard/publish", new
        {
            stages = new object[]
            {
                new { name = "qualify", probabilityBp = 1000, exit = new[] { new { name = "decider-known", kind = "contact", what = "decider" } } },
                new { name = "propose", probabilityBp = 5000 },
                new { name = "negotiate", probabilityBp = 8000 },
            },
            evidence = new[] { "quote", "customer-order" },
        });
        await Do("sales-operations", "/api/sales/stages/short/publish", new { stages = new[] { new { name = "agree", probabilityBp = 5000 } }, evidence = new[] { "customer-order" } });
        await Publish();
        AccountId = await New("sales-agent", "/api/sales/accounts", new { customerId = await Register("organisation", "Teahouse"), name = "Teahouse", basis = Basis });
    }

    public async ValueTask DisposeAsync() => await Suite.DisposeAsync();

    /// <summary>The subject of somebody's sign-in.</summary>
    public Guid IdOf(string person) => people[person].Id;

    /// <summary>Somebody of the registry.</summary>
    public Task<Guid> Register(string kind, string name, string? birthDate = null) =>
        New("acquisition-agent", "/api/acquisition/customers", new { kind, name, birthDate, basis = Basis });

    /// <summary>A deal of the account, at its first stage.</summary>
    public Task<Guid> Deal(string currency = "EUR", string stages = "standard") => New("sales-agent", "/api/sales/opportunities",
        new { AccountId, amount = new { minor = 100_000, currency }, closeDate = Today, stages });

    /// <summary>What a quote offers: three of the one product.</summary>
    public static object Offer(int discountBp) => new
    {
        currency = "EUR",
        country = "DE",
        validUntil = DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        lines = new[] { new { line = 1, product = "tea", quantity = 3_000, discountBp } },
    };

    /// <summary>A quote that is being written.</summary>
    public Task<Guid> Quote(int discountBp = 0, string by = "sales-agent") => New(by, "/api/sales/quotes", new { AccountId, offer = Offer(discountBp) });

    /// <summary>A quote beyond the corridor that somebody has asked to be approved: the approval and what it is about.</summary>
    public async Task<(Guid Id, string Hash)> Approval(string by, string flow)
    {
        var id = await New(by, $"/api/sales/quotes/{await Quote(5_000, by)}/approval", new { flow });
        var approval = await Suite.Http.GetFromJsonAsync<JsonElement>($"/api/sales/approvals/{id}");
        return (id, approval.GetProperty("target").GetProperty("hash").GetString()!);
    }

    /// <summary>A lead that has become a customer.</summary>
    public async Task<Guid> ConvertedLead()
    {
        var lead = await New("acquisition-agent", "/api/acquisition/leads", new { source = "fair", channel = "event", name = "Ann Lee", email = "ann@example.org", company = "Lee", basis = Basis });
        await Do("acquisition-agent", $"/api/acquisition/leads/{lead}/qualify", new { reason = "asked-for-it" });
        await Do("sales-operations", $"/api/acquisition/leads/{lead}/accept", new { });
        await Do("sales-operations", $"/api/acquisition/leads/{lead}/qualify-sales",
            new { need = "Tea", budgetBand = "small", authority = "owner", timing = "now", basis = Basis });
        await Do("sales-operations", $"/api/acquisition/leads/{lead}/convert", new { basis = Basis });
        return lead;
    }

    /// <summary>Somebody of the registry whose birth date was looked at.</summary>
    public async Task<Guid> Verified(string name, string birthDate)
    {
        var id = await Register("person", name, birthDate);
        await Do("acquisition-agent", $"/api/acquisition/customers/{id}/verifications", new { fields = new[] { "birth-date" }, method = "identity-card" });
        return id;
    }

    /// <summary>A person's request, whatever it answers; without a person the machine client's.</summary>
    public async Task<HttpResponseMessage> Send(string? person, string path, object body, int? ifMatch = null, HttpMethod? method = null, Guid? via = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Web) };
        if (via is { } link)
        {
            request.Headers.Add(Http.ViaLink, $"{link}");
        }

        if (ifMatch is { } version)
        {
            request.Headers.IfMatch.Add(new($"\"{version}\""));
        }

        if (person is null)
        {
            return await Suite.Http.SendAsync(request);
        }

        request.Headers.Authorization = new("Bearer", people[person].Token);
        return await Suite.Anonymous.SendAsync(request);
    }

    /// <summary>A command that must be carried out; its answer.</summary>
    public async Task<JsonElement> Do(string? person, string path, object body, HttpMethod? method = null, Guid? via = null)
    {
        JsonElement answer = default;
        await SuiteProcess.Until($"{path} is answered", async () =>
        {
            using var response = await Send(person, path, body, method: method, via: via);
            var text = await response.Content.ReadAsStringAsync();
            // Another department has not told yet, or a view is behind: both come.
            if (text.Contains(".unknown", StringComparison.Ordinal) || (int)response.StatusCode == 503)
            {
                return false;
            }

            Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
            answer = JsonDocument.Parse(text).RootElement.Clone();
            return true;
        });
        return answer;
    }

    /// <summary>The id of what the command makes.</summary>
    public async Task<Guid> New(string person, string path, object body) => (await Do(person, path, body)).GetProperty("id").GetGuid();

    // What is sold, how far a discount goes, who approves, and who gets a lead.
    async Task Publish()
    {
        const string FirstDay = "2024-01-01";
        await Do("sales-operations", "/api/sales/products/tea/list", new { name = "Tea" });
        await Do("sales-operations", "/api/sales/pricebooks/standard/publish", new { prices = new[] { new { product = "tea", price = new { minor = 1_000, currency = "EUR" }, per = 1, firstDay = FirstDay } } });
        await Do("sales-operations", "/api/sales/taxes/DE/publish", new { rates = new[] { new { code = "standard", rateBp = 1_900, firstDay = FirstDay } } });
        await Do("sales-operations", "/api/sales/corridor/publish", new { discountBp = 1_000 });
        var managers = new[] { new { kind = "role", id = "sales-manager" } };
        await Do("sales-operations", "/api/sales/approval-flows/standard/publish", new { steps = new[] { new { name = "one", rank = 1, approvers = managers } } });
        await Do("sales-operations", "/api/sales/approval-flows/double/publish",
            new { steps = new[] { new { name = "one", rank = 1, approvers = managers }, new { name = "two", rank = 1, approvers = managers } } });
        await Do("acquisition-operations", "/api/acquisition/scores/standard/publish",
            new { threshold = 10, factors = new[] { new { name = "reachable", points = 10, when = new { field = "email" } } } });
        await Do("acquisition-operations", "/api/acquisition/assignment-rules/standard/publish", new { handOverMinutes = 60, routes = new[] { new { team = "sales" } } });
        var member = $"/api/acquisition/rosters/sales/members/{IdOf("sales-agent")}";
        await Do("sales-operations", member, new { languages = new[] { "en" }, regions = Array.Empty<string>(), capacity = 10 }, HttpMethod.Put);
        await Do("sales-operations", $"{member}/presence", new { presence = "ready" }, HttpMethod.Put);
    }

    async Task SignIn(params string[] names)
    {
        var users = (await Suite.Http.GetFromJsonAsync<JsonElement>("/api/identity/users?limit=200")).GetProperty("users").EnumerateArray()
            .ToDictionary(user => user.GetProperty("userName").GetString()!, user => user.GetProperty("id").GetGuid());
        foreach (var userName in names)
        {
            using var response = await Suite.Anonymous.PostAsJsonAsync("/api/identity/sign-in", new { userName, password = Suite.Client.Password });
            response.EnsureSuccessStatusCode();
            people[userName] = ((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!, users[userName]);
        }
    }
}

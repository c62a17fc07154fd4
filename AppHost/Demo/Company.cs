using System.Net.Http.Json;
using System.Text.Json;

namespace CrmSuite.Demo;

/// <summary>Somebody of the company.</summary>
/// <param name="UserName">With which he signs in.</param>
/// <param name="Name">How he is called.</param>
/// <param name="Role">What he is.</param>
/// <param name="Team">Where he works.</param>
/// <param name="Region">For which region.</param>
sealed record Person(string UserName, string Name, string Role, string Team, string Region)
{
    /// <summary>The subject of his sign-in.</summary>
    public Guid Id { get; set; }

    /// <summary>His way into the suite.</summary>
    public Gate Gate { get; set; } = null!;
}

/// <summary>The twenty people of the company and their teams, and how they come into the identity provider.</summary>
sealed class Company : IDisposable
{
    /// <summary>May write history: what the people of the demonstration are too, as long as their quarter is told.</summary>
    const string Historian = "sales-operations";

    /// <summary>Whose due work is driven.</summary>
    static readonly string[] Driven = ["acquisition", "sales"];

    /// <summary>The teams that sell, each with a manager.</summary>
    public static readonly IReadOnlyList<string> Teams = ["sales-north", "sales-south", "sales-west"];

    static readonly string[] Agents =
        [
        "Anna Berg", "Boris Klein", "Clara Novak", "David Ozols", "Elena Rossi", "Felix Brandt", "Greta Lind", "Hugo Marin", "Ieva Kalna", "Jonas Weber",
        "Karin Saar", "Leo Costa",
    ];

    readonly HttpClient http;

    Company(HttpClient http, Gate machine) => (this.http, Machine) = (http, machine);

    /// <summary>The machine client of suite.json: sets up what people find there.</summary>
    public Gate Machine { get; }

    public IReadOnlyList<Person> People { get; } =
    [
        .. Agents.Select((name, index) => new Person(UserNameOf(name), name, "sales-agent", Teams[index % Teams.Count], Region(Teams[index % Teams.Count]))),
        new("mara.vogel", "Mara Vogel", "sales-manager", Teams[0], "north"),
        new("nils.holm", "Nils Holm", "sales-manager", Teams[1], "south"),
        new("olga.petrova", "Olga Petrova", "sales-manager", Teams[2], "west"),
        new("paul.stein", "Paul Stein", "sales-manager", "sales", "all"),
        new("rita.lang", "Rita Lang", "sales-manager", "sales", "all"),
        new("sven.dahl", "Sven Dahl", "sales-operations", "sales", "all"),
        new("tina.moor", "Tina Moor", "acquisition-operations", "acquisition", "all"),
        new("uwe.hart", "Uwe Hart", "acquisition-agent", "acquisition", "all"),
    ];

    /// <summary>How many sell.</summary>
    public static int SellersCount => Agents.Length;

    public IReadOnlyList<Person> Sellers => [.. People.Where(person => person.Role == "sales-agent")];

    /// <summary>Who leads all of Sales.</summary>
    public Person Head => People[15];

    /// <summary>Who looks at contracts.</summary>
    public Person Counsel => People[16];

    public Person Operations => People[17];

    public Person Marketing => People[18];

    public Person Registrar => People[19];

    /// <summary>Who leads a team.</summary>
    public Person ManagerOf(Person seller) => People.First(person => person.Team == seller.Team && person.Role == "sales-manager");

    /// <summary>Signs the machine client in and makes the people and teams, where they are not there yet.</summary>
    public static async Task<Company> Found(HttpClient http, string clientId, string clientSecret, string password, CancellationToken stop)
    {
        var company = new Company(http, new(http, () => new(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", clientId), new("client_secret", clientSecret)]),
        }, stop));
        foreach (var team in Teams)
        {
            await company.Put(team, null);
        }

        foreach (var person in company.People)
        {
            await company.Machine.Ask(HttpMethod.Post, "/api/identity/users",
                new { person.UserName, person.Name, password, roles = new[] { person.Role }, person.Team, person.Region }, null, "user.exists");
            person.Gate = new(http, () => new(HttpMethod.Post, "/api/identity/sign-in") { Content = JsonContent.Create(new { person.UserName, password }) }, stop);
        }

        var known = (await company.Machine.Ask(HttpMethod.Get, "/api/identity/users?limit=200")).GetProperty("users").EnumerateArray()
            .ToDictionary(user => user.GetProperty("userName").GetString()!, user => user.GetProperty("id").GetGuid());
        foreach (var person in company.People)
        {
            person.Id = known[person.UserName];
            await company.SetRoles(person, person.Role, Historian);
        }

        foreach (var team in Teams)
        {
            await company.Put(team, company.People.First(person => person.Team == team && person.Role == "sales-manager").Id);
        }

        return company;
    }

    /// <summary>Lets due work go as far as the business time has come, and waits until all that is due is decided.</summary>
    public async Task DriveDue(DateTime until)
    {
        foreach (var department in Driven)
        {
            await Machine.Ask(HttpMethod.Put, $"/api/{department}/due/clock", new { until });
        }
    }

    /// <summary>Due work goes by the time of the day again.</summary>
    public async Task FreeDue()
    {
        foreach (var department in Driven)
        {
            await Machine.Ask(HttpMethod.Delete, $"/api/{department}/due/clock");
        }
    }

    /// <summary>The quarter is told: everybody is what he is, and nothing more.</summary>
    public async Task Settle()
    {
        foreach (var person in People)
        {
            await SetRoles(person, person.Role);
        }
    }

    public void Dispose()
    {
        Machine.Dispose();
        foreach (var person in People)
        {
            person.Gate?.Dispose();
        }

        http.Dispose();
    }

    Task<JsonElement> SetRoles(Person person, params string[] roles) =>
        Machine.Ask(HttpMethod.Post, $"/api/identity/users/{person.Id}/roles", new { roles = roles.Distinct() });

    Task<JsonElement> Put(string team, Guid? manager)
    {
        var name = $"Sales {char.ToUpperInvariant(Region(team)[0])}{Region(team)[1..]}";
        return Machine.Ask(HttpMethod.Put, $"/api/identity/teams/{team}", new { name, parent = "sales", manager });
    }

    static string Region(string team) => team[(team.IndexOf('-') + 1)..];

    static string UserNameOf(string name) => name.ToLowerInvariant().Replace(' ', '.');
}

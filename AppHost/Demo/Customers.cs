namespace CrmSuite.Demo;

/// <summary>What becomes of two who look like one.</summary>
enum Duplicate { Linked, Undone, Declined }

/// <summary>Those to whom the company sold before the quarter: registered, with an account, and somebody who decides there.</summary>
sealed class Customers(Company company, Clock clock, int count)
{
    /// <summary>How long before the quarter the last of them was won.</summary>
    const int Before = DealPlan.Before + 5;

    static readonly string[] Firsts =
    [
        "Alba", "Baltic", "Cedar", "Delta", "Ember", "Fjord", "Garda", "Helix",
        "Iris", "Juniper", "Krone", "Lumen", "Mistral", "Nordic", "Orchid", "Polar", "Quarz",
        "Rhine", "Solar", "Tundra",
    ];
    static readonly string[] Seconds = ["Foods", "Logistics", "Textiles", "Optics", "Timber", "Ceramics", "Pharma", "Machines", "Papers", "Media"];
    static readonly string[] Given = ["Agnes", "Bruno", "Carla", "Dario", "Edith", "Frank", "Gisela", "Hanno",
        "Ilze", "Janis", "Katja", "Lukas", "Marta", "Norbert", "Oskar", "Petra"];
    static readonly string[] Family = ["Adler", "Blum", "Cerny", "Dorn", "Eglitis", "Fink", "Gruber", "Horvat",
        "Ivanov", "Jansen", "Kraus", "Liepa", "Moser", "Nowak", "Ott", "Pavlov"];
    static readonly string[] Countries = ["DE", "LV", "US", "GB", "AT", "PL"];

    /// <summary>One of so many is entered twice.</summary>
    const int Twice = 5;

    readonly Customer?[] all = new Customer?[count];

    /// <summary>What becomes of those who are entered twice, of so many customers.</summary>
    public static IEnumerable<Duplicate> Duplicates(int count) => from number in Enumerable.Range(0, count) where number % Twice == Twice - 1 select Found(number);

    static Duplicate Found(int number) => (Duplicate)(number / Twice % 3);

    /// <summary>One of them, once his story is told.</summary>
    public Customer this[int number] => all[number % count]!;

    /// <summary>What a firm is called: no two alike.</summary>
    public static string Firm(int number) =>
        $"{Firsts[number % 20]} {Seconds[number / 20 % 10]} {(char)('A' + (number / 200 % 26))}{(number / 5_200 > 0 ? number / 5_200 : "")}";

    /// <summary>What a person is called, and how he is reached: no two alike.</summary>
    public static (string Name, string Email) Somebody(int number) =>
        ($"{Given[number % 16]} {Family[number / 16 % 16]}", $"{Given[number % 16]}.{Family[number / 16 % 16]}.{number}@example.org".ToLowerInvariant());

    /// <summary>Where a firm or person is.</summary>
    public static string Country(int number) => Countries[number % Countries.Length];

    public void Begin()
    {
        for (var number = 0; number < count; number++)
        {
            var mine = number;
            clock.Begin(() => Tell(mine));
        }
    }

    async Task Tell(int number)
    {
        var story = new Story($"customer-{number}", clock);
        var seller = company.Sellers[number % company.Sellers.Count];
        await story.On(-Before - (number % 20), number % 500);
        var (name, email) = Somebody(number);
        var firm = await story.New(company.Registrar, "/api/acquisition/customers",
            new { kind = "organisation", name = Firm(number), country = Country(number), basis = Basis.Contract });
        var person = await story.New(company.Registrar, "/api/acquisition/customers",
            new { kind = "person", name, email, country = Country(number), language = "en", basis = Basis.Contract });
        var account = await story.New(seller, "/api/sales/accounts",
            new { customerId = firm, name = Firm(number), industry = "manufacturing", country = Country(number), basis = Basis.Contract });
        await story.Tell(seller, "/api/sales/contacts", new { customerId = person, name, email, language = "en", basis = Basis.Contract });
        await story.Tell(seller, "/api/sales/affiliations",
            new { accountId = account, contactId = person, role = "management", title = "Managing director", basis = Basis.Contract });
        all[number] = new(account, person);
        if (number % Twice == Twice - 1)
        {
            await Again(story, number, person, name, email);
        }
    }

    // The same person comes once more, by another way. Most are found out and linked; for some that was wrong, and some are two by that name.
    async Task Again(Story story, int number, Guid person, string name, string email)
    {
        await story.On(-Before + 1, number % 500);
        var again = await story.New(company.Registrar, "/api/acquisition/customers", new { kind = "person", name, email, basis = Basis.Contract });
        await story.On(-Before + 3, number % 500);
        if (Found(number) == Duplicate.Declined)
        {
            await story.Tell(company.Marketing, "/api/acquisition/links/decline", new { one = person, other = again, reason = "father-and-son" });
            return;
        }

        var link = await story.New(company.Marketing, "/api/acquisition/links", new { one = person, other = again, reason = "same-person" });
        if (Found(number) == Duplicate.Undone)
        {
            await story.On(DealPlan.Days / 2, number % 500);
            await story.Tell(company.Marketing, $"/api/acquisition/links/{link}/undo", new { reason = "father-and-son", keeps = "by-hand" });
        }
    }
}

using CrmSuite.ServiceDefaults;

namespace CrmSuite.Gateway.Identity;

/// <summary>
/// Who can sign in on the first day, from the section <c>Identity:Seed</c>: <c>AdminPassword</c>, <c>DemoPassword</c>,
/// <c>Clients:{id}:Secret</c>, <c>:Roles</c>, <c>:Permissions</c> (separated by spaces); each secret may be named by a file instead (<c>AdminPasswordFile</c> …).
/// Users that exist keep their passwords; clients take what is written here.
/// </summary>
sealed class Seed(IConfiguration configuration, Users users, Teams teams, Clients clients)
{
    readonly IConfigurationSection section = configuration.GetSection("Identity:Seed");

    public async Task Apply(CancellationToken ct)
    {
        if (await Secret(section, "AdminPassword", ct) is { } password && !await users.Any(Users.Admin, ct))
        {
            await users.Add(new("admin", "Administrator", password, [Users.Admin]), ct);
        }

        foreach (var client in section.GetSection("Clients").GetChildren())
        {
            var secret = await Secret(client, "Secret", ct) ?? throw new InvalidOperationException($"The client {client.Key} has no secret.");
            await clients.Put(new() { Id = client.Key, Roles = Words(client["Roles"]), Permissions = Words(client["Permissions"]) }, secret, ct);
        }

        if (await Secret(section, "DemoPassword", ct) is { } demonstration)
        {
            await AddDemonstration(demonstration, ct);
        }
    }

    // One user for each role, named like it; a team for each department, led by its manager. Once: what people change afterwards stays.
    async Task AddDemonstration(string password, CancellationToken ct)
    {
        if (await users.Exists("sales-agent", ct))
        {
            return;
        }

        await teams.Put(new() { Id = "company", Name = "Company" }, ct);
        foreach (var department in Permissions.Departments)
        {
            await teams.Put(new() { Id = department, Name = Title(department), Parent = "company" }, ct);
        }

        foreach (var role in Permissions.ByRole.Keys.Where(role => role != Users.Admin))
        {
            var department = Permissions.Departments.FirstOrDefault(name => role.StartsWith(name + "-", StringComparison.Ordinal));
            var user = await users.Add(new(role, Title(role.Replace('-', ' ')), password, [role], department ?? "company"), ct);
            if (user is not null && department is not null && role.EndsWith("-manager", StringComparison.Ordinal))
            {
                await teams.Put(new() { Id = department, Name = Title(department), Parent = "company", Manager = user.Id }, ct);
            }
        }
    }

    static string[] Words(string? text) => text?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [];

    static string Title(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    static async Task<string?> Secret(IConfigurationSection section, string name, CancellationToken ct) =>
        section[name] is { Length: > 0 } value ? value
        : section[name + "File"] is { Length: > 0 } file ? (await File.ReadAllTextAsync(file, ct)).Trim()
        : null;
}

using CrmSuite.Gateway.Identity;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests.Identity;

public sealed class SeedTests : IAsyncLifetime
{
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    [Fact]
    public async Task Each_role_has_a_user_to_try_it_with()
    {
        foreach (var role in Permissions.ByRole.Keys)
        {
            Assert.NotNull(await door.SignIn(role, role == "admin" ? Door.AdminPassword : Door.DemoPassword));
        }
    }

    [Fact]
    public async Task Seeding_again_changes_no_password_and_makes_nobody_twice()
    {
        await door.Ask("admin", "POST", "/api/identity/password", new { current = Door.AdminPassword, password = "chosen-by-the-admin" });
        var before = await door.Sql<string>("select string_agg(u::text, ';' order by id) from (select id, user_name, password_hash, roles, team from identity.users) u");
        await door.Service<Seed>().Apply(CancellationToken.None);
        Assert.Equal(before, await door.Sql<string>("select string_agg(u::text, ';' order by id) from (select id, user_name, password_hash, roles, team from identity.users) u"));
        Assert.Null(await door.SignIn("admin", Door.AdminPassword));
        Assert.NotNull(await door.SignIn("admin", "chosen-by-the-admin"));
    }

    [Fact]
    public async Task The_commands_migrate_and_seed_prepare_an_empty_database()
    {
        var database = await Servers.Database("seed");
        var folder = Directory.CreateTempSubdirectory().FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "admin"), "password-from-a-file\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "client"), "secret-of-a-machine-from-a-file\n");
        string[] settings = [$"--ConnectionStrings:identity={database}", "--Identity:Issuer=http://127.0.0.1:1", $"--Identity:Master={Door.Master}"];
        string[] seed =
        [
            "seed", .. settings, "--admin-password-file", Path.Combine(folder, "admin"), "--client-id", "machine", "--client-secret-file", Path.Combine(folder, "client"),
            "--client-roles", "sales-operations analyst",
        ];
        await using (var migrate = Gateway.Build(["migrate", .. settings], new KeptLog()))
        {
            Assert.True(await migrate.RanIdentityCommand(["migrate"]));
            Assert.True(await migrate.RanIdentityCommand(["migrate"]));
        }

        await using var app = Gateway.Build(seed, new KeptLog());
        Assert.True(await app.RanIdentityCommand(seed));
        var users = (Users)app.Services.GetService(typeof(Users))!;
        var clients = (Clients)app.Services.GetService(typeof(Clients))!;
        Assert.NotNull(await users.Verify("admin", "password-from-a-file", CancellationToken.None));
        Assert.Equal(["sales-operations", "analyst"], (await clients.Verify("machine", "secret-of-a-machine-from-a-file", CancellationToken.None))!.Roles);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_short_secret_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => door.Service<Clients>().Put(new() { Id = "x" }, "short", CancellationToken.None));

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

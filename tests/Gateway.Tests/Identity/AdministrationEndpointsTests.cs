using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Gateway.Tests.Identity;

public sealed class AdministrationEndpointsTests : IAsyncLifetime
{
    const string Password = "a-good-long-password";
    Door door = null!;

    public async ValueTask InitializeAsync() => door = await Door.Start();

    static object New(string userName = "anna", string password = Password, string[]? roles = null, string? team = null) =>
        new { userName, name = "Anna K.", password, roles = roles ?? ["sales-agent"], team };

    Task<(int Status, JsonElement Body)> Admin(string method, string path, object? body = null) => door.Ask("admin", method, "/api/identity" + path, body);

    static string? Code((int, JsonElement Body) answer) => answer.Body.GetProperty("code").GetString();

    [Fact]
    public async Task A_new_user_signs_in_with_his_roles_and_appears_in_the_directory()
    {
        var created = await Admin("POST", "/users", New(team: "sales"));
        Assert.Equal(201, created.Status);
        Assert.False(created.Body.TryGetProperty("passwordHash", out _));
        var issued = (await door.SignIn("ANNA", Password))!;
        Assert.Equal(200, (int)(await door.Http.Send("GET", "/api/sales/orders/7", issued.AccessToken)).StatusCode);
        var directory = (await door.Ask("analyst", "GET", "/api/identity/directory")).Body;
        var anna = directory.GetProperty("users").EnumerateArray().Single(user => user.GetProperty("id").GetGuid() == created.Body.GetProperty("id").GetGuid());
        Assert.Equal(("Anna K.", "sales"), (anna.GetProperty("name").GetString(), anna.GetProperty("team").GetString()));
        Assert.False(anna.TryGetProperty("userName", out _));
        var sales = directory.GetProperty("teams").EnumerateArray().Single(team => team.GetProperty("id").GetString() == "sales");
        Assert.Equal(("company", await door.IdOf("sales-manager")), (sales.GetProperty("parent").GetString(), sales.GetProperty("manager").GetGuid()));
    }

    [Fact]
    public async Task What_makes_no_user_is_refused()
    {
        Assert.Equal("request.invalid", Code(await Admin("POST", "/users", New(userName: "anna@example.org"))));
        Assert.Equal("request.invalid", Code(await Admin("POST", "/users", New(password: "short"))));
        Assert.Equal("request.invalid", Code(await Admin("POST", "/users", New(roles: ["emperor"]))));
        Assert.Equal("reference.unknown", Code(await Admin("POST", "/users", New(team: "nowhere"))));
        Assert.Equal(201, (await Admin("POST", "/users", New())).Status);
        Assert.Equal("user.exists", Code(await Admin("POST", "/users", New(userName: "Anna"))));
        Assert.Equal("user.unknown", Code(await Admin("POST", $"/users/{Guid.NewGuid()}/roles", new { roles = new[] { "analyst" } })));
    }

    [Fact]
    public async Task Changed_roles_hold_from_the_next_token_on()
    {
        Assert.Equal(200, (await Admin("POST", $"/users/{await door.IdOf("sales-agent")}/roles", new { roles = new[] { "loyalty-agent" } })).Status);
        Assert.Equal(403, (await door.Ask("sales-agent", "GET", "/api/sales/orders/7")).Status);
    }

    [Fact]
    public async Task Who_leaves_cannot_sign_in_until_he_is_back()
    {
        var id = await door.IdOf("sales-agent");
        await Admin("POST", $"/users/{id}/deactivate");
        Assert.Null(await door.SignIn("sales-agent", Door.DemoPassword));
        await Admin("POST", $"/users/{id}/activate");
        Assert.NotNull(await door.SignIn("sales-agent", Door.DemoPassword));
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        var id = await door.IdOf("admin");
        Assert.Equal("user.last-admin", Code(await Admin("POST", $"/users/{id}/deactivate")));
        Assert.Equal("user.last-admin", Code(await Admin("POST", $"/users/{id}/roles", new { roles = new[] { "analyst" } })));
        Assert.Equal(201, (await Admin("POST", "/users", New(roles: ["admin"]))).Status);
        Assert.Equal(200, (await Admin("POST", $"/users/{id}/roles", new { roles = new[] { "analyst" } })).Status);
    }

    [Fact]
    public async Task A_reset_password_replaces_the_old_one_and_unlocks()
    {
        await door.Sql<int>("update identity.users set locked_until = now() + interval '1 hour' where user_name = 'sales-agent'");
        await Admin("POST", $"/users/{await door.IdOf("sales-agent")}/password", new { password = Password });
        Assert.Null(await door.SignIn("sales-agent", Door.DemoPassword));
        Assert.NotNull(await door.SignIn("sales-agent", Password));
    }

    [Fact]
    public async Task Everybody_changes_his_own_password_if_he_knows_it()
    {
        Assert.Equal("password.wrong", Code(await door.Ask("sales-agent", "POST", "/api/identity/password", new { current = "guessed", password = Password })));
        Assert.Equal(200, (await door.Ask("sales-agent", "POST", "/api/identity/password", new { current = Door.DemoPassword, password = Password })).Status);
        Assert.NotNull(await door.SignIn("sales-agent", Password));
    }

    [Fact]
    public async Task Teams_are_a_tree()
    {
        Assert.Equal(204, (await Admin("PUT", "/teams/north", new { name = "North", parent = "sales" })).Status);
        Assert.Equal("team.circle", Code(await Admin("PUT", "/teams/sales", new { name = "Sales", parent = "north" })));
        Assert.Equal("team.circle", Code(await Admin("PUT", "/teams/north", new { name = "North", parent = "north" })));
        Assert.Equal("reference.unknown", Code(await Admin("PUT", "/teams/south", new { name = "South", parent = "nowhere" })));
        Assert.Equal("request.invalid", Code(await Admin("PUT", "/teams/South!", new { name = "South" })));
    }

    [Fact]
    public async Task A_new_client_signs_in_with_the_secret_it_is_shown_once_until_it_is_ended()
    {
        var made = await Admin("PUT", "/clients/reports", new { roles = new[] { "analyst" }, permissions = new[] { "journal:feed" } });
        var secret = made.Body.GetProperty("secret").GetString()!;
        Task<(int Status, JsonElement Body)> SignIn() => door.Connect(("grant_type", "client_credentials"), ("client_id", "reports"), ("client_secret", secret));
        Assert.Equal(200, (await SignIn()).Status);
        Assert.DoesNotContain(secret, (await Admin("GET", "/clients")).Body.ToString(), StringComparison.Ordinal);
        Assert.Equal(204, (await Admin("POST", "/clients/reports/deactivate")).Status);
        Assert.Equal(401, (await SignIn()).Status);
        Assert.Equal("client.unknown", Code(await Admin("POST", "/clients/nobody/deactivate")));
        Assert.Equal("request.invalid", Code(await Admin("PUT", "/clients/x", new { roles = Array.Empty<string>(), permissions = new[] { "*" } })));
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        var first = (await Admin("GET", "/users?limit=5")).Body.GetProperty("users");
        Assert.Equal(5, first.GetArrayLength());
        var rest = (await Admin("GET", $"/users?limit=200&after={first[4].GetProperty("id").GetGuid()}")).Body.GetProperty("users");
        Assert.Equal(await door.Sql<int>("select count(*)::int from identity.users"), 5 + rest.GetArrayLength());
        Assert.Equal("request.invalid", Code(await Admin("GET", "/users?limit=201")));
        Assert.Equal("request.invalid", Code(await Admin("GET", "/users?limit=0")));
    }

    [Theory]
    [InlineData("GET", "/users")]
    [InlineData("POST", "/users")]
    [InlineData("PUT", "/teams/x")]
    [InlineData("GET", "/clients")]
    [InlineData("POST", "/keys/rotate")]
    public async Task Administration_is_for_administrators(string method, string path)
    {
        foreach (var user in (string[])["sales-manager", "sales-operations", "operator", "privacy-officer", "analyst"])
        {
            Assert.Equal((user, 403), (user, (await door.Ask(user, method, "/api/identity" + path)).Status));
        }
    }

    public async ValueTask DisposeAsync() => await door.DisposeAsync();
}

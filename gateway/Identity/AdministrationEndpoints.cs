using System.Security.Claims;
using System.Text.RegularExpressions;
using CrmSuite.ServiceDefaults;
using Npgsql;

namespace CrmSuite.Gateway.Identity;

sealed record CreateUser(string UserName, string Name, string Password, string[] Roles, string? Team = null, string? Region = null, Guid? Substitute = null);

sealed record SetRoles(string[] Roles);

sealed record PlaceUser(string? Team = null, string? Region = null, Guid? Substitute = null);

sealed record SetPassword(string Password);

sealed record ChangePassword(string Current, string Password);

sealed record PutTeam(string Name, string? Parent = null, Guid? Manager = null);

sealed record PutClient(string[] Roles, string[] Permissions);

sealed record RotateKeys(bool Withdraw = false);

/// <summary>Users, teams, clients and keys. The directory is for everybody, the rest for administrators.</summary>
static partial class AdministrationEndpoints
{
    const int PageMax = 200;
    const int PasswordLengthMin = 12;
    const int PasswordLengthMax = 128;
    const int NameLengthMax = 200;

    public static void MapAdministration(this IEndpointRouteBuilder app)
    {
        var identity = app.MapGroup("/api/identity");
        identity.MapGet("/directory", Directory).RequirePermission("identity:read");
        identity.MapPost("/password", ChangeOwnPassword).RequirePermission("identity:read").WithMetadata(new RateLimit(RateLimits.SignIn));
        var administration = app.MapGroup("/api/identity").RequirePermission("identity:write");
        administration.MapGet("/users", async (Users users, CancellationToken ct, Guid? after = null, int limit = 50) =>
            limit is < 1 or > PageMax ? Invalid($"limit is 1 to {PageMax}.") : Results.Ok(new { Users = await users.Page(after, limit, ct) }));
        administration.MapPost("/users", Create);
        administration.MapPost("/users/{id:guid}/roles", (Guid id, SetRoles command, Users users, Families families, CancellationToken ct) =>
            UnknownRole(command.Roles) is { } role ? Task.FromResult(Invalid($"There is no role '{role}'.")) : Changed(id, users.SetRoles(id, command.Roles, ct), users, families, ct));
        administration.MapPost("/users/{id:guid}/place", (Guid id, PlaceUser command, Users users, CancellationToken ct) =>
            Known(() => Changed(id, users.Place(id, command, ct), users, null, ct)));
        administration.MapPost("/users/{id:guid}/deactivate", (Guid id, Users users, Families families, CancellationToken ct) =>
            Changed(id, users.SetActive(id, false, ct), users, families, ct));
        administration.MapPost("/users/{id:guid}/activate", (Guid id, Users users, CancellationToken ct) => Changed(id, users.SetActive(id, true, ct), users, null, ct));
        administration.MapPost("/users/{id:guid}/password", (Guid id, SetPassword command, Users users, Families families, CancellationToken ct) =>
            WeakPassword(command.Password) is { } weak ? Task.FromResult(weak) : Changed(id, users.SetPassword(id, command.Password, ct), users, families, ct));
        administration.MapPut("/teams/{id}", PutTeam);
        administration.MapGet("/clients", async (Clients clients, CancellationToken ct) => new { Clients = await clients.All(ct) });
        administration.MapPut("/clients/{id}", PutClient);
        administration.MapPost("/clients/{id}/deactivate", async (string id, Clients clients, CancellationToken ct) =>
            await clients.Deactivate(id, ct) ? Results.NoContent() : Problems.Result(404, "client.unknown"));
        administration.MapPost("/keys/rotate", async (RotateKeys command, SigningKeys keys, CancellationToken ct) =>
        {
            await keys.Rotate(command.Withdraw, ct);
            return Results.NoContent();
        });
    }

    static async Task<IResult> Directory(Users users, Teams teams, CancellationToken ct, Guid? after = null, int limit = PageMax) =>
        limit is < 1 or > PageMax
            ? Invalid($"limit is 1 to {PageMax}.")
            : Results.Ok(new
            {
                Users = (await users.Page(after, limit, ct)).Select(user => new { user.Id, user.Name, user.Active, user.Roles, user.Team, user.Region, user.Substitute }),
                Teams = await teams.All(ct),
            });

    static Task<IResult> Create(CreateUser command, Users users, CancellationToken ct) => Known(async () =>
        !UserName().IsMatch(command.UserName) ? Invalid("A user name has 3 to 64 letters, digits, dots, dashes or underscores.")
        : BadName(command.Name) ?? WeakPassword(command.Password) ?? (UnknownRole(command.Roles) is { } role ? Invalid($"There is no role '{role}'.")
        : await users.Add(command, ct) is { } user ? Results.Created($"/api/identity/users/{user.Id}", user) : Problems.Result(409, "user.exists", "The user name is taken.")));

    static async Task<IResult> ChangeOwnPassword(ChangePassword command, ClaimsPrincipal caller, Users users, Families families, CancellationToken ct)
    {
        var known = Guid.TryParse(caller.FindFirstValue("sub"), out var id) ? await users.Find(id, ct) : null;
        if (known is null || await users.Verify(known.UserName, command.Current, ct) is null)
        {
            return Problems.Result(409, "password.wrong", "The current password is not that, or the account is locked for some minutes.");
        }

        return WeakPassword(command.Password) ?? await Changed(id, users.SetPassword(id, command.Password, ct), users, families, ct);
    }

    static Task<IResult> PutTeam(string id, PutTeam command, Teams teams, CancellationToken ct) => Known(async () =>
        !Slug().IsMatch(id) ? Invalid("A team's id has 1 to 40 lower-case letters, digits or dashes.")
        : BadName(command.Name) ?? (await teams.Put(new() { Id = id, Name = command.Name, Parent = command.Parent, Manager = command.Manager }, ct)
            ? Results.NoContent()
            : Problems.Result(409, "team.circle", "A team cannot be part of itself.")));

    // The secret is made here and shown once.
    static async Task<IResult> PutClient(string id, PutClient command, Clients clients, CancellationToken ct)
    {
        if (!Slug().IsMatch(id) || command.Permissions.Any(permission => !PermissionName().IsMatch(permission)))
        {
            return Invalid("A client's id has 1 to 40 lower-case letters, digits or dashes; a permission is 'area:verb'.");
        }

        if (UnknownRole(command.Roles) is { } role)
        {
            return Invalid($"There is no role '{role}'.");
        }

        var secret = Clients.NewSecret();
        await clients.Put(new() { Id = id, Roles = command.Roles, Permissions = command.Permissions }, secret, ct);
        return Results.Ok(new { Id = id, Secret = secret });
    }

    // Who loses a right is signed out: access tokens live on for minutes, refresh tokens not at all.
    static async Task<IResult> Changed(Guid id, Task<User?> change, Users users, Families? families, CancellationToken ct)
    {
        if (await change is not { } user)
        {
            return await users.Find(id, ct) is null
                ? Problems.Result(404, "user.unknown")
                : Problems.Result(409, "user.last-admin", "The last administrator stays one.");
        }

        await (families?.EndAll(id, ct) ?? Task.CompletedTask);
        return Results.Ok(user);
    }

    static async Task<IResult> Known(Func<Task<IResult>> write)
    {
        try
        {
            return await write();
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Problems.Result(409, "reference.unknown", "The team, manager or substitute named is not known.");
        }
    }

    static string? UnknownRole(string[] roles) => roles.FirstOrDefault(role => !Permissions.ByRole.ContainsKey(role));

    static IResult? BadName(string name) => name.Length is 0 or > NameLengthMax ? Invalid($"A name has 1 to {NameLengthMax} characters.") : null;

    static IResult? WeakPassword(string password) =>
        password.Length is < PasswordLengthMin or > PasswordLengthMax ? Invalid($"A password has {PasswordLengthMin} to {PasswordLengthMax} characters.") : null;

    static IResult Invalid(string detail) => Problems.Result(400, "request.invalid", detail);

    [GeneratedRegex("^[A-Za-z0-9._-]{3,64}\\z")]
    private static partial Regex UserName();

    [GeneratedRegex("^[a-z0-9-]{1,40}\\z")]
    private static partial Regex Slug();

    [GeneratedRegex("^[a-z-]{1,40}:([a-z-]{1,40}|\\*)\\z")]
    private static partial Regex PermissionName();
}

using System.Security.Cryptography;
using CrmSuite.Hosting;

namespace CrmSuite.AppHost;

/// <summary>Who can sign in at the gateway: the administrator, one demonstration user per role, the hosts as machines, and a machine for scripts.</summary>
sealed class SignIn(IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway)
{
    /// <summary>The machine client of suite.json; it may do everything, as that file is its owner's alone.</summary>
    public const string ScriptClient = "suite";

    readonly IResourceBuilder<ParameterResource> script = builder.AddParameter("client-" + ScriptClient);

    public IResourceBuilder<ParameterResource> Administrator { get; } = builder.AddParameter("administrator", Password);

    public IResourceBuilder<ParameterResource>? Demonstration { get; private set; }

    public string ScriptSecret => script.Resource.Value;

    public string Address => gateway.Resource.Endpoint;

    /// <summary>32 random bytes as base64: a master key.</summary>
    public static string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Turns the gateway's identity provider on and says who is known to it from the first day.</summary>
    public void Seed(bool demo)
    {
        gateway.WithEnvironment("Identity__Issuer", () => Address)
            .WithEnvironment("Identity__Master", builder.AddParameter("identity-master", Key))
            .WithEnvironment("Identity__Seed__AdminPassword", Administrator)
            .WithEnvironment($"Identity__Seed__Clients__{ScriptClient}__Secret", script)
            .WithEnvironment($"Identity__Seed__Clients__{ScriptClient}__Roles", "admin");
        if (demo)
        {
            Demonstration = builder.AddParameter("demonstration", Password);
            gateway.WithEnvironment("Identity__Seed__DemoPassword", Demonstration);
        }
    }

    /// <summary>Makes a host a machine client: it checks tokens by the gateway's keys and gets its own there.</summary>
    public void Enrol(IResourceBuilder<ProjectResource> host)
    {
        var name = host.Resource.Name;
        var secret = builder.AddParameter("client-" + name);
        host.WithEnvironment("Auth__Authority", () => Address)
            .WithEnvironment("Auth__ClientId", name)
            .WithEnvironment("Auth__ClientSecret", secret);
        // A host asks others for one thing: packs that it missed.
        gateway.WithEnvironment($"Identity__Seed__Clients__{name}__Secret", secret)
            .WithEnvironment($"Identity__Seed__Clients__{name}__Permissions", "journal:feed");
    }

    /// <summary>For people to type: no letters that look alike, some 100 bits.</summary>
    static string Password() => string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 5)));
}

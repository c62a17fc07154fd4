using System.Diagnostics;
using System.Text.Json;

namespace CrmSuite.Architecture.Tests;

/// <summary>The manifests say what the suite is: rendered by <c>kubectl kustomize</c>, judged by the client's models and the published schemas, held against our own rules.</summary>
public sealed class ManifestTests : IClassFixture<Manifests>
{
    readonly Manifests manifests;

    public ManifestTests(Manifests manifests) => this.manifests = manifests;

    [Fact]
    public void Every_manifest_is_one_that_a_cluster_would_take() =>
        Assert.Empty(manifests.All.SelectMany(manifest => manifest.Errors.Select(error => $"{manifest.Kind} {manifest.Name}: {error}")));

    [Fact]
    public void A_misspelt_field_and_a_wrong_value_are_found()
    {
        Assert.NotEmpty(Manifests.Judge(manifests.Rendered.Replace("readinessProbe:", "readynessProbe:", StringComparison.Ordinal)).SelectMany(manifest => manifest.Errors));
        Assert.NotEmpty(Manifests.Judge(manifests.Rendered.Replace("runAsNonRoot: true", "runAsNonRoot: \"true\"", StringComparison.Ordinal)).SelectMany(manifest => manifest.Errors));
    }

    [Fact]
    public void Every_host_is_a_deployment_a_service_and_a_resource_of_AppHost()
    {
        var suite = Repository.Read("AppHost", "Program.cs");
        Assert.Equal(Repository.Hosts.Order(), manifests.All.Where(manifest => manifest.Kind == "Deployment").Select(manifest => manifest.Name).Order());
        Assert.Equal(Repository.Hosts.Order(), manifests.All.Where(manifest => manifest.Kind == "Service").Select(manifest => manifest.Name).Order());
        Assert.All(Repository.Hosts, host => Assert.Contains($"\"{host}\"", suite, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_container_is_restricted_and_limited() => Assert.All(Deployments(), deployment =>
    {
        var pod = deployment.GetProperty("spec").GetProperty("template").GetProperty("spec");
        Assert.False(pod.GetProperty("automountServiceAccountToken").GetBoolean());
        Assert.True(pod.GetProperty("securityContext").GetProperty("runAsNonRoot").GetBoolean());
        Assert.Equal("RuntimeDefault", pod.GetProperty("securityContext").GetProperty("seccompProfile").GetProperty("type").GetString());
        foreach (var container in pod.GetProperty("containers").EnumerateArray().Concat(pod.GetProperty("initContainers").EnumerateArray()))
        {
            var security = container.GetProperty("securityContext");
            Assert.False(security.GetProperty("allowPrivilegeEscalation").GetBoolean());
            Assert.True(security.GetProperty("readOnlyRootFilesystem").GetBoolean());
            Assert.Equal("ALL", security.GetProperty("capabilities").GetProperty("drop")[0].GetString());
            Assert.True(container.GetProperty("resources").TryGetProperty("requests", out _));
            Assert.True(container.GetProperty("resources").GetProperty("limits").TryGetProperty("memory", out _));
            Assert.DoesNotContain(":latest", container.GetProperty("image").GetString(), StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Every_host_is_probed_for_start_life_and_readiness() => Assert.All(Deployments(), deployment =>
    {
        var container = deployment.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0];
        Assert.Equal("/health/live", Probe(container, "startupProbe"));
        Assert.Equal("/health/live", Probe(container, "livenessProbe"));
        Assert.Equal("/health/ready", Probe(container, "readinessProbe"));
    });

    IEnumerable<JsonElement> Deployments() => manifests.All.Where(manifest => manifest.Kind == "Deployment").Select(manifest => manifest.Document);

    static string? Probe(JsonElement container, string name) => container.GetProperty(name).GetProperty("httpGet").GetProperty("path").GetString();
}

/// <summary>The base, rendered and judged once.</summary>
public sealed class Manifests
{
    static readonly string Folder = Repository.Path("tests", "Architecture.Tests", "Manifests");

    public Manifests()
    {
        if (!OnPath("kubectl"))
        {
            Run("apt-get", ["install", "-y", "--no-install-recommends", "kubernetes-client"]);
        }

        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            Run("npm", ["ci", "--no-audit", "--no-fund"]);
        }

        Rendered = Run("kubectl", ["kustomize", Repository.Path("k8s", "base")]);
        All = Judge(Rendered);
    }

    public string Rendered { get; }

    public IReadOnlyList<Manifest> All { get; }

    public static IReadOnlyList<Manifest> Judge(string rendered) =>
        JsonSerializer.Deserialize<List<Manifest>>(Run("node", ["validate.mjs"], rendered), JsonSerializerOptions.Web)!;

    static bool OnPath(string name) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));

    static string Run(string file, string[] arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed: {error.Result}");
    }
}

/// <summary>One rendered document and what is wrong with it.</summary>
public sealed record Manifest(string Kind, string Name, IReadOnlyList<string> Errors, JsonElement Document);

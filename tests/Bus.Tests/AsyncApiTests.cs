using System.Diagnostics;
using System.Text.Json;
using CrmSuite.Testing;

namespace CrmSuite.Bus.Tests;

public sealed class AsyncApiTests
{
    static readonly string Contracts = Path.GetDirectoryName(TestDepartment.Topology)!;
    static readonly string Document = Path.Combine(Contracts, "asyncapi.yaml");
    static readonly string Listener = Path.Combine(Contracts, "..", "tests", "Bus.Tests", "Listener");

    [Fact]
    public void The_document_is_what_the_contracts_say()
    {
        var written = AsyncApi.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_ASYNCAPI") is not null)
        {
            File.WriteAllText(Document, written);
        }

        Assert.True(File.Exists(Document) && File.ReadAllText(Document) == written,
            "contracts/asyncapi.yaml is not up to date. Run: UPDATE_ASYNCAPI=1 dotnet test tests/Bus.Tests --filter AsyncApiTests");
    }

    [Fact]
    public async Task A_listener_in_another_language_reads_the_bus_from_the_document_alone()
    {
        await using var issuer = await Issuer.Start();
        var rabbit = await (await Servers.VirtualHost("partner")).LoadTopology(TestDepartment.Topology);
        await rabbit.LoadTopology(await Partner());
        await using var sales = await TestDepartment.Sales(await TestDepartment.Database("sales"), rabbit, issuer);
        await Run("npm", Listener, "ci", "--prefer-offline", "--no-audit", "--no-fund");

        var orders = await sales.Pay(250);
        await sales.Pay(orders[0], orders[0]);
        var heard = JsonDocument.Parse(await Run("node", Listener, "listen.mjs", rabbit.As("partner", "partner").AmqpUri, "partner.events", Document, "251")).RootElement;

        Assert.Empty(heard.GetProperty("wrong").EnumerateArray());
        Assert.Equal(251, heard.GetProperty("types").GetProperty("sales.order-paid.1").GetInt32());
        Assert.Equal((await sales.Packs.Head(default)).No, heard.GetProperty("packs").GetInt64());
    }

    /// <summary>What an operator declares for a listener outside the suite: a queue of its own and the right to read it.</summary>
    static async Task<string> Partner()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "partner-topology.json");
        await File.WriteAllTextAsync(path, """
            {
              "exchanges": [],
              "queues": [{"name": "partner.events", "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "quorum", "x-max-length": 2000, "x-overflow": "drop-head"}}],
              "bindings": [{"source": "crm.events", "destination": "partner.events", "routingKey": "sales"}],
              "users": [{"name": "partner"}],
              "permissions": [{"user": "partner", "configure": "^$", "write": "^$", "read": "^partner\\.events$"}],
              "topicPermissions": []
            }
            """);
        return path;
    }

    static async Task<string> Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{program} failed: {await errors}");
        return await output;
    }
}

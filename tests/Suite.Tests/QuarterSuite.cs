using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrmSuite.Demo;

namespace CrmSuite.Suite.Tests;

/// <summary>The suite with a tenth of the demonstration's quarter told by AppHost, come to rest; and how it answered others meanwhile.</summary>
public sealed class QuarterSuite : IAsyncLifetime
{
    /// <summary>How much of the quarter; the whole takes minutes.</summary>
    public const int Percent = 10;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public SuiteProcess Suite { get; } = new() { Percent = Percent };

    /// <summary>How long others waited for an answer while the quarter was told.</summary>
    public List<TimeSpan> Answers { get; } = [];

    /// <summary>The quarter's first day, as AppHost keeps it.</summary>
    public DateTime Start => DateTime.Parse(
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Suite.Data("secrets.json")))!["quarter"], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public async ValueTask InitializeAsync()
    {
        await Suite.InitializeAsync();
        await SuiteProcess.Until("the quarter is told", async () =>
        {
            Assert.DoesNotContain("not told to its end", Suite.Output, StringComparison.Ordinal);
            var watch = Stopwatch.StartNew();
            await Suite.Http.GetStringAsync("/api/sales/opportunities?size=20");
            Answers.Add(watch.Elapsed);
            return Suite.Output.Contains("is told", StringComparison.Ordinal);
        }, Patience);
        await Suite.AtRest();
    }

    public async ValueTask DisposeAsync() => await Suite.DisposeAsync();

    /// <summary>The quarter as AppHost told it.</summary>
    public QuarterOptions Options()
    {
        var (id, secret, password) = Suite.Client;
        return new(Suite.Gateway, id, secret, password, Start, Percent);
    }
}

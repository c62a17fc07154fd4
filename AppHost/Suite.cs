using System.Globalization;
using CrmSuite.Demo;
using CrmSuite.Hosting;

namespace CrmSuite.AppHost;

/// <summary>Runs what Program.cs has written down, tells people and scripts how to reach it, and tells it a quarter to show where that is asked for.</summary>
/// <param name="builder">What runs.</param>
/// <param name="signIn">Who can sign in.</param>
/// <param name="percent">How much of the demonstration's quarter is told, 0 to 100.</param>
sealed class Suite(IDistributedApplicationBuilder builder, SignIn signIn, int percent)
{
    const string Begun = "quarter";
    const string Told = "quarter-told";

    readonly DataFolder data = DistributedApplicationBuilder.DataOf(builder);

    public async Task<int> Run()
    {
        var file = new SuiteFile(data, builder, signIn);
        var application = builder.Build();
        application.WhenNotRunning = file.Remove;
        application.WhenHealthy = () =>
        {
            file.Write();
            return Announcement.Lines(data, signIn, builder);
        };
        if (percent > 0 && !data.HasSecret(Told))
        {
            application.Afterwards = Tell;
        }

        return await application.RunAsync();
    }

    // Once for a data folder; what was cut short goes on at the next start, in the same quarter.
    async Task Tell(Action<string> say, CancellationToken stop)
    {
        try
        {
            var start = DateTime.Parse(
                data.Secret(Begun, () => QuarterOptions.LastBefore(DateTime.UtcNow).ToString("O")), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
            await Quarter.Tell(new(signIn.Address, SignIn.ScriptClient, signIn.ScriptSecret, signIn.Demonstration!.Resource.Value, start, percent), say, stop);
            data.Secret(Told);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            say($"demonstration: it is not told to its end, and goes on at the next start: {failure.Message}");
        }
    }
}

using CrmSuite.Hosting;

namespace CrmSuite.AppHost;

/// <summary>Runs what Program.cs has written down, and tells people and scripts how to reach it.</summary>
sealed class Suite(IDistributedApplicationBuilder builder, SignIn signIn)
{
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
        return await application.RunAsync();
    }
}

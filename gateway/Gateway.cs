using CrmSuite.Gateway.Identity;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Gateway;

static class Gateway
{
    /// <summary>The host, ready to run. Settings may be given as arguments, <c>--Name:Of:Setting=value</c>.</summary>
    /// <param name="args">Command and settings.</param>
    /// <param name="log">Where lines go instead of the console.</param>
    public static WebApplication Build(string[] args, ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        if (log is not null)
        {
            builder.Logging.ClearProviders().AddProvider(log);
        }

        builder.AddServiceDefaults("gateway");
        builder.AddRateLimits();
        builder.AddProxy();
        builder.AddDocs();
        if (IdentityHosting.IsEmbedded(builder.Configuration))
        {
            builder.AddIdentity(args);
        }

        var app = builder.Build();
        app.UseTrustedProxies();
        app.UseRateLimitByAddress();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimitByCaller();
        app.MapDefaultEndpoints();
        app.MapProxy();
        app.MapDocs();
        if (IdentityHosting.IsEmbedded(app.Configuration))
        {
            app.MapIdentity();
        }

        return app;
    }
}

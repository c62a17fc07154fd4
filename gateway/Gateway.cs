using CrmSuite.Gateway.Identity;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Gateway;

static class Gateway
{
    /// <summary>The host, ready to run. Settings may be given as arguments, <c>--Name:Of:Setting=value</c>.</summary>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
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

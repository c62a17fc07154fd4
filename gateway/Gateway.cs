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
        app.Use(TellBrowsers);
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

    // What a browser may do with an answer: nothing but show it; the page of the API documentation runs its own scripts only.
    static Task TellBrowsers(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs")
                ? "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
                : "default-src 'none'; frame-ancestors 'none'";
            if (context.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            return Task.CompletedTask;
        });
        return next(context);
    }
}

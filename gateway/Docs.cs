using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CrmSuite.Gateway.Identity;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace CrmSuite.Gateway;

/// <summary>
/// One page for the API of all services, <c>/docs</c>, over the documents that the services publish. A browser signs in at <c>/docs/sign-in</c>; its cookie
/// carries the access token, is good for reading the documentation and for nothing else.
/// </summary>
static class Docs
{
    public const string Cookie = "crmsuite-docs";
    const string SignInPath = "/docs/sign-in";
    const int DocumentBytesMax = 8 * 1024 * 1024;
    static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    public static void AddDocs(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(nameof(Docs), client =>
        {
            client.Timeout = FetchTimeout;
            client.MaxResponseContentBufferSize = DocumentBytesMax;
        });
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer =>
        {
            var (receive, challenge) = (bearer.Events.OnMessageReceived, bearer.Events.OnChallenge);
            bearer.Events.OnMessageReceived = context =>
            {
                context.Token = IsDocumentation(context.Request) ? context.Request.Cookies[Cookie] : null;
                return receive(context);
            };
            bearer.Events.OnChallenge = context =>
            {
                if (!context.Request.Path.StartsWithSegments("/docs"))
                {
                    return challenge(context);
                }

                context.HandleResponse();
                context.Response.Redirect(SignInPath);
                return Task.CompletedTask;
            };
        });
    }

    public static void MapDocs(this WebApplication app)
    {
        var embedded = IdentityHosting.IsEmbedded(app.Configuration);
        app.MapSwaggerUI("docs", page =>
        {
            page.DocumentTitle = "CrmSuite API";
            foreach (var service in Proxy.Services)
            {
                page.SwaggerEndpoint($"/openapi/{service}.json", service);
            }

            if (embedded)
            {
                page.SwaggerEndpoint("/openapi/v1.json", "identity");
            }
        }).RequirePermission("suite:read");
        foreach (var service in Proxy.Services)
        {
            var address = Proxy.Address(app.Configuration, service);
            app.MapGet($"/openapi/{service}.json", (HttpContext context, IHttpClientFactory http) => Document(context, http, service, address))
                .RequirePermission("suite:read").ExcludeFromDescription();
        }

        if (embedded)
        {
            app.MapGet(SignInPath, () => Page(refused: false)).AllowAnonymous().ExcludeFromDescription();
            app.MapPost(SignInPath, SignIn).AllowAnonymous().WithMetadata(new RateLimit(RateLimits.SignIn)).ExcludeFromDescription();
        }
    }

    static bool IsDocumentation(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && (request.Path.StartsWithSegments("/docs") || request.Path.StartsWithSegments("/openapi"));

    // The caller's own token opens the service's document: the door adds no right of its own.
    static async Task<IResult> Document(HttpContext context, IHttpClientFactory http, string service, string address)
    {
        var token = context.Request.Headers.Authorization is [['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var sent]] ? sent : context.Request.Cookies[Cookie];
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/openapi/v1.json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.CreateClient(nameof(Docs)).SendAsync(request, context.RequestAborted);
            var document = JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(context.RequestAborted))!.AsObject();
            document["servers"] = new JsonArray(new JsonObject { ["url"] = $"/api/{service}" });
            document["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() });
            var components = document["components"] as JsonObject ?? [];
            components["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } };
            document["components"] = components;
            return Results.Text(document.ToJsonString(), "application/json");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            return Problems.Result(503, Problems.CodeOf(503), $"The service '{service}' cannot be reached at the moment.");
        }
    }

    static async Task<IResult> SignIn(HttpContext context, SignIns signIns)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await signIns.SignIn(form["userName"].ToString(), form["password"].ToString(), context.RequestAborted) is not { } issued)
        {
            return Page(refused: true);
        }

        context.Response.Cookies.Append(Cookie, issued.AccessToken, new()
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Strict,
            MaxAge = TimeSpan.FromSeconds(issued.ExpiresIn),
        });
        return Results.Redirect("/docs");
    }

    static IResult Page(bool refused) => Results.Text(
        $"""
        <!doctype html><html lang="en"><meta charset="utf-8"><title>CrmSuite API: sign in</title>
        <form method="post" action="{SignInPath}">
        <p>{(refused ? "User name or password is wrong, or the account is locked for some minutes." : "Sign in to read the API documentation.")}</p>
        <p><label>User name <input name="userName" autocomplete="username" required></label></p>
        <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
        <p><button>Sign in</button></p></form></html>
        """, "text/html; charset=utf-8", statusCode: refused ? 401 : 200);
}

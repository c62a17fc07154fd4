using System.Data.Common;
using System.Text.Json;
using CrmSuite.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSuite.ServiceDefaults;

/// <summary>Errors as clients see them: RFC 9457 problem+json with a stable <c>code</c>, without a stack trace and without personal data.</summary>
public static class Problems
{
    /// <summary>An answer of the given status. <paramref name="code"/> is part of the API and never changes; <paramref name="detail"/> is for people.</summary>
    public static IResult Result(int status, string code, string? detail = null, IReadOnlyDictionary<string, object?>? more = null) =>
        TypedResults.Problem(detail ?? Of(status).Detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status),
            extensions: [.. more ?? new Dictionary<string, object?>(), new("code", code)]);

    /// <summary>Writes the problem as the whole response; nothing may have been sent.</summary>
    public static Task Write(HttpContext context, int status, string code, string? detail = null) => Result(status, code, detail).ExecuteAsync(context);

    /// <summary>The code of an answer that has only a status: what the framework refused by itself.</summary>
    public static string CodeOf(int status) => Of(status).Code;

    static (string Code, string Detail) Of(int status) => status switch
    {
        401 => ("token.invalid", "Sign in, and send the access token as Authorization: Bearer."),
        403 => ("permission.missing", "Your roles do not allow this. Ask somebody whose roles do, or an administrator for a role."),
        404 => ("resource.unknown", "There is nothing at this address. The API's documentation lists what there is."),
        405 => ("method.unsupported", "This address does not take this method. The header Allow says which it takes."),
        408 => ("request.slow", "The request came too slowly. Send it again."),
        413 => ("body.too-large", $"The body is too large: {ServiceHosting.BodyBytesMax / 1024} KB is the most. Send it in parts, or import it as a file."),
        415 => ("content.unsupported", "The body has another content type than is asked for here. Send application/json, where nothing else is said."),
        429 => ("rate.exceeded", "These were too many requests. Wait, and send fewer."),
        502 => ("service.failed", "The service failed. Send the request again; if it fails again, tell operations."),
        503 => ("service.unavailable", "The service cannot answer at the moment. Send the request again shortly."),
        504 => ("service.slow", "The service did not answer in time. Send the request again shortly."),
        _ => status >= 500 ? ("internal", "Something is broken here. It is in the log; tell operations if it stays.") : ("request.invalid", "The request is malformed."),
    };

    /// <summary>The last resort: every exception becomes a problem. Others handle theirs before, as <see cref="IExceptionHandler"/>.</summary>
    internal static Task Handle(HttpContext context)
    {
        var feature = context.Features.Get<IExceptionHandlerFeature>()!;
        if (context.RequestAborted.IsCancellationRequested && feature.Error is OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return Task.CompletedTask;
        }

        var (status, code, detail) = Read(feature.Error, feature.Endpoint);
        if (status >= 500)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems))
                .LogError(feature.Error, "{Method} {Route} failed with {Status} {Code}.", context.Request.Method, (feature.Endpoint as RouteEndpoint)?.RoutePattern.RawText, status, code);
        }

        return Write(context, status, code, detail);
    }

    static (int Status, string Code, string? Detail) Read(Exception exception, Endpoint? endpoint) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } =>
            (400, "json.invalid", Unreadable.Why(json, endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType)),
        BadHttpRequestException bad => (bad.StatusCode, CodeOf(bad.StatusCode), Unreadable.Said(bad.Message)),
        // The framework reads forms; what it cannot read came with the request.
        InvalidDataException or IOException when exception.Source is "Microsoft.AspNetCore.WebUtilities" or "Microsoft.AspNetCore.Http" =>
            (400, "form.invalid", "The form cannot be read: it breaks off, holds U+0000, or has too many or too long fields."),
        // SQLSTATE class 22: a value that the database cannot hold. It came with the request.
        DbException { SqlState: ['2', '2', ..] } => (400, "value.out-of-range", "A value lies outside what can be stored."),
        DbException { IsTransient: true } => (503, "database.unavailable", null),
        TimeoutException => (503, CodeOf(503), null),
        _ => (500, CodeOf(500), null),
    };
}

/// <summary>Stands before everything else of the pipeline: exceptions and bare statuses become problems, U+0000 in an address is refused.</summary>
sealed class Door : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseTelemetry();
        app.UseStatusCodePages(page => Problems.Write(
            page.HttpContext, page.HttpContext.Response.StatusCode, Problems.CodeOf(page.HttpContext.Response.StatusCode), Permissions.Missing(page.HttpContext)));
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Problems.Handle, SuppressDiagnosticsCallback = _ => true });
        app.Use(RefuseNul);
        next(app);
    };

    static Task RefuseNul(HttpContext context, RequestDelegate next) => !HasNul(context.Request.Path.Value) && !HasNul(context.Request.QueryString.Value)
        ? next(context) : Problems.Write(context, 400, "request.invalid", "U+0000 is not a character of any value here.");

    static bool HasNul(string? text) => text is not null && (text.Contains('\0', StringComparison.Ordinal) || text.Contains("%00", StringComparison.Ordinal));
}

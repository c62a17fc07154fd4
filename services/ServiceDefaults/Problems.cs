using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSuite.ServiceDefaults;

/// <summary>Errors as clients see them: RFC 9457 problem+json with a stable <c>code</c>, without a stack trace and without personal data.</summary>
public static partial class Problems
{
    /// <summary>An answer of the given status. <paramref name="code"/> is part of the API and never changes; <paramref name="detail"/> is for people.</summary>
    public static IResult Result(int status, string code, string? detail = null, IReadOnlyDictionary<string, object?>? more = null) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status), extensions: [.. more ?? new Dictionary<string, object?>(), new("code", code)]);

    /// <summary>Writes the problem as the whole response; nothing may have been sent.</summary>
    public static Task Write(HttpContext context, int status, string code, string? detail = null) => Result(status, code, detail).ExecuteAsync(context);

    /// <summary>The code of an answer that has only a status: what the framework refused by itself.</summary>
    public static string CodeOf(int status) => status switch
    {
        400 => "request.invalid",
        401 => "token.invalid",
        403 => "permission.missing",
        404 => "resource.unknown",
        405 => "method.unsupported",
        408 => "request.slow",
        413 => "body.too-large",
        415 => "content.unsupported",
        429 => "rate.exceeded",
        502 => "service.failed",
        503 => "service.unavailable",
        504 => "service.slow",
        _ => status >= 500 ? "internal" : "request.invalid",
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

        var (status, code, detail) = Read(feature.Error);
        if (status >= 500)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems))
                .LogError(feature.Error, "{Method} {Route} failed with {Status} {Code}.", context.Request.Method, (feature.Endpoint as RouteEndpoint)?.RoutePattern.RawText, status, code);
        }

        return Write(context, status, code, detail);
    }

    static (int Status, string Code, string? Detail) Read(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => (400, "json.invalid", Where(json)),
        BadHttpRequestException { StatusCode: 400 } bad => (400, CodeOf(400), Parameter(bad.Message)),
        BadHttpRequestException bad => (bad.StatusCode, CodeOf(bad.StatusCode), null),
        // SQLSTATE class 22: a value that the database cannot hold. It came with the request.
        DbException { SqlState: ['2', '2', ..] } => (400, "value.out-of-range", "A value lies outside what can be stored."),
        DbException { IsTransient: true } => (503, "database.unavailable", null),
        TimeoutException => (503, CodeOf(503), null),
        _ => (500, CodeOf(500), null),
    };

    // The serializer's own message names types of ours; the path and the place are what the client needs.
    static string Where(JsonException json) =>
        $"The body is not what is asked for at {json.Path ?? "$"} (line {json.LineNumber + 1 ?? 1}, byte {json.BytePositionInLine + 1 ?? 1}).";

    static string Parameter(string message) =>
        ParameterName().Match(message) is { Success: true } match ? $"The parameter '{match.Groups[1].Value}' is missing or malformed." : "The request is malformed.";

    [GeneratedRegex("""parameter "[^"]*?(\w+)" """)]
    private static partial Regex ParameterName();
}

/// <summary>Stands before everything else of the pipeline: exceptions and bare statuses become problems, U+0000 in an address is refused.</summary>
sealed class Door : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseTelemetry();
        app.UseStatusCodePages(page =>
            Problems.Write(page.HttpContext, page.HttpContext.Response.StatusCode, Problems.CodeOf(page.HttpContext.Response.StatusCode)));
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Problems.Handle, SuppressDiagnosticsCallback = _ => true });
        app.Use(RefuseNul);
        next(app);
    };

    static Task RefuseNul(HttpContext context, RequestDelegate next) =>
        HasNul(context.Request.Path.Value) || HasNul(context.Request.QueryString.Value)
            ? Problems.Write(context, 400, "request.invalid", "U+0000 is not a character of any value here.")
            : next(context);

    static bool HasNul(string? text) => text is not null && (text.Contains('\0', StringComparison.Ordinal) || text.Contains("%00", StringComparison.Ordinal));
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Contracts;
using CrmSuite.Keyring;
using CrmSuite.ServiceDefaults;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace CrmSuite.Journal;

/// <summary>From a request to a cause, and from an outcome to an answer.</summary>
public static class Http
{
    /// <summary>The header with which a command answers and a query asks for what its views must have passed.</summary>
    public const string AtLeast = "At-Least";

    /// <summary>The header that makes a command repeatable; kept for seven days.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>The query parameter by which any command is told as history: its business time, with the permission <c>history:write</c>.</summary>
    public const string BusinessTime = "at";

    /// <summary>The header with which a command given on the joint card of linked customers names the link; the department that knows links looks it up.</summary>
    public const string ViaLink = "Via-Link";

    /// <summary>The longest idempotency key.</summary>
    const int KeyMax = 200;

    /// <summary>The answer to a command: 200 with id and version, <c>ETag</c> and <c>At-Least</c>; or a problem with the refusal's code.</summary>
    public static async Task<IResult> ToHttp(this Task<Outcome> deciding) => ToHttp(await deciding);

    /// <summary>The same, 201 with the address of the new noun.</summary>
    /// <param name="deciding">The decision under way.</param>
    /// <param name="location">From the noun's id to its address below the department's root.</param>
    public static async Task<IResult> ToHttp(this Task<Outcome> deciding, Func<Guid, string> location) =>
        await deciding is Outcome.Accepted accepted ? new Answer(accepted, location(accepted.Id)) : ToHttp(await deciding);

    /// <summary>The cause at a business time that the caller names: only with the permission <c>history:write</c> (rulings.md 5).</summary>
    /// <param name="cause">The bound cause.</param>
    /// <param name="at">The given time, UTC; null leaves the cause as it is.</param>
    /// <param name="caller">Who asks.</param>
    /// <exception cref="BadHttpRequestException">403: the caller may not write history.</exception>
    public static Cause OccurredAt(this Cause cause, DateTime? at, ClaimsPrincipal caller) => at switch
    {
        null => cause,
        _ when !caller.Has("history:write") => throw new BadHttpRequestException("Only callers with history:write may name a business time.", StatusCodes.Status403Forbidden),
        { Kind: DateTimeKind.Utc } utc => cause with { At = utc },
        { } other => cause with { At = other.ToUniversalTime() },
    };

    /// <summary>Who acts, from the caller's token, with his team and region of this moment.</summary>
    /// <exception cref="BadHttpRequestException">401: the token names no subject.</exception>
    public static Actor Actor(this ClaimsPrincipal caller) => new(
        caller.FindFirstValue(Tokens.Kind) ?? "staff",
        caller.FindFirstValue("sub") ?? throw new BadHttpRequestException("The token names no subject.", StatusCodes.Status401Unauthorized),
        caller.FindFirstValue(Tokens.Team),
        caller.FindFirstValue(Tokens.Region));

    static IResult ToHttp(Outcome outcome) => outcome switch
    {
        Outcome.Accepted accepted => new Answer(accepted, null),
        Outcome.Refused refused => Problems.Result(refused.Status, refused.Refusal.Code, refused.Refusal.Reason, refused.Refusal.More),
        Outcome.Conflict => Problems.Result(409, "conflict", "Others changed this at the same time. Read it again and repeat the command."),
        Outcome.Stale stale => Problems.Result(412, "version.stale", $"It is at version {stale.Version} now. Read it again and decide on what is there."),
        Outcome.Reused => Problems.Result(422, "idempotency.reused", "This Idempotency-Key was used for another request. Take a new key."),
        Outcome.Unavailable unavailable => Problems.Result(503, unavailable.Code, unavailable.Reason),
        _ => throw new UnreachableException(),
    };

    /// <summary>What a command answers.</summary>
    /// <param name="Id">The noun's id.</param>
    /// <param name="Version">The stream's version after it.</param>
    public sealed record Done(Guid Id, int Version);

    sealed class Answer(Outcome.Accepted accepted, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.Headers[HeaderNames.ETag] = $"\"{accepted.Version}\"";
            var stream = accepted.Version < 0 ? null : $"{accepted.Category}-{accepted.Id}";
            context.Response.Headers[AtLeast] = new AtLeast(accepted.Position, stream, accepted.Version).ToString();
            var done = new Done(accepted.Id, accepted.Version);
            return (location is null || accepted.Repeated || accepted.Added == 0 ? (IResult)TypedResults.Ok(done) : TypedResults.Created($"/{location}", done)).ExecuteAsync(context);
        }
    }

    internal static async ValueTask<Cause> Bind(HttpContext context)
    {
        var key = context.Request.Headers[IdempotencyKey].ToString();
        if (key.Length > KeyMax || key.Any(c => !char.IsAscii(c) || char.IsControl(c)))
        {
            throw new BadHttpRequestException($"An {IdempotencyKey} is at most {KeyMax} printable ASCII characters.");
        }

        var actor = context.User.Actor();
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? context.Request.Path;
        var correlation = Activity.Current?.TraceId.ToHexString() is { } trace && Guid.TryParseExact(trace, "N", out var id) ? id : Guid.CreateVersion7();
        var cause = new Cause(
            key.Length == 0 ? Guid.CreateVersion7() : Ids.Derive("command", actor.Id, context.Request.Method, route, RouteValues(context), key),
            actor,
            correlation,
            Expected: IfMatch(context),
            Fingerprint: key.Length == 0 ? null : await Fingerprint(context))
        {
            IsClaimed = key.Length > 0,
            TraceParent = Activity.Current?.Id,
            ViaLink = context.Features.Get<ViaLink>(),
        };
        return cause.OccurredAt(At(context), context.User);
    }

    // Every command may be told as history by who may write history; a time without a zone is UTC.
    static DateTime? At(HttpContext context)
    {
        var text = context.Request.Query[BusinessTime].ToString();
        return text.Length == 0 ? null
            : DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && Era.Has(at)
                ? at
            : throw new BadHttpRequestException($"'{BusinessTime}' is {Era.Instant}, from {Era.First.Year} to {Era.Last.Year}.");
    }

    static string RouteValues(HttpContext context) => string.Join('/', context.Request.RouteValues.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));

    static int? IfMatch(HttpContext context)
    {
        var header = context.Request.Headers.IfMatch.ToString();
        return header.Length == 0 ? null
            : int.TryParse(header.Trim('"'), out var version) ? version
            : throw new BadHttpRequestException("If-Match names a version as it stood in an ETag, for example \"3\".");
    }

    // Runs before the body is bound, so it reads it once and rewinds. Keyed, because a body may hold personal fields and the claim stays.
    static async Task<byte[]> Fingerprint(HttpContext context)
    {
        context.Request.EnableBuffering();
        var hash = await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted);
        context.Request.Body.Position = 0;
        return context.RequestServices.GetRequiredService<MasterKey>().Keyed(hash);
    }
}

/// <summary>Where something is only read, nobody decides: while the keyring does not answer, the answer is the one that a command gets.</summary>
sealed class KeyringProblems : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not KeyringUnavailableException)
        {
            return false;
        }

        await Problems.Write(httpContext, StatusCodes.Status503ServiceUnavailable, Journal.WithoutKeyring.Code, Journal.WithoutKeyring.Reason);
        return true;
    }
}

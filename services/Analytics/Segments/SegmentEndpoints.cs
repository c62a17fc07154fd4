using System.Text.Json;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Segments;

/// <summary>Asks how many customers a rule would hold.</summary>
public sealed record PreviewSegment(string? Text = null, JsonElement? Expression = null, string? AsOf = null) : ICommand
{
    /// <inheritdoc/>
    public Refusal? Invalid() => new PublishSegment(Text, Expression).Invalid() ?? Runs.RunEndpoints.InvalidMoment(AsOf);
}

static class SegmentEndpoints
{
    const int PreviewMax = 100_000;

    public static void MapSegments(this IEndpointRouteBuilder app)
    {
        var segments = app.MapGroup("/segments").CheckCommands();

        segments.MapGet("", async (HttpRequest request, NpgsqlDataSource database, CancellationToken ct) => Answers.Rows(request, await Find(database, null, ct)))
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}", async (string name, Moment? asOf, IJournal journal, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
                await Find(database, name, ct) is [var found]
                    ? Results.Ok(new Detail(found, await SegmentMembership.Count(database, found.SegmentId, await At(asOf, journal, time, ct), ct), Axes(found)))
                    : Answers.Unknown("segment"))
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}/members", async (
                string name, HttpRequest request, Moment? asOf, Guid? after, int? limit, IJournal journal, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var rows = Answers.Limit(request, limit);
                var at = await At(asOf, journal, time, ct);
                return await Find(database, name, ct) is [var found]
                    ? Answers.Page(request, rows, await SegmentMembership.Members(database, found.SegmentId, at, after ?? Guid.Empty, rows, ct), stay => stay.CustomerId.ToString())
                    : Answers.Unknown("segment");
            })
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}/history/{customer:guid}", async (string name, Guid customer, HttpRequest request, NpgsqlDataSource database, CancellationToken ct) =>
                Answers.Rows(request, await SegmentMembership.OfCustomer(database, customer, Segment.IdOf(name), ct)))
            .RequirePermission("analytics:read");

        segments.MapPost("/preview", async (PreviewSegment command, IJournal journal, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
            {
                new PublishSegment(command.Text, command.Expression).Read(out var rule);
                var asOf = command.AsOf is not null && Moment.TryParse(command.AsOf, null, out var moment) ? moment : (Moment?)null;
                return Results.Ok(await Preview(database, journal, rule!, await At(asOf, journal, time, ct), ct));
            })
            .RequirePermission("analytics:read");

        segments.MapPost("/{name}/publish", (string name, PublishSegment command, Cause cause, IJournal journal, CancellationToken ct) =>
            {
                command.Read(out var rule);
                return Form.IsWord(name)
                    ? journal.Decide<Segment>(Segment.IdOf(name), cause, segment => segment.Publish(name, rule!), ct).ToHttp(_ => $"/api/analytics/segments/{name}")
                    : Task.FromResult(Problems.Result(400, "segment.name", "A segment's name is a short lower-case word."));
            })
            .RequirePermission("analytics:write");

        segments.MapPost("/{name}/retire", (string name, RetireSegment command, Cause cause, IJournal journal, CancellationToken ct) =>
                journal.Decide<Segment>(Segment.IdOf(name), cause, segment => segment.Retire(name, command), ct).ToHttp())
            .RequirePermission("analytics:write");
    }

    /// <summary>A segment as it is kept.</summary>
    public sealed record Summary(Guid SegmentId, string Name, int Version, string Rule, DateTime? RetiredAt, int? Customers, DateTime? FilledAt);

    /// <summary>A segment and how many are in it.</summary>
    public sealed record Detail(Summary Segment, long Members, IReadOnlyList<string> Axes);

    /// <summary>What a rule would hold.</summary>
    public sealed record PreviewAnswer(string Text, string RuleHash, DateTime AsOf, long Members, long Evaluated, bool Complete);

    static async Task<DateTime> At(Moment? asOf, IJournal journal, TimeProvider time, CancellationToken ct) =>
        asOf?.In((await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone) ?? time.GetUtcNow().UtcDateTime;

    static IReadOnlyList<string> Axes(Summary found) => RuleText.Parse(found.Rule).Axes();

    static async Task<IReadOnlyList<Summary>> Find(NpgsqlDataSource database, string? name, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. await connection.QueryAsync<Summary>(new CommandDefinition(
            $"""
            select s.segment_id, s.name, s.version, s.rule, s.retired_at, k.customers, k.filled_at
            from analytics.{SegmentDefinitions.Name} as s left join analytics.segment_state as k on k.segment_id = s.segment_id and k.version = s.version
            where @name::text is null or s.name = @name order by s.name
            """, new { name }, cancellationToken: ct))];
    }

    static async Task<PreviewAnswer> Preview(NpgsqlDataSource database, IJournal journal, Rule rule, DateTime asOf, CancellationToken ct)
    {
        var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
        await using var connection = await database.OpenConnectionAsync(ct);
        VersionInForce[] version = [new(Guid.Empty, 1, rule, Steps.Beginning, null)];
        var (members, evaluated, after) = (0L, 0L, Guid.Empty);
        while (evaluated < PreviewMax)
        {
            var customers = await HistoryReader.Customers(connection, after, ct);
            foreach (var history in await HistoryReader.Read(connection, customers, Moment.Ever, ct))
            {
                members += Membership.Of(version, history, zone).Any(stay => stay.ValidFrom <= asOf && !(stay.ValidTo <= asOf)) ? 1 : 0;
            }

            evaluated += customers.Count;
            if (customers.Count < HistoryReader.PageMax)
            {
                return new(RuleText.Write(rule), rule.Hash(), asOf, members, evaluated, true);
            }

            after = customers[^1];
        }

        return new(RuleText.Write(rule), rule.Hash(), asOf, members, evaluated, false);
    }
}

using System.Text.Json;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
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
    /// <summary>What an evaluation reads.</summary>
    static readonly string[] Facts = [CustomerOrders.Name, CustomerCredits.Name, CustomerProfileChanges.Name, Customer360.Name];

    public static void MapSegments(this IEndpointRouteBuilder app)
    {
        var segments = app.MapGroup("/segments").CheckCommands();

        segments.MapGet("", async (
                [AsParameters] Instants instants, string? after, int? size, Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await queries.Passed([SegmentDefinitions.Name], ct);
                var all = await Find(database, null, question, ct);
                return await queries.Answer("segments", (next, rows) => Task.FromResult(Page(all, question.Until, next, rows)), after, size);
            })
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}", async (
                string name, [AsParameters] Instants instants, Queries queries, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await queries.Passed(question.KnownAt is null ? [SegmentDefinitions.Name] : [SegmentDefinitions.Name, .. Facts], ct);
                return await Find(database, name, question, ct) is [var found] ? Results.Ok(await Show(found, question, time, database, ct)) : Unknown();
            })
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}/members", async (
                string name, [AsParameters] Instants instants, string? after, int? size, Queries queries, TimeProvider time, NpgsqlDataSource database,
                CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await Passed(queries, database, question, ct);
                if (await Find(database, name, question, ct) is not [var found])
                {
                    return Unknown();
                }

                var at = question.AsOf ?? time.GetUtcNow().UtcDateTime;
                return await queries.Answer<Stay>("members", question.KnownAt is not null
                    ? (next, rows) => Then(found, question, at, database).Members(Cursor.Id(next), rows, ct)
                    : (next, rows) => queries.Page<Stay>(SegmentMembership.Members(found.SegmentId, at), "customer_id", next, rows, ct), after, size);
            })
            .RequirePermission("analytics:read");

        segments.MapGet("/{name}/history/{customer:guid}", async (
                string name, Guid customer, [AsParameters] Instants instants, Queries queries, NpgsqlDataSource database, CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await Passed(queries, database, question, ct);
                return await Find(database, name, question, ct) is [var found]
                    ? await queries.Answer<Stay>("stays", async (_, _) => new(await History(found, customer, question, database, ct), null), null, null)
                    : Unknown();
            })
            .RequirePermission("analytics:read");

        segments.MapPost("/preview", async (
                PreviewSegment command, IJournal journal, Queries queries, TimeProvider time, NpgsqlDataSource database, CancellationToken ct) =>
            {
                new PublishSegment(command.Text, command.Expression).Read(out var rule);
                await queries.Passed(Facts, ct);
                var zone = (await journal.Load<Books.Books>(Books.Books.TheId, ct)).State.Zone;
                var at = command.AsOf is not null && Moment.TryParse(command.AsOf, null, out var moment) ? moment.In(zone) : time.GetUtcNow().UtcDateTime;
                VersionInForce version = new(Guid.Empty, 1, rule!, Steps.Beginning, null);
                var (members, evaluated, isComplete) = await new Evaluation(database, [version], zone, at, Cut.Everything).Count(ct);
                return Results.Ok(new Preview(RuleText.Write(rule!), rule!.Hash(), at, members, evaluated, isComplete));
            })
            .RequirePermission("analytics:read");

        segments.MapPost("/{name}/publish", (string name, PublishSegment command, Cause cause, IJournal journal, CancellationToken ct) =>
            {
                command.Read(out var rule);
                return Form.IsWord(name)
                    ? journal.Decide<Segment>(Segment.IdOf(name), cause, segment => segment.Publish(name, rule!), ct).ToHttp(_ => $"segments/{name}")
                    : Task.FromResult(Problems.Result(400, "segment.name", "A segment's name is a short lower-case word."));
            })
            .RequirePermission("analytics:write");

        segments.MapPost("/{name}/retire", (string name, RetireSegment command, Cause cause, IJournal journal, CancellationToken ct) =>
                journal.Decide<Segment>(Segment.IdOf(name), cause, segment => segment.Retire(name, command), ct).ToHttp())
            .RequirePermission("analytics:write");
    }

    /// <summary>A segment by the version of its rule that was in force.</summary>
    public sealed record Summary(Guid SegmentId, string Name, int Version, string Rule, DateTime? RetiredAt);

    /// <summary>A segment, how many are in it (false: of the customers that one answer evaluates), and how the table of members was filled last.</summary>
    public sealed record Detail(Summary Segment, long Members, bool Complete, IReadOnlyList<string> Axes, Filling? Filling);

    /// <summary>What a rule would hold.</summary>
    public sealed record Preview(string Text, string RuleHash, DateTime AsOf, long Members, long Evaluated, bool Complete);

    /// <summary>
    /// What a list of members stands on: the kept table with what it was kept from, or the facts themselves. Filling a table takes minutes where the segment is
    /// large, so only who names a position in <c>At-Least</c> waits for it; everybody else is better served by what there is.
    /// </summary>
    internal static Task Passed(Queries queries, NpgsqlDataSource database, Question question, CancellationToken ct) => question.KnownAt is null
        ? queries.Passed([SegmentDefinitions.Name], ct, queries.IsAtLeastAsked ? (position, token) => SegmentMembership.Passed(database, position, token) : null)
        : queries.Passed([SegmentDefinitions.Name, .. Facts], ct);

    /// <summary>The stays of one customer, as known then; begun by the instant that was asked for, if one was.</summary>
    internal static async Task<IReadOnlyList<Stay>> History(
        SegmentDefinitions.Row segment, Guid customer, Question question, NpgsqlDataSource database, CancellationToken ct)
    {
        var stays = question.KnownAt is not null
            ? await Then(segment, question, question.Until, database).Of(customer, ct)
            : await SegmentMembership.OfCustomer(database, customer, segment.SegmentId, ct);
        return [.. stays.Where(stay => stay.ValidFrom <= question.Until)];
    }

    internal static async Task<IReadOnlyList<SegmentDefinitions.Row>> Find(NpgsqlDataSource database, string? name, Question question, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await SegmentDefinitions.Read(connection, name, question.Cut, ct);
    }

    /// <summary>By the facts and the versions of the rule that were known.</summary>
    static Evaluation Then(SegmentDefinitions.Row segment, Question question, DateTime at, NpgsqlDataSource database) =>
        new(database, SegmentDefinitions.InForce(segment), question.Zone, at, question.Cut);

    /// <summary>The version in force at an instant; the first one also before it was published.</summary>
    static Summary At(SegmentDefinitions.Row segment, DateTime at)
    {
        var version = segment.Versions.LastOrDefault(version => version.PublishedAt <= at) ?? segment.Versions[0];
        return new(segment.SegmentId, segment.Name, version.Version, version.Text, version.RetiredAt <= at ? version.RetiredAt : null);
    }

    static Page<Summary> Page(IReadOnlyList<SegmentDefinitions.Row> all, DateTime at, string? after, int size)
    {
        var rows = all.Where(segment => string.CompareOrdinal(segment.Name, after) > 0).OrderBy(segment => segment.Name, StringComparer.Ordinal)
            .Select(segment => At(segment, at)).ToList();
        return rows.Count <= size ? new(rows, null) : new([.. rows.Take(size)], rows[size - 1].Name);
    }

    static async Task<Detail> Show(SegmentDefinitions.Row segment, Question question, TimeProvider time, NpgsqlDataSource database, CancellationToken ct)
    {
        var (summary, at) = (At(segment, question.Until), question.AsOf ?? time.GetUtcNow().UtcDateTime);
        var (members, _, isComplete) = question.KnownAt is not null
            ? await Then(segment, question, at, database).Count(ct)
            : (await SegmentMembership.Count(database, segment.SegmentId, at, ct), 0L, true);
        return new(summary, members, isComplete, RuleText.Parse(summary.Rule).Axes(), await SegmentMembership.Filled(database, segment.SegmentId, ct));
    }

    static IResult Unknown() => Problems.Result(404, "segment.unknown", "There is no such segment.");
}

using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Rfm;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.Analytics.Store;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Npgsql;

namespace CrmSuite.Analytics.Customers;

static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder app)
    {
        app.MapGet("/customers/{id:guid}", async (
                Guid id, bool? group, [AsParameters] Instants instants, IJournal journal, Queries queries, NpgsqlDataSource database, TimeProvider time,
                CancellationToken ct) =>
            {
                var question = await instants.Resolve(ct);
                await SegmentEndpoints.Passed(queries, database, question, ct);
                return await (question.IsPast ? Then(id, question, journal, queries, database, time, ct) : Now(id, queries, database, time, ct)) is { } page
                    ? Results.Ok(group == false ? page : page with { Group = await CustomerGroup.Of(queries, id, question.Until, question.Cut, ct) })
                    : Problems.Result(404, "customer.unknown", "There is no such customer.");
            })
            .RequirePermission("analytics:read");

        app.MapGet("/links/{id:guid}/facts", async (Guid id, string? after, int? size, Queries queries, CancellationToken ct) =>
            await CustomerGroup.Facts(queries, id, after, size, ct) ?? Problems.Result(404, "link.unknown", "There is no such link."))
            .RequirePermission("analytics:read").WithSummary("The facts of all departments that were made from the joint card of a link, and whose they are.");
    }

    /// <summary>One customer over all departments, with his scores and the segments he is in; and those who are one with him, unless the caller asks for him alone.</summary>
    public sealed record CustomerPage(
        Customer360.Row Customer, DateTime? ScoredAsOf, RfmRow? Rfm, ChurnRow? Churn, string? ChurnModel, IReadOnlyList<Stay> Segments, CustomerGroup? Group = null);

    /// <summary>As he is, with the scores of the newest run.</summary>
    static async Task<CustomerPage?> Now(Guid id, Queries queries, NpgsqlDataSource database, TimeProvider time, CancellationToken ct)
    {
        if (await queries.Find<Customer360, Customer360.Row>(id, ct) is not { } customer)
        {
            return null;
        }

        var run = await ScoreRun.Find(database, null, ct);
        var stays = await SegmentMembership.OfCustomer(database, id, null, ct);
        return new(customer, run?.AsOf,
            run is null ? null : (await queries.Query<RfmRow>(RfmRow.OfRun(run.RunId, id), ct)).SingleOrDefault(),
            run is null ? null : (await queries.Query<ChurnRow>(ChurnRow.OfRun(run.RunId, id), ct)).SingleOrDefault(),
            run?.Model, [.. stays.Where(stay => stay.Covers(time.GetUtcNow().UtcDateTime))]);
    }

    /// <summary>As he was, by what was known; the scores are computed from the facts of then.</summary>
    static async Task<CustomerPage?> Then(
        Guid id, Question question, IJournal journal, Queries queries, NpgsqlDataSource database, TimeProvider time, CancellationToken ct)
    {
        if (await CustomerFacts.AsOf(queries, id, question.Until, question.Cut, ct) is not { } customer)
        {
            return null;
        }

        await queries.Passed([CustomerOrders.Name], ct);
        var (at, scoredAsOf) = (question.AsOf ?? time.GetUtcNow().UtcDateTime, question.AsOf ?? await Facts.NewestOrder(database, ct));
        var model = await ChurnEndpoints.InForce(journal, question, ct);
        var rfm = await RfmEndpoints.Select(question, queries, database, ct, id) is { } select
            ? (await queries.Query<RfmRow>(select, ct)).SingleOrDefault()
            : null;
        var churn = scoredAsOf is { } asOf ? await ChurnRow.AsOf(database, model, question, asOf, new(id, Guid.Empty, 1), ct) : [];
        var segments = new List<Stay>();
        foreach (var segment in await SegmentEndpoints.Find(database, null, question, ct))
        {
            segments.AddRange((await SegmentEndpoints.History(segment, id, question, database, ct)).Where(stay => stay.Covers(at)));
        }

        return new(customer, scoredAsOf, rfm, churn.SingleOrDefault(), ChurnScore.Served(model), segments);
    }
}

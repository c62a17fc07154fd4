using System.Diagnostics;
using System.Globalization;
using System.Text;
using CrmSuite.Analytics.Churn;
using CrmSuite.Analytics.Segments;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Analytics;
using CrmSuite.Journal;
using Dapper;
using Npgsql;

namespace CrmSuite.Analytics.Findings;

/// <summary>A finding that waits to be decided: written in the transaction of the rows that it follows from, gone in the transaction that decides it.</summary>
/// <param name="Finding">The event.</param>
/// <param name="At">Its business time.</param>
/// <param name="Cause">The event that it follows from; null when time alone did.</param>
sealed record Proposal(Event Finding, DateTime At, Guid? Cause)
{
    /// <summary>Its number, given by the table.</summary>
    public long No { get; init; }

    Guid NounId => Finding switch
    {
        SegmentEntered e => Membership.IdOf(e.SegmentId, e.CustomerId),
        SegmentLeft e => Membership.IdOf(e.SegmentId, e.CustomerId),
        ChurnRiskRaised e => e.CustomerId,
        _ => throw new UnreachableException(),
    };

    /// <summary>Writes proposals on this connection, in its transaction.</summary>
    public static async Task Add(NpgsqlConnection connection, IReadOnlyList<Proposal> proposals, CancellationToken ct)
    {
        if (proposals.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                insert into analytics.proposals (noun_id, name, finding, at, cause)
                select noun_id, name, finding::json, at, cause from unnest(@nouns, @names, @findings, @times, @causes) with ordinality
                    as p(noun_id, name, finding, at, cause, n) order by n
                """,
                new
                {
                    nouns = proposals.Select(proposal => proposal.NounId).ToArray(),
                    names = proposals.Select(proposal => EventNames.Of(proposal.Finding.GetType())).ToArray(),
                    findings = proposals.Select(proposal => Encoding.UTF8.GetString(EventReading.Write(proposal.Finding))).ToArray(),
                    times = proposals.Select(proposal => proposal.At).ToArray(),
                    causes = proposals.Select(proposal => proposal.Cause).ToArray(),
                },
                cancellationToken: ct));
        }
    }

    /// <summary>The oldest ones.</summary>
    public static async Task<IReadOnlyList<Proposal>> Oldest(NpgsqlDataSource database, int max, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var rows = await connection.QueryAsync<(long No, string Name, string Finding, DateTime At, Guid? Cause)>(new CommandDefinition(
            "select no, name, finding::text, at, cause from analytics.proposals order by no limit @max", new { max }, cancellationToken: ct));
        return [.. rows.Select(row => new Proposal(EventReading.Read(row.Name, Encoding.UTF8.GetBytes(row.Finding)), row.At, row.Cause) { No = row.No })];
    }

    /// <summary>The statement that takes decided ones away.</summary>
    public static NpgsqlBatchCommand Remove(IReadOnlyList<Proposal> decided) =>
        new("delete from analytics.proposals where no = any($1)") { Parameters = { new() { Value = decided.Select(proposal => proposal.No).ToArray() } } };

    /// <summary>The decision: on the noun's own stream, under a command id that repeats, at the time from which it was so.</summary>
    public Deciding Decide()
    {
        var cause = Journal.Cause.Rule("finding", Ids.Derive("finding", No.ToString(CultureInfo.InvariantCulture)), At) with { CausationId = Cause };
        return Finding switch
        {
            SegmentEntered entered => new Deciding<Membership>(NounId, cause, (membership, _) => membership.Enter(entered)),
            SegmentLeft left => new Deciding<Membership>(NounId, cause, (membership, _) => membership.Leave(left)),
            ChurnRiskRaised raised => new Deciding<ChurnRisk>(NounId, cause, (risk, _) => risk.Raise(raised)),
            _ => throw new UnreachableException(),
        };
    }
}

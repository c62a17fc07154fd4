using System.Runtime.CompilerServices;
using CrmSuite.EventStore.Ingest;
using Npgsql;

namespace CrmSuite.EventStore.Storage;

/// <summary>Signed heads beside the events they speak of.</summary>
sealed class HeadTable(NpgsqlDataSource database) : IHeadKeeper
{
    /// <inheritdoc/>
    public async Task Add(SignedHead head, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "insert into store.heads (number, document, signature) select coalesce(max(number), 0) + 1, $1, $2 from store.heads");
        command.Parameters.Add(new() { Value = head.Document });
        command.Parameters.Add(new() { Value = head.Signature });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SignedHead> All([EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = database.CreateCommand("select document, signature from store.heads order by number");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return new(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        }
    }
}

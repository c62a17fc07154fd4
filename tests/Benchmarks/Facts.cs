using System.Buffers.Binary;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Benchmarks;

/// <summary>
/// The facts that all benchmarks write: orders of four events each, placed, paid in two steps, settled; some 360 bytes of body and 150 of metadata on an order placed.
/// Ids rise with time as UUIDv7 do, and follow from the order's number, so that a filled journal can be appended to.
/// </summary>
static class Facts
{
    public const string Noun = "order";

    /// <summary>How many events a filled stream has.</summary>
    public const int PerStream = 4;

    /// <summary>Filled journals tell the streams of one window beside each other: first each order's first event, then each one's second.</summary>
    const int Window = 500;

    static readonly DateTime Began = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly Guid Customer = Guid.CreateVersion7();

    /// <summary>The body of POST /orders that leads to such an event.</summary>
    public static string Body(string number) =>
        $$$"""{"source":"bench","number":"{{{number}}}","total":{"minor":129900,"currency":"EUR"},"customer":{"source":"bench","reference":"c-1"},"basis":{"kind":"contract","purpose":"orders"},"lines":[{"line":1,"product":"sku-100342","quantity":2000,"net":{"minor":99900,"currency":"EUR"}}],"channel":"web","country":"Germany"}""";

    /// <summary>The id of the n-th order.</summary>
    public static Guid Id(long n)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], (long)((ulong)n * 0x9E3779B97F4A7C15));
        BinaryPrimitives.WriteInt64BigEndian(bytes, (new DateTimeOffset(Began).ToUnixTimeMilliseconds() + n) << 16);
        bytes[6] = 0x70;
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new(bytes, bigEndian: true);
    }

    /// <summary>An event of an order, ready to be appended. Bodies repeat, so that making them is no part of what is measured; ids do not.</summary>
    public static Pending Event(int version) => Samples[version % PerStream] with { EventId = Guid.CreateVersion7() };

    static readonly Pending[] Samples = [.. Enumerable.Range(0, PerStream).Select(Sample)];

    static Pending Sample(int version)
    {
        var (id, command) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var (total, half) = (new Money(129_900, "EUR"), new Money(64_950, "EUR"));
        Event fact = version switch
        {
            0 => new OrderPlaced(id, Customer, "bench", "0000000000000000", total, [new(1, "sku-100342", 2_000, new(99_900, "EUR"))], "web", "Germany"),
            1 or 2 => new OrderPaymentReceived(id, Customer, Guid.CreateVersion7(), half),
            _ => new OrderPaid(id, Customer, total, Money.Zero("EUR")),
        };
        var (name, data) = (EventNames.Of(fact.GetType()), EventReading.Write(fact));
        var meta = new Meta(new("staff", "u-17"), command, null, null, null, new(command)).ToBytes();
        return new(Guid.Empty, name, data, meta, Began.AddSeconds(version), ContentHash.Of(name, data, meta));
    }

    /// <summary>An append of one event.</summary>
    public static Append Append(Guid id, int version) => new(Noun, id, version - 1, [Event(version)], []);

    /// <summary>Fills an empty journal with this many events, as if they had been decided.</summary>
    public static async Task Fill(string connectionString, long events)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var orders = events / PerStream;
        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy journal.events (noun, id, version, event_id, name, data, meta, occurred_at, content_hash) from stdin (format binary)"))
        {
            foreach (var (order, version) in Told(orders))
            {
                await Write(copy, Id(order), version);
            }

            await copy.CompleteAsync();
        }

        await using var streams = new NpgsqlCommand(
            "insert into journal.streams (noun, id, version, previous) select noun, id, max(version), max(version) - 1 from journal.events group by id, noun order by id", connection)
        { CommandTimeout = 600 };
        await streams.ExecuteNonQueryAsync();
        await Ground.Sql(connectionString, "vacuum analyze");
        await Ground.Sql(connectionString, "checkpoint");
    }

    static async Task Write(NpgsqlBinaryImporter copy, Guid id, int version)
    {
        var fact = Event(version);
        await copy.StartRowAsync();
        await copy.WriteAsync(Noun, NpgsqlDbType.Text);
        await copy.WriteAsync(id, NpgsqlDbType.Uuid);
        await copy.WriteAsync(version, NpgsqlDbType.Integer);
        await copy.WriteAsync(fact.EventId, NpgsqlDbType.Uuid);
        await copy.WriteAsync(fact.Name, NpgsqlDbType.Text);
        await copy.WriteAsync(fact.Data, NpgsqlDbType.Json);
        await copy.WriteAsync(fact.Meta, NpgsqlDbType.Json);
        await copy.WriteAsync(fact.OccurredAt, NpgsqlDbType.TimestampTz);
        await copy.WriteAsync(fact.ContentHash, NpgsqlDbType.Bytea);
    }

    static IEnumerable<(long Order, int Version)> Told(long orders)
    {
        for (var first = 0L; first < orders; first += Window)
        {
            for (var version = 0; version < PerStream; version++)
            {
                for (var order = first; order < Math.Min(first + Window, orders); order++)
                {
                    yield return (order, version);
                }
            }
        }
    }
}

/// <summary>The anchor of everything that appends: the same row by a bare prepared INSERT, on a connection of its own, into a table with the same columns and indexes.</summary>
sealed class RawInsert : Caller
{
    public const string Table = "create schema bench; create table bench.events (like journal.events including all)";

    readonly NpgsqlConnection connection;
    readonly NpgsqlCommand command;
    Guid id;
    int version;

    RawInsert(NpgsqlConnection connection)
    {
        this.connection = connection;
        command = new("insert into bench.events (noun, id, version, event_id, name, data, meta, occurred_at, content_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", connection);
        foreach (var type in (NpgsqlDbType[])
            [NpgsqlDbType.Text, NpgsqlDbType.Uuid, NpgsqlDbType.Integer, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Json, NpgsqlDbType.Json, NpgsqlDbType.TimestampTz, NpgsqlDbType.Bytea])
        {
            command.Parameters.Add(new() { NpgsqlDbType = type });
        }
    }

    /// <param name="database">A database with a journal and <see cref="Table"/>.</param>
    public static async Task<Caller> Open(string database)
    {
        var connection = new NpgsqlConnection(Ground.Wide(database));
        await connection.OpenAsync();
        var caller = new RawInsert(connection);
        await caller.command.PrepareAsync();
        return caller;
    }

    public override async Task Call()
    {
        id = version == 0 ? Guid.CreateVersion7() : id;
        var fact = Facts.Event(version);
        object[] values = [Facts.Noun, id, version, fact.EventId, fact.Name, fact.Data, fact.Meta, fact.OccurredAt, fact.ContentHash];
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        await command.ExecuteNonQueryAsync();
        version = (version + 1) % Facts.PerStream;
    }

    public override async ValueTask DisposeAsync()
    {
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}

using CrmSuite.Bus;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CrmSuite.Benchmarks;

/// <summary>Append to a journal and ingest into a store that hold a long history already, beside the same with a short one. Every other event goes to an old stream.</summary>
static class Growing
{
    const int Short = 10_000;
    const int Long = 1_000_000;
    const int Longer = 10_000_000;
    const int Callers = 8;

    public static async Task Run(Bench bench)
    {
        var postgres = await bench.Ground.Postgres();
        var cases = new List<(string, Func<Task<Figure>>)>();
        int[] sizes = bench.Options.Large ? [Short, Long, Longer] : [Short, Long];
        var journals = new List<JournalDatabase>();
        foreach (var size in sizes)
        {
            var journal = await JournalDatabase.CreateOn(postgres, "sales");
            await Facts.Fill(journal.ConnectionString, size);
            var store = await StoreDatabase.Create(postgres);
            await FillStore(store, size);
            var (appending, ingesting) = (new Old(size), new Old(size));
            var appender = new Appender(NpgsqlDataSource.Create(Ground.Wide(journal.ConnectionString, 32)), journal.Log);
            cases.Add(($"append at {size:N0}", () => Load.Run(Callers, bench.Options.Length, Caller.Of(caller => async () =>
                _ = (await appender.Run(appending.Next(Facts.Append))).Position ?? throw new InvalidOperationException("A conflict where nobody else writes.")))));
            cases.Add(($"ingest at {size:N0}", () => Ingest(store, ingesting, bench.Options.Length)));
            journals.Add(journal);
        }

        await Ground.Sql(postgres.ConnectionString, "checkpoint");
        var rounds = await bench.Interleave([.. cases]);
        foreach (var (size, must, aim) in (ReadOnlySpan<(int, double, double)>)[(Long, 0.85, 0.95), (Longer, 0.75, 0.90)])
        {
            if (sizes.Contains(size))
            {
                bench.Goal($"14 append with {size:N0} events there", "/s", rounds, $"append at {size:N0}", $"append at {Short:N0}", must, aim);
                bench.Goal($"14 ingest with {size:N0} events there", "/s", rounds, $"ingest at {size:N0}", $"ingest at {Short:N0}", must, aim);
            }
        }

        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }
    }

    /// <summary>Packs of one hundred, one after the other, as ingest writes them.</summary>
    static async Task<Figure> Ingest(string database, Old old, TimeSpan length)
    {
        await using var store = await StoreDatabase.Start(database);
        var packs = await Load.Run(1, length, Caller.Of(_ => async () =>
        {
            var writes = Enumerable.Range(0, Pack.EventsMax).Select(_ => old.Next(Write)).ToList();
            if ((await store.Append(writes, default)).Any(result => result is not WriteResult.Written))
            {
                throw new InvalidOperationException("A conflict where nobody else writes.");
            }
        }));
        return new(packs.Value * Pack.EventsMax);
    }

    static StreamWrite Write(Guid id, int version)
    {
        var fact = Facts.Event(version);
        return new($"sales.order-{id}", new(version - 1), [new(fact.EventId, fact.Name, fact.Data, fact.Meta)]);
    }

    static async Task FillStore(string database, long events)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("copy store.streams (id, name) from stdin (format binary)"))
        {
            for (var order = 0L; order < events / Facts.PerStream; order++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(order + 1, NpgsqlDbType.Bigint);
                await copy.WriteAsync($"sales.order-{Facts.Id(order)}", NpgsqlDbType.Text);
            }

            await copy.CompleteAsync();
        }

        await using (var copy = await connection.BeginBinaryImportAsync(
            "copy store.events (position, stream, revision, id, type, json, data, metadata, created) from stdin (format binary)"))
        {
            for (var position = 0L; position < events; position++)
            {
                var (order, version) = Math.DivRem(position, Facts.PerStream);
                var fact = Facts.Event((int)version);
                await copy.StartRowAsync();
                await copy.WriteAsync(position + 1, NpgsqlDbType.Bigint);
                await copy.WriteAsync(order + 1, NpgsqlDbType.Bigint);
                await copy.WriteAsync(version, NpgsqlDbType.Bigint);
                await copy.WriteAsync(fact.EventId, NpgsqlDbType.Uuid);
                await copy.WriteAsync(fact.Name, NpgsqlDbType.Text);
                await copy.WriteAsync(true, NpgsqlDbType.Boolean);
                await copy.WriteAsync(fact.Data, NpgsqlDbType.Bytea);
                await copy.WriteAsync(fact.Meta, NpgsqlDbType.Bytea);
                await copy.WriteAsync(fact.OccurredAt, NpgsqlDbType.TimestampTz);
            }

            await copy.CompleteAsync();
        }

        await Ground.Sql(database, "vacuum analyze");
    }

    /// <summary>Which stream is next: a new one, then an old one at the version after its last. Old ones are taken in a scattered order, each once a turn.</summary>
    sealed class Old(long events)
    {
        /// <summary>A prime: its multiples visit every stream before one comes again.</summary>
        const long Stride = 7_919;

        readonly Lock gate = new();
        readonly long orders = events / Facts.PerStream;
        long next;

        public T Next<T>(Func<Guid, int, T> write)
        {
            long turn;
            lock (gate)
            {
                turn = next++;
            }

            var (round, place) = Math.DivRem(turn / 2, orders);
            return turn % 2 == 0 ? write(Guid.CreateVersion7(), 0) : write(Facts.Id(place * Stride % orders), Facts.PerStream + (int)round);
        }
    }
}

using CrmSuite.Bus;
using CrmSuite.EventStore.Client;
using CrmSuite.EventStore.Storage;
using CrmSuite.Journal;
using CrmSuite.Testing;
using Npgsql;

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
        var (journals, stores) = (new List<JournalDatabase>(), new List<PostgresEventStore>());
        foreach (var size in sizes)
        {
            var journal = await JournalDatabase.CreateOn(postgres, "sales");
            await Facts.Fill(journal.ConnectionString, size);
            var store = await Filled(await StoreDatabase.Create(postgres), size);
            var (appending, ingesting) = (new Old(size), new Old(size));
            var appender = new Appender(NpgsqlDataSource.Create(Ground.Wide(journal.ConnectionString, 32)), journal.Log);
            cases.Add(($"append at {size:N0}", () => Load.Run(Callers, bench.Options.Length, Caller.Of(caller => async () =>
                _ = (await appender.Run(appending.Next(Facts.Append))).Position ?? throw new InvalidOperationException("A conflict where nobody else writes.")))));
            cases.Add(($"ingest at {size:N0}", () => Ingest(store, ingesting, bench.Options.Length)));
            journals.Add(journal);
            stores.Add(store);
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

        foreach (var used in journals.Concat<IAsyncDisposable>(stores))
        {
            await used.DisposeAsync();
        }
    }

    /// <summary>Packs of one hundred, one after the other, as ingest writes them.</summary>
    static async Task<Figure> Ingest(PostgresEventStore store, Old old, TimeSpan length)
    {
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

    /// <summary>A store that has written its history itself, and so knows how its streams end; what it knows at most is its own affair.</summary>
    static async Task<PostgresEventStore> Filled(string database, int events)
    {
        var store = await StoreDatabase.Start(database);
        foreach (var some in Enumerable.Range(0, events / Facts.PerStream).Chunk(Pack.EventsMax))
        {
            await Task.WhenAll(some.Chunk(Pack.EventsMax / Facts.PerStream).Select(pack =>
                store.Append([.. pack.SelectMany(order => Enumerable.Range(0, Facts.PerStream).Select(version => Write(Facts.Id(order), version)))], default)));
        }

        await Ground.Sql(database, "vacuum analyze");
        return store;
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

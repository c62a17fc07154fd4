using System.Diagnostics;
using CrmSuite.Journal;
using CrmSuite.Sales.Orders;
using CrmSuite.Testing;
using CrmSuite.Views;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CrmSuite.Benchmarks;

/// <summary>
/// The order list of Sales folded again from the first event, by the machinery of every rebuild: by pages with a checkpoint each, and in memory and poured into a
/// table beside the live one. The anchor only reads the same events, by binary COPY.
/// </summary>
static class Rebuilding
{
    public static async Task Run(Bench bench)
    {
        var postgres = await bench.Ground.Postgres();
        await using var journal = await JournalDatabase.CreateOn(postgres, "sales");
        var events = bench.Options.Events / Facts.PerStream * Facts.PerStream;
        await Facts.Fill(journal.ConnectionString, events);
        await Ground.Sql(journal.ConnectionString, "create schema bench; create table bench.jsonb as select transaction, position, noun, id, version, event_id, name, data::jsonb, meta::jsonb, occurred_at, recorded_at, content_hash from journal.events");
        await Ground.Sql(journal.ConnectionString, "vacuum analyze bench.jsonb");
        var rounds = await bench.Interleave(
            ("COPY out, bodies as jsonb", () => Copy(journal.ConnectionString, "bench.jsonb", events)),
            ("COPY out, bodies as json", () => Copy(journal.ConnectionString, "journal.events", events)),
            ("rebuild by pages", () => Rebuild(journal, new() { Schema = "by_pages", RowsInMemoryMax = 0 }, events)),
            ("rebuild into a shadow table", () => Rebuild(journal, new() { Schema = "shadow" }, events)));
        foreach (var (goal, subject, must, aim) in (ReadOnlySpan<(string, string, double, double)>)
            [("7 rebuild by pages, events", "rebuild by pages", 0.35, 0.5), ("8 rebuild into a shadow table, events", "rebuild into a shadow table", 0.6, 0.9)])
        {
            bench.Goal(goal, "/s", rounds, subject, "COPY out, bodies as jsonb", must, aim);
            bench.Goal("the same beside what the journal keeps", "/s", rounds, subject, "COPY out, bodies as json");
        }
    }

    static async Task<Figure> Copy(string database, string table, int events)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var clock = Stopwatch.StartNew();
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"copy {table} to stdout (format binary)"))
        {
            var buffer = new byte[64 * 1024];
            while (await copy.ReadAsync(buffer, default) > 0)
            {
            }
        }

        return new(events / clock.Elapsed.TotalSeconds);
    }

    static async Task<Figure> Rebuild(JournalDatabase journal, ViewSettings settings, int events)
    {
        // As the runner opens it: rows can be folded again, so their commits need not wait for the disk.
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(journal.ConnectionString)
        {
            Options = "-c synchronous_commit=off",
            MaxPoolSize = 3,
            MaxAutoPrepare = 60,
            ReadBufferSize = 64 * 1024,
            WriteBufferSize = 64 * 1024,
            AutoPrepareMinUsages = 2,
        });
        var states = new ViewStates(settings.Schema);
        await Ground.Sql(journal.ConnectionString, $"create schema {settings.Schema}");
        await using (var connection = await database.OpenConnectionAsync())
        {
            await states.Build(connection, OrderList.Name, OrderList.Version, again: false, default);
        }

        var table = new ViewTable<OrderList.Row, OrderList>(settings.Schema, 1);
        var clock = Stopwatch.StartNew();
        await new ViewBuild(states, journal.Log, database, settings, NullLogger.Instance).Run([table], default);
        var rate = events / clock.Elapsed.TotalSeconds;
        if (await Ground.Ask(journal.ConnectionString, $"select count(*) from {settings.Schema}.order_list where status = 'paid'") != events / Facts.PerStream)
        {
            throw new InvalidOperationException("The rebuilt view does not hold every order.");
        }

        await Ground.Sql(journal.ConnectionString, $"drop schema {settings.Schema} cascade; delete from views.state where schema = '{settings.Schema}'");
        return new(rate);
    }
}

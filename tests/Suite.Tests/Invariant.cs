using System.Text.RegularExpressions;
using Npgsql;

namespace CrmSuite.Suite.Tests;

/// <summary>One thing that is always true: a query that finds what breaks it.</summary>
/// <param name="Text">What is true.</param>
/// <param name="Database">Of which database it speaks.</param>
/// <param name="Query">Answers no row while it is so.</param>
/// <param name="Breach">What would break it.</param>
sealed partial record Invariant(string Text, string Database, string Query, string Breach)
{
    /// <summary>How many rows are shown of what is broken.</summary>
    const int ShownMax = 5;

    /// <summary>All that stand in services/Sales/invariants.sql, each as often as there are databases of which it speaks.</summary>
    public static IReadOnlyList<Invariant> All { get; } =
    [
        .. from found in Entry().Matches(File.ReadAllText(Path.Combine(SuiteProcess.Root, "services", "Sales", "invariants.sql")))
           from database in found.Groups["where"].Value == "every department" ? Rest.Departments : [found.Groups["where"].Value]
           select new Invariant(found.Groups["what"].Value, database, found.Groups["query"].Value, found.Groups["breach"].Value),
    ];

    /// <summary>Copies the tables of which invariants speak; who asks on this connection afterwards asks the copy.</summary>
    public static async Task Copy(NpgsqlConnection connection)
    {
        string[] views = ["order_list", "invoice_list", "opportunity_history", "contract_history", "quota_list", "note_list", "linked_customers", "points_balance"];
        foreach (var table in (string[])["journal.events", "journal.streams", "journal.packs", "journal.set_aside", .. views.Select(view => $"views.{view}")])
        {
            await Run(connection, $"do $$ begin if to_regclass('{table}') is not null then create temp table {table.Split('.')[1]} as select * from {table}; end if; end $$");
        }
    }

    /// <summary>Breaks a copy, looks whether that is noticed, and mends it.</summary>
    public async Task<bool> IsNoticed(NpgsqlConnection connection)
    {
        await Run(connection, "begin");
        var changed = await Run(connection, Breach);
        var broken = await Broken(connection);
        await Run(connection, "rollback");
        return changed > 0 && broken.Count > 0;
    }

    /// <summary>What breaks it.</summary>
    public async Task<IReadOnlyList<string>> Broken(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand($"set search_path to journal, views; {Query}", connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (rows.Count < ShownMax && await reader.ReadAsync())
        {
            rows.Add(string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")));
        }

        return rows;
    }

    static async Task<int> Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"^-- (?<where>[a-z ]+): (?<what>[^\n]+)\n(?<query>(?!--)[^;]+);\n-- broken by: (?<breach>[^;]+);", RegexOptions.Multiline)]
    private static partial Regex Entry();
}

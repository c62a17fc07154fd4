namespace CrmSuite.Suite.Tests;

/// <summary>When nothing is on its way in a suite any more.</summary>
static class Rest
{
    public static readonly IReadOnlyList<string> Departments = ["acquisition", "sales", "service", "loyalty", "analytics"];

    /// <summary>Waits until every fact of every journal is in the event store and answered by everybody who hears it.</summary>
    public static Task AtRest(this SuiteProcess suite) => SuiteProcess.Until("the departments are at rest and the store holds what the journals hold", async () =>
    {
        try
        {
            var before = await suite.Facts();
            return before > 0 && await suite.IsAnswered() && before == await suite.Facts()
                && before == await suite.Count("eventstore", "select count(*) from store.events e where e.type not like '$%'");
        }
        catch (Npgsql.NpgsqlException)
        {
            return false;
        }
    }, TimeSpan.FromMinutes(10));

    /// <summary>How many facts there are in all journals.</summary>
    public static async Task<long> Facts(this SuiteProcess suite)
    {
        var facts = 0L;
        foreach (var department in Departments)
        {
            facts += await suite.Count(department, "select count(*) from journal.events");
        }

        return facts;
    }

    /// <summary>Every journal is sealed to its end, and every department has answered the last pack of each that it hears.</summary>
    static async Task<bool> IsAnswered(this SuiteProcess suite)
    {
        var heads = new Dictionary<string, long>();
        foreach (var department in Departments)
        {
            var (last, open) = (await suite.Sql(department, """
                with head as (select no, last_transaction, last_position from journal.packs order by no desc limit 1)
                select coalesce((select no from head), 0), (select count(*) from journal.events e
                    where not exists (select from head where (e.transaction, e.position) <= (last_transaction, last_position)))
                """)).Select(row => ((long)row[0]!, (long)row[1]!)).Single();
            heads[department] = open == 0 ? last : long.MaxValue;
        }

        foreach (var department in Departments)
        {
            if ((await suite.Sql(department, "select department, no from journal.inbox")).Any(heard => (long)heard[1]! != heads[(string)heard[0]!])
                || await suite.Count(department, "select count(*) from journal.set_aside") > 0)
            {
                return false;
            }
        }

        return true;
    }
}

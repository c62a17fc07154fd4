using System.Text.Json;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Npgsql;

namespace CrmSuite.Acquisition.Customers;

/// <summary>
/// The match keys of all customers, in the table <c>pii_match_keys</c>: follows the own journal and writes them anew for each customer of whom something was said. It
/// waits while the keyring does not answer; whoever was erased has none. One replica leads.
/// </summary>
sealed class PiiCustomerKeys(
    NpgsqlDataSource database, JournalLog log, IJournal journal, MatchKeys keys, Keyring.Keyring keyring, Leader leader, ILogger<PiiCustomerKeys> logger) : BackgroundService
{
    /// <summary>Another name begins at the first event again; to be raised when a key is folded otherwise.</summary>
    const string Name = "match-keys-1";

    const int PageMax = 500;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly Dictionary<string, MatchKind> Kinds = Enum.GetValues<MatchKind>().ToDictionary(Word);

    /// <summary>A kind as it stands in the table.</summary>
    public static string Word(MatchKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{kind}");

    /// <summary>Whether what was said up to a position is in the table.</summary>
    public async Task<bool> Passed(Position position, CancellationToken ct) => await Followed(ct) >= position;

    /// <summary>Forgets the keys of those among these customers who were erased; who they are.</summary>
    public async Task<IReadOnlySet<Guid>> Forget(IReadOnlyCollection<Guid> customers, CancellationToken ct)
    {
        var found = await keyring.Find(customers, ct);
        var erased = found.Where(pair => pair.Value.IsErased).Select(pair => pair.Key).ToHashSet();
        if (erased.Count > 0)
        {
            await database.Sql("delete from journal.pii_match_keys where customer_id = any($1)", (object)erased.ToArray()).Run(ct);
        }

        return erased;
    }

    /// <summary>What two customers have in common.</summary>
    public async Task<IReadOnlyList<MatchKind>> Common(Guid one, Guid other, CancellationToken ct) =>
    [
        .. (await database.Sql("""
            select distinct kind from journal.pii_match_keys mine join journal.pii_match_keys theirs using (kind, hash) where mine.customer_id = $1 and theirs.customer_id = $2
            """, one, other).Read<string>(ct)).Select(kind => Kinds[kind]),
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run(Name, Lead, stoppingToken);

    async Task Lead(CancellationToken ct)
    {
        var position = await Followed(ct);
        while (true)
        {
            try
            {
                var page = await log.Read(position, PageMax, ct);
                if (page.Count == 0)
                {
                    await log.Wait(position, ct);
                    continue;
                }

                await Write([.. page.Where(entry => entry.Category == Customer.Category).Select(entry => entry.Id).Distinct()], page[^1].Position, ct);
                position = page[^1].Position;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                logger.LogWarning("Match keys cannot be made now: {Reason}", failure.Message);
                await Task.Delay(Pause, ct);
            }
        }
    }

    async Task Write(Guid[] customers, Position position, CancellationToken ct)
    {
        var made = new List<(Guid Customer, MatchKey Key)>();
        foreach (var customer in customers)
        {
            made.AddRange(Of((await journal.Load<Customer>(customer, ct)).State).Select(key => (customer, key)));
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.Sql("delete from journal.pii_match_keys where customer_id = any($1)", (object)customers).Run(ct);
        await connection.Sql("insert into journal.pii_match_keys (customer_id, kind, hash) select * from unnest($1::uuid[], $2::text[], $3::uuid[])",
            made.Select(pair => pair.Customer).ToArray(), made.Select(pair => Word(pair.Key.Kind)).ToArray(), made.Select(pair => pair.Key.Hash).ToArray()).Run(ct);
        await connection.Sql("""
            insert into journal.followed (name, transaction, position) values ($1, $2, $3)
            on conflict (name) do update set transaction = excluded.transaction, position = excluded.position
            """, Name, position).Run(ct);
        await transaction.CommitAsync(ct);
    }

    IReadOnlyList<MatchKey> Of(Customer customer) => keys.Of(customer.Kind, Clear(customer.Name), Clear(customer.BirthDate), customer.Country,
        [Clear(customer.Email), .. Identifiers(customer, IdentifierKind.Email)], [Clear(customer.Phone), .. Identifiers(customer, IdentifierKind.Phone)]);

    static IEnumerable<string?> Identifiers(Customer customer, IdentifierKind kind) =>
        customer.Identifiers.Where(identifier => identifier.Kind == kind).Select(identifier => Clear(identifier.Value));

    // A sealed field means that the keyring did not answer; an erased one is not there at all.
    static string? Clear(PersonalData? field) => field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;

    async Task<Position> Followed(CancellationToken ct)
    {
        var followed = await database.Sql("select transaction, position from journal.followed where name = $1", Name).Read(reader => reader.GetPosition(0), ct);
        return followed is [var position] ? position : Position.Start;
    }
}

static class PiiCustomerKeysHosting
{
    /// <summary>Keeps the match keys of customers, by which duplicates are found.</summary>
    public static Department MatchKeys(this Department department)
    {
        department.Services.AddSingleton<PiiCustomerKeys>();
        department.Services.AddHostedService(provider => provider.GetRequiredService<PiiCustomerKeys>());
        return department.Schema<PiiCustomerKeys>();
    }
}

using System.Text.Json;
using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using Npgsql;

namespace CrmSuite.Acquisition.MatchRules;

/// <summary>
/// The match keys of all customers and leads, in the table <c>pii_match_keys</c>: follows the own journal and writes them anew for each of whom something was
/// said. No event holds one, so they are forgotten with the person: whoever was erased has none. It waits while the keyring does not answer. One replica leads.
/// </summary>
sealed class PiiMatchKeys(
    NpgsqlDataSource database, JournalLog log, IJournal journal, MatchKeys keys, Keyring.Keyring keyring, Leader leader, ILogger<PiiMatchKeys> logger)
    : BackgroundService
{
    /// <summary>Another name begins at the first event again; to be raised when a key is folded otherwise.</summary>
    const string Name = "match-keys-2";

    const int PageMax = 500;

    /// <summary>For how long after an erasure rows are looked for: longer than a key is remembered and a page is written.</summary>
    static readonly TimeSpan Margin = Keyring.Keyring.CacheMax * 3;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly Dictionary<string, MatchKind> Kinds = Enum.GetValues<MatchKind>().ToDictionary(Word);

    /// <summary>The keys of one customer or lead.</summary>
    sealed record Known(string Noun, Guid Id, Guid Person, IReadOnlyList<MatchKey> Keys);

    /// <summary>A kind as it stands in the table.</summary>
    public static string Word(MatchKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{kind}");

    /// <summary>Whether what was said up to a position is in the table.</summary>
    public async Task<bool> Passed(Position position, CancellationToken ct) => await Followed(ct) >= position;

    /// <summary>What two customers have in common.</summary>
    public async Task<IReadOnlyList<MatchKind>> Common(Guid one, Guid other, CancellationToken ct) =>
    [
        .. (await database.Sql("""
            select distinct kind from journal.pii_match_keys mine join journal.pii_match_keys theirs using (noun, kind, hash)
            where noun = 'customer' and mine.id = $1 and theirs.id = $2
            """, one, other).Read<string>(ct)).Select(kind => Kinds[kind]),
    ];

    /// <summary>By which other leads are found to be of the same person.</summary>
    public IReadOnlyList<Guid> Of(CaptureLead command) => [.. OfLead(command.Country, command.Email, command.Phone).Select(key => key.Hash)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => leader.Run(Name, Follow, stoppingToken);

    async Task Follow(CancellationToken ct)
    {
        var (position, erased, next) = (await Followed(ct), DateTime.UnixEpoch, 0L);
        while (true)
        {
            try
            {
                if (Environment.TickCount64 >= next)
                {
                    erased = await Forget(erased, ct);
                    next = Environment.TickCount64 + (long)Pause.TotalMilliseconds;
                }

                var page = await log.Read(position, PageMax, ct);
                if (page.Count == 0)
                {
                    await log.Wait(position, ct);
                    continue;
                }

                // The journal asks the server once for all who ask it at the same time.
                var said = page.Where(Concerns).Select(entry => (entry.Category, entry.Id)).Distinct();
                await Write(await Task.WhenAll(said.Select(of => Of(of.Category, of.Id, ct))), page[^1].Position, ct);
                position = page[^1].Position;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                logger.LogWarning("Match keys cannot be made now: {Reason}", failure.Message);
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <summary>Forgets the keys of whoever was erased since; from when on to look the next time.</summary>
    async Task<DateTime> Forget(DateTime since, CancellationToken ct)
    {
        var until = await keyring.Now(ct);
        for (var erased = await keyring.Erased(since, Guid.Empty, ct); erased.Count > 0; erased = await keyring.Erased(erased[^1].At, erased[^1].Person, ct))
        {
            await database.Sql("delete from journal.pii_match_keys where person = any($1)", (object)erased.Select(gone => gone.Person).ToArray()).Run(ct);
        }

        return until - Margin;
    }

    async Task Write(IReadOnlyList<Known> known, Position position, CancellationToken ct)
    {
        var made = known.SelectMany(of => of.Keys.Select(key => (of.Noun, of.Id, of.Person, Kind: Word(key.Kind), key.Hash))).ToList();
        await using var batch = database.CreateBatch(); // One round trip, and one transaction.
        batch.Add("delete from journal.pii_match_keys where id = any($1)", (object)known.Select(of => of.Id).ToArray());
        batch.Add("""
            insert into journal.pii_match_keys (noun, id, person, kind, hash) select * from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[])
            """,
            made.Select(key => key.Noun).ToArray(), made.Select(key => key.Id).ToArray(), made.Select(key => key.Person).ToArray(),
            made.Select(key => key.Kind).ToArray(), made.Select(key => key.Hash).ToArray());
        batch.Add("""
            insert into journal.followed (name, transaction, position) values ($1, $2, $3)
            on conflict (name) do update set transaction = excluded.transaction, position = excluded.position
            """, Name, position);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whatever is said of a customer may change them; of a lead, only what it came with and where the person is.</summary>
    static bool Concerns(Recorded entry) =>
        entry.Category == Customer.Category || (entry.Category == Lead.Category && entry.Event is LeadCaptured or LeadFieldsSet);

    async Task<Known> Of(string category, Guid id, CancellationToken ct)
    {
        if (category == Customer.Category)
        {
            return new("customer", id, id, OfCustomer((await journal.Load<Customer>(id, ct)).State));
        }

        var lead = (await journal.Load<Lead>(id, ct)).State;
        return new("lead", id, lead.CustomerId, OfLead(lead.Country, lead.Email, lead.Phone));
    }

    IReadOnlyList<MatchKey> OfCustomer(Customer customer) => keys.Of(customer.Kind, Clear(customer.Name), Clear(customer.BirthDate), customer.Country,
        [Clear(customer.Email), .. Identifiers(customer, IdentifierKind.Email)], [Clear(customer.Phone), .. Identifiers(customer, IdentifierKind.Phone)]);

    IReadOnlyList<MatchKey> OfLead(string? country, PersonalData? email, PersonalData? phone) =>
        keys.Of(CustomerKind.Person, null, null, country, [Clear(email)], [Clear(phone)]);

    static IEnumerable<string?> Identifiers(Customer customer, IdentifierKind kind) =>
        customer.Identifiers.Where(identifier => identifier.Kind == kind).Select(identifier => Clear(identifier.Value));

    // A sealed field means that the keyring did not answer; an erased one is not there at all.
    static string? Clear(PersonalData? field) =>
        field is { Clear: null } ? throw new KeyringUnavailableException("The keyring does not answer.") : field?.Clear;

    async Task<Position> Followed(CancellationToken ct)
    {
        var followed = await database.Sql("select transaction, position from journal.followed where name = $1", Name).Read(reader => reader.GetPosition(0), ct);
        return followed is [var position] ? position : Position.Start;
    }
}

static class PiiMatchKeysHosting
{
    /// <summary>Keeps the match keys of customers and leads, by which duplicates are found.</summary>
    public static Department MatchKeys(this Department department)
    {
        department.Services.AddSingleton<PiiMatchKeys>();
        department.Services.AddHostedService(provider => provider.GetRequiredService<PiiMatchKeys>());
        return department.Schema<PiiMatchKeys>();
    }
}

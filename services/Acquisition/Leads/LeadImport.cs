using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

/// <summary>
/// A file of leads, one row each; scored by the table in force. A row that looks like an open lead, or like a row before it, is refused with the candidates,
/// as by <c>POST /leads</c>, unless it says why it is another one.
/// </summary>
sealed class LeadImport(References references, PiiMatchKeys keys, IJournal journal, JournalLog log, IServiceScopeFactory scopes) : IImport
{
    readonly Dictionary<Guid, LeadBoard.Candidate> before = [];
    Queries? queries;

    public string Kind => "leads";

    public IReadOnlyList<ImportField> Fields { get; } =
    [
        new("source", "The system the leads come from: a lower-case word.", IsRequired: true),
        new("number", "The lead's number there; the same number again is the same lead.", IsRequired: true),
        new("channel", "How it came: a lower-case word.", IsRequired: true),
        new("customer", "How the source names the person; not an e-mail address or telephone number.", IsPersonal: true),
        new("customerId", "The person's id, where the file has it."),
        new("name", "Name.", IsPersonal: true),
        new("email", "E-mail address.", IsPersonal: true),
        new("phone", "Telephone number.", IsPersonal: true),
        new("company", "What his company is called.", IsPersonal: true),
        new("message", "What he wrote.", IsPersonal: true),
        new("campaign", "The campaign that it answers: a lower-case word."),
        new("country", "Country."),
        new("language", "BCP 47 tag, de-AT."),
        new("industry", "What his company does: a lower-case word."),
        new("sizeBand", "How big it is: a lower-case word."),
        new("budgetBand", "What he may spend: a lower-case word."),
        new("products", "Product codes, with bars between them."),
        new("force", "Why it is taken although it looks like another one: a lower-case word."),
        new("capturedAt", "When it came: ISO 8601; without an offset, in the mapping's time zone."),
    ];

    /// <summary>Knows what the pages before it wrote; while the tables are behind, the import begins again at its page.</summary>
    public async ValueTask<IImport> Page(CancellationToken ct)
    {
        using var scope = scopes.CreateScope();
        var asked = scope.ServiceProvider.GetRequiredService<Queries>();
        asked.UpTo = await log.Last(ct);
        await asked.Passed([LeadBoard.Name], ct, keys.Passed);
        return new LeadImport(references, keys, journal, log, scopes) { queries = asked };
    }

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var command = Row.Checked(new CaptureLead(source, row.Required("channel"), row.Id("customerId"),
            row.Text("customer") is { } named ? new(source, named) : null, row.Personal("name"), row.Personal("email"), row.Personal("phone"),
            row.Personal("company"), row.Personal("message"), row.Required("number"), row.Text("campaign"), row.Text("country"), row.Text("language"),
            row.Text("industry"), row.Text("sizeBand"), row.Text("budgetBand"), row.List("products"), row.Text("force"), row.Basis));
        var id = CaptureLead.IdOf(source, command.Number!);
        var customerId = LeadEndpoints.PersonOf(command, references, id);
        if (command.CustomerId is not null && (await journal.Load<Customer>(customerId, ct)).Version < 0)
        {
            throw new RowRefusedException("customer.unknown", "There is no customer with this id. Register him first, or leave the id out.");
        }

        var alike = await Alike(command, id, customerId, ct);
        var (scores, policy) = await LeadDesk.Scores(journal, ct);
        return new Deciding<Lead>(id, row.Cause($"lead {source} {command.Number}", row.Instant("capturedAt")) with { PolicyRefs = policy },
            (lead, _) => lead.Capture(command, id, customerId, alike, scores));
    }

    async Task<IReadOnlyList<LeadBoard.Candidate>> Alike(CaptureLead command, Guid id, Guid customerId, CancellationToken ct)
    {
        var matchKeys = keys.Of(command);
        IReadOnlyList<Guid> all = [.. matchKeys, customerId];
        if (command.Force is null)
        {
            var inFile = all.Select(key => before.GetValueOrDefault(key)).OfType<LeadBoard.Candidate>().Where(other => other.LeadId != id);
            List<LeadBoard.Candidate> alike = [.. await LeadBoard.Alike(queries!, keys, id, customerId, matchKeys, ct), .. inFile.Distinct()];
            if (alike.Count > 0)
            {
                return alike;
            }
        }

        foreach (var key in all)
        {
            before[key] = new(id, customerId, "new", command.Source, command.Channel, null, null);
        }

        return [];
    }
}

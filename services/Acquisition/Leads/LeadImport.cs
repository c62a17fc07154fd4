using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;

namespace CrmSuite.Acquisition.Leads;

/// <summary>A file of leads, one row each; scored by the table in force. A file takes what it holds: who is there twice is proposed by the registry.</summary>
sealed class LeadImport(References references, MatchKeys keys, IJournal journal) : IImport
{
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
        new("capturedAt", "When it came: ISO 8601; without an offset, in the mapping's time zone."),
    ];

    public async ValueTask<Deciding> Read(Row row, CancellationToken ct)
    {
        var source = row.Required("source");
        var command = Row.Checked(new CaptureLead(source, row.Required("channel"), row.Id("customerId"), row.Text("customer") is { } named ? new(source,
            named) : null,
            row.Personal("name"), row.Personal("email"), row.Personal("phone"), row.Personal("company"), row.Personal("message"), row.Required("number"),
            row.Text("campaign"), row.Text("country"), row.Text("language"), row.Text("industry"), row.Text("sizeBand"), row.Text("budgetBand"),
                row.List("products"),
            Basis: row.Basis));
        var id = CaptureLead.IdOf(source, command.Number!);
        var (customerId, matchKeys) = (LeadEndpoints.PersonOf(command, references, id), LeadEndpoints.KeysOf(command, keys));
        var (scores, policy) = await LeadDesk.Scores(journal, ct);
        return new Deciding<Lead>(id, row.Cause($"lead {source} {command.Number}", row.Instant("capturedAt")) with { PolicyRefs = policy },
            (lead, _) => lead.Capture(command, id, customerId, matchKeys, scores));
    }
}

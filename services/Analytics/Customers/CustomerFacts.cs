using System.ComponentModel;
using System.Text;
using System.Text.Json;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Customers;

/// <summary>
/// Every fact about a customer, of all departments, as it was recorded. Whatever is folded from them can be folded again as of any instant and by what was
/// known at any; personal fields are sealed here as everywhere.
/// </summary>
sealed class CustomerFacts : IView<CustomerFacts.Row>
{
    public sealed record Row(
        [property: Description("The event.")] Guid EventId,
        [property: Description("Whom it concerns.")] Guid CustomerId,
        [property: Description("Its position in the company's store: the order of the facts.")] long Position,
        [property: Description("The department that decided it.")] string Department,
        [property: Description("The department's pack in which it came: the axis of what was known.")] long PackNo,
        [property: Description("The noun, department.noun.")] string Category,
        [property: Description("The noun's id.")] Guid NounId,
        [property: Description("Its place in the noun's stream.")] int Version,
        [property: Description("Its stored name.")] string Name,
        [property: Description("Business time.")] DateTime OccurredAt,
        [property: Description("When the department recorded it.")] DateTime RecordedAt,
        [property: Description("The link whose joint card it was made from; it carries the survivor's id.")] Guid? ViaLink,
        [property: Description("The fact, as it was written; cast it to jsonb to look inside.")] string Data)
    {
        internal Recorded Entry() => new()
        {
            Position = new(0, Position),
            Category = Category,
            Id = NounId,
            Version = Version,
            EventId = EventId,
            Name = Name,
            Data = Encoding.UTF8.GetBytes(Data),
            MetaBytes = default,
            OccurredAt = OccurredAt,
            RecordedAt = RecordedAt,
            ContentHash = default,
            PackNo = PackNo,
        };
    }

    public static string Name => "customer_facts";
    public static int Version => 3;
    public static string About => "Every fact about a customer, of all departments, as it was recorded; personal fields are sealed.";
    public static IReadOnlyList<string> Indexes => ["(customer_id, position)", "(via_link, position) where via_link is not null", "(noun_id, version) where category = 'acquisition.link'"];

    public static IEnumerable<Guid> Keys(Recorded entry) =>
        entry.Department != "analytics" && entry.Event is ICustomerFact { CustomerId: var customer } && customer != Guid.Empty ? [entry.EventId] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => new(key, ((ICustomerFact)entry.Event).CustomerId, entry.Position.Number, entry.Department,
        entry.PackNo ?? 0, entry.Category, entry.Id, entry.Version, entry.Name, entry.OccurredAt, entry.RecordedAt, ViaLink(entry), Encoding.UTF8.GetString(entry.Data.Span));

    // Few facts have one, so few are looked into.
    static Guid? ViaLink(Recorded entry) => entry.MetaBytes.Span.IndexOf("\"viaLink\""u8) < 0 ? null : entry.Meta.ViaLink;

    /// <summary>One customer over all departments as of an instant, by what was known: the fold of these facts; null when there are none.</summary>
    public static async Task<Customer360.Row?> AsOf(Queries queries, Guid customer, DateTime asOf, Cut known, CancellationToken ct) =>
        (await queries.Query<Row>($"""
            select * from {AnalyticsHosting.Schema:name}.{Name:name} where customer_id = {customer} and occurred_at <= {asOf}
            and pack_no <= coalesce(({JsonSerializer.Serialize(known.Packs, Json.Stored)}::jsonb ->> department)::bigint, {known.Rest}) order by position
            """, ct)).Aggregate((Customer360.Row?)null, (row, fact) => Customer360.Fold(customer, row, fact.Entry()));
}

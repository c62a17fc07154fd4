using System.ComponentModel;
using System.Text.Json;
using CrmSuite.Analytics.Store;
using CrmSuite.Contracts;
using CrmSuite.Links;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Customers;

/// <summary>Customers who are one, over all departments: the sum of what each of them has. Links are facts like others, so a group is known as of any instant too.</summary>
/// <param name="Survivor">Whom new facts are about.</param>
/// <param name="Members">All of them, the survivor first.</param>
/// <param name="Together">What they have together; the profile is the survivor's, and where it is silent that of the next.</param>
sealed record CustomerGroup(Guid Survivor, IReadOnlyList<Guid> Members, Customer360.Row Together)
{
    /// <summary>A fact that was made from a joint card, and whose it is.</summary>
    public sealed record Via(
        [property: Description("The event.")] Guid EventId,
        [property: Description("Its position in the company's store.")] long Position,
        [property: Description("The customer it carries: the survivor of then.")] Guid CustomerId,
        [property: Description("Whose it is: as it stands while the link is in force, else by the choice made at the undoing; empty where a person decides.")] Guid? KeeperId,
        [property: Description("The department that decided it.")] string Department,
        [property: Description("The noun, department.noun.")] string Category,
        [property: Description("The noun's id.")] Guid NounId,
        [property: Description("Its stored name.")] string Name,
        [property: Description("Business time.")] DateTime OccurredAt);

    /// <summary>The group of a customer as of an instant, by what was known; null where he is linked to nobody.</summary>
    public static async Task<CustomerGroup?> Of(Queries queries, Guid customerId, DateTime until, Cut known, CancellationToken ct)
    {
        var facts = await queries.Query<CustomerFacts.Row>($"""
            select distinct on (noun_id) * from {AnalyticsHosting.Schema:name}.{CustomerFacts.Name:name} where category = 'acquisition.link' and occurred_at <= {until}
            and pack_no <= coalesce(({JsonSerializer.Serialize(known.Packs, Json.Stored)}::jsonb ->> department)::bigint, {known.Rest}) order by noun_id, version desc
            """, ct);
        var group = Group.Of(customerId, facts.Select(fact => LinkedCustomers.Fold(fact.NounId, null, fact.Entry())).OfType<LinkedCustomers.Row>());
        if (!group.IsJoint)
        {
            return null;
        }

        var rows = new List<Customer360.Row>();
        foreach (var member in group.Members)
        {
            if (await CustomerFacts.AsOf(queries, member, until, known, ct) is { } row)
            {
                rows.Add(row);
            }
        }

        return new(group.Survivor, group.Members, Customer360.Together(group.Survivor, rows));
    }

    /// <summary>The facts that were made from the joint card of a link, oldest first, and whose they are; null where there is no such link.</summary>
    public static async Task<IResult?> Facts(Queries queries, Guid linkId, string? after, int? size, CancellationToken ct)
    {
        var links = await queries.Query<Guid>($"""
            select noun_id from {AnalyticsHosting.Schema:name}.{CustomerFacts.Name:name} where category = 'acquisition.link' and noun_id = {linkId} limit 1
            """, ct);
        return links.Count == 0 ? null : await queries.Answer<Via>("via-link-facts", (next, rows) => queries.Page<Via>($"""
            select event_id, position, customer_id, case keeps when 'absorbed' then absorbed_id when 'by-hand' then null else customer_id end as keeper_id,
                department, category, fact.noun_id, name, occurred_at
            from {AnalyticsHosting.Schema:name}.{CustomerFacts.Name:name} fact
            cross join (select data::jsonb ->> 'keeps' as keeps, (data::jsonb ->> 'absorbedId')::uuid as absorbed_id
                from {AnalyticsHosting.Schema:name}.{CustomerFacts.Name:name} where category = 'acquisition.link' and noun_id = {linkId} and name not like '%declined%'
                order by version desc limit 1) link
            where via_link = {linkId}
            """, "position", next, rows, ct), after, size);
    }
}

using CrmSuite.Views;

namespace CrmSuite.Links;

/// <summary>Customers who are one, by way of links: a connected component. Of them the one registered earliest survives, then the one with the smallest id.</summary>
/// <param name="Survivor">Whom new facts are about.</param>
/// <param name="Members">All of them, the survivor first; one alone where nobody is linked.</param>
public sealed record Group(Guid Survivor, IReadOnlyList<Guid> Members)
{
    /// <summary>Whether there is more than one.</summary>
    public bool IsJoint => Members.Count > 1;

    /// <summary>The group of a customer, by links among which are all those of his group.</summary>
    public static Group Of(Guid customerId, IEnumerable<LinkedCustomers.Row> links)
    {
        var since = new Dictionary<Guid, DateTime>();
        var edges = new List<(Guid, Guid)>();
        foreach (var link in links.Where(link => link.IsLinked))
        {
            since[link.CustomerId] = link.CustomerSince;
            since[link.AbsorbedId] = link.AbsorbedSince;
            edges.Add((link.CustomerId, link.AbsorbedId));
        }

        HashSet<Guid> members = [customerId];
        for (var before = 0; before < members.Count;)
        {
            before = members.Count;
            foreach (var (one, other) in edges)
            {
                if (members.Contains(one) || members.Contains(other))
                {
                    members.Add(one);
                    members.Add(other);
                }
            }
        }

        List<Guid> ordered = [.. members.OrderBy(member => since.GetValueOrDefault(member)).ThenBy(member => $"{member}", StringComparer.Ordinal)];
        return new(ordered[0], ordered);
    }

    /// <summary>The group of a customer as the department knows it.</summary>
    /// <param name="queries">The department's views.</param>
    /// <param name="customerId">One of the group.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <param name="table">The view with the columns of <see cref="LinkedCustomers.Row"/>.</param>
    /// <param name="schema">Where it lies.</param>
    public static async Task<Group> Of(Queries queries, Guid customerId, CancellationToken ct, string? table = null, string schema = "views")
    {
        var links = table ?? LinkedCustomers.Name;
        return Of(customerId, await queries.Query<LinkedCustomers.Row>($"""
            with recursive member (id) as (
                select {customerId}::uuid
                union select case when link.customer_id = member.id then link.absorbed_id else link.customer_id end
                from member join {schema:name}.{links:name} link on link.is_linked and (link.customer_id = member.id or link.absorbed_id = member.id))
            select link_id, customer_id, absorbed_id, customer_since, absorbed_since, is_linked from {schema:name}.{links:name}
            where is_linked and customer_id in (select id from member)
            """, ct));
    }

    /// <summary>
    /// Whom a list means that is asked for a customer: his whole group, or him alone where the caller says <c>group=false</c>; null where nobody is named. This is the
    /// one rule of all departments.
    /// </summary>
    public static async Task<Guid[]?> Meant(Queries queries, Guid? customerId, bool? group, CancellationToken ct) => customerId switch
    {
        null => null,
        { } alone when group == false => [alone],
        { } member => [.. (await Of(queries, member, ct)).Members],
    };
}

using System.ComponentModel;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Links;

/// <summary>Which customers a department shows together: one row for every link that it has heard of, folded from its own facts.</summary>
public sealed class LinkedCustomers : IView<LinkedCustomers.Row>
{
    /// <summary>One link.</summary>
    public sealed record Row(
        [property: Description("The link of the pair.")] Guid LinkId,
        [property: Description("The survivor of the two.")] Guid CustomerId,
        [property: Description("The other one.")] Guid AbsorbedId,
        [property: Description("When the survivor entered the registry.")] DateTime CustomerSince,
        [property: Description("When the other one did.")] DateTime AbsorbedSince,
        [property: Description("Whether they are one now.")] bool IsLinked);

    /// <inheritdoc/>
    public static string Name => "linked_customers";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public static string About => "One row for every link of two customers, made or undone.";

    /// <inheritdoc/>
    public static IReadOnlyList<string> Indexes => ["(customer_id)", "(absorbed_id)"];

    /// <inheritdoc/>
    public static IEnumerable<Guid> Keys(Recorded entry) => entry.Event is ILinkFact link ? [link.LinkId] : [];

    /// <inheritdoc/>
    public static Row? Fold(Guid key, Row? row, Recorded entry) => entry.Event is ILinkFact link
        ? new(key, link.CustomerId, link.AbsorbedId, link.CustomerSince, link.AbsorbedSince, link.IsLinked) : row;
}

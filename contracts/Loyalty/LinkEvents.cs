namespace CrmSuite.Contracts.Loyalty;

/// <summary>Loyalty has heard how two customers are linked, and shows them so.</summary>
/// <param name="LinkId">The link of the pair.</param>
/// <param name="CustomerId">The survivor of the two.</param>
/// <param name="AbsorbedId">The other one.</param>
/// <param name="CustomerSince">When the survivor entered the registry.</param>
/// <param name="AbsorbedSince">When the other one did.</param>
/// <param name="IsLinked">Whether they are one now.</param>
[EventName("loyalty.link-adopted.1")]
public sealed record LinkAdopted(Guid LinkId, Guid CustomerId, Guid AbsorbedId, DateTime CustomerSince, DateTime AbsorbedSince, bool IsLinked) : Event, ILinkAdopted<LinkAdopted>
{
    /// <inheritdoc/>
    public static LinkAdopted Of(ILinkFact link) => new(link.LinkId, link.CustomerId, link.AbsorbedId, link.CustomerSince, link.AbsorbedSince, link.IsLinked);
}

namespace CrmSuite.Contracts;

/// <summary>How two customers are linked after a fact, as the registry decided it or as a department heard it.</summary>
public interface ILinkFact
{
    /// <summary>The link of the pair.</summary>
    Guid LinkId { get; }

    /// <summary>The survivor of the two.</summary>
    Guid CustomerId { get; }

    /// <summary>The other one.</summary>
    Guid AbsorbedId { get; }

    /// <summary>When the survivor entered the registry.</summary>
    DateTime CustomerSince { get; }

    /// <summary>When the other one did.</summary>
    DateTime AbsorbedSince { get; }

    /// <summary>Whether they are one now.</summary>
    bool IsLinked { get; }
}

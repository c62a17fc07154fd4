namespace CrmSuite.Contracts;

/// <summary>What a department writes down for itself of a link, so that its views can show it: <c>{department}.link-adopted</c>.</summary>
/// <typeparam name="TSelf">The fact itself.</typeparam>
public interface ILinkAdopted<TSelf> : ILinkFact where TSelf : Event, ILinkAdopted<TSelf>
{
    /// <summary>What is adopted of a fact of the registry.</summary>
    static abstract TSelf Of(ILinkFact link);
}

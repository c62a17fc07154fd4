using CrmSuite.Bus;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Journal;

namespace CrmSuite.Links;

/// <summary>How two customers are linked, as a department has heard it: its noun <c>{department}.link</c>.</summary>
/// <typeparam name="TAdopted">The fact that says so in the department's journal.</typeparam>
/// <param name="InForce">What was heard last; null until anything was.</param>
public sealed record AdoptedLink<TAdopted>(TAdopted? InForce) : IFold<AdoptedLink<TAdopted>> where TAdopted : Event, ILinkAdopted<TAdopted>
{
    /// <inheritdoc/>
    public static string Category { get; } = EventNames.Of(typeof(TAdopted)).Split('-')[0];

    /// <inheritdoc/>
    public static AdoptedLink<TAdopted> Initial { get; } = new((TAdopted?)null);

    /// <inheritdoc/>
    public static AdoptedLink<TAdopted> Evolve(AdoptedLink<TAdopted> state, Event fact) => fact is TAdopted adopted ? new(adopted) : state;

    /// <summary>It is as the registry says.</summary>
    public Decision Adopt(ILinkFact link)
    {
        var adopted = TAdopted.Of(link);
        return adopted == InForce ? [] : adopted;
    }

    /// <summary>
    /// Two customers are one: the department shows them together. Nested, so that its name, which is part of the claim, is the same in each department.
    /// </summary>
    public sealed class WhenLinkMade : IWhen<LinkMade, AdoptedLink<TAdopted>>
    {
        /// <inheritdoc/>
        public static Guid? Target(LinkMade fact) => fact.LinkId;

        /// <inheritdoc/>
        public static Decision Decide(AdoptedLink<TAdopted> state, Heard<LinkMade> heard) => state.Adopt(heard.Event);
    }

    /// <summary>They were not one after all: the department shows each of them alone again.</summary>
    public sealed class WhenLinkUndone : IWhen<LinkUndone, AdoptedLink<TAdopted>>
    {
        /// <inheritdoc/>
        public static Guid? Target(LinkUndone fact) => fact.LinkId;

        /// <inheritdoc/>
        public static Decision Decide(AdoptedLink<TAdopted> state, Heard<LinkUndone> heard) => state.Adopt(heard.Event);
    }
}

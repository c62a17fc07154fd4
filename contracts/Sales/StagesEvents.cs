namespace CrmSuite.Contracts.Sales;

/// <summary>What a seller expects of a deal.</summary>
public enum ForecastCategory
{
    /// <summary>Possible.</summary>
    Pipeline,

    /// <summary>Likely, if all goes well.</summary>
    Best,

    /// <summary>He stands by it.</summary>
    Commit,

    /// <summary>Left out of the forecast.</summary>
    Omitted,
}

/// <summary>What must be so before a stage is left.</summary>
public enum CriterionKind
{
    /// <summary>A field is filled: <c>need</c>, <c>rival</c>, <c>title</c>, <c>products</c> or an extra field.</summary>
    Field,

    /// <summary>A contact plays a role: <c>decider</c>, <c>buyer</c>, <c>user</c> or <c>opponent</c>.</summary>
    Contact,

    /// <summary>The amount is over zero.</summary>
    Amount,

    /// <summary>The close date is not past.</summary>
    CloseDate,

    /// <summary>A person has ticked it.</summary>
    Tick,

    /// <summary>A task of a kind is done: <c>call</c>, <c>e-mail</c>, <c>visit</c> or <c>to-do</c>.</summary>
    Task,

    /// <summary>A quote was sent.</summary>
    QuoteSent,

    /// <summary>A quote was accepted.</summary>
    QuoteAccepted,
}

/// <summary>What proves that a deal was won.</summary>
public enum EvidenceKind
{
    /// <summary>A signed contract.</summary>
    Contract,

    /// <summary>An accepted quote.</summary>
    Quote,

    /// <summary>The customer's own order.</summary>
    CustomerOrder,

    /// <summary>A word.</summary>
    None,
}

/// <summary>One exit criterion of a stage.</summary>
/// <param name="Name">What it is called: a word of the business, unique in its stage.</param>
/// <param name="Kind">What is looked at.</param>
/// <param name="What">Which field, role or kind of task, where the kind needs one.</param>
public sealed record ExitCriterion(string Name, CriterionKind Kind, string? What = null);

/// <summary>One stage of a stage table.</summary>
/// <param name="Name">A word of the business.</param>
/// <param name="ProbabilityBp">How often deals in it are won, in basis points.</param>
/// <param name="Category">What a deal in it counts as in the forecast, until a person says otherwise.</param>
/// <param name="Exit">What must be so before a deal goes on.</param>
/// <param name="MaySkip">Whether a deal may pass over it.</param>
/// <param name="MayReturn">Whether a deal may come back to it.</param>
public sealed record SalesStage(
    string Name, int ProbabilityBp, ForecastCategory Category = ForecastCategory.Pipeline, IReadOnlyList<ExitCriterion>? Exit = null, bool MaySkip = false,
        bool MayReturn = false);

/// <summary>A stage table got a new version. A deal stays on its version until its next move.</summary>
/// <param name="StagesId">The table; derived from its name.</param>
/// <param name="Name">A short lower-case word.</param>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Stages">The stages in order; after the last one a deal is won.</param>
/// <param name="Evidence">Which kinds of evidence a win needs one of.</param>
/// <param name="Replaced">For each stage that is there no longer, the one that deals in it are in now.</param>
[EventName("sales.stages-published.1")]
public sealed record StagesPublished(
    Guid StagesId,
    string Name,
    int Version,
    IReadOnlyList<SalesStage> Stages,
    IReadOnlyList<EvidenceKind> Evidence,
    IReadOnlyDictionary<string, string> Replaced) : Event;

using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;

namespace CrmSuite.Sales.ReasonLists;

/// <summary>A list of reasons gets a new version.</summary>
/// <param name="Reasons">The reasons in order: these and no others.</param>
sealed record PublishReasons(IReadOnlyList<string> Reasons) : ICommand
{
    const int ReasonsMax = 100;

    public Refusal? Invalid() => this switch
    {
        { Reasons.Count: < 1 or > ReasonsMax } => new("reasons.count", $"A list has 1 to {ReasonsMax} reasons."),
        _ when !Reasons.All(Form.IsWord) || Reasons.Distinct().Count() < Reasons.Count =>
            new("reasons.form", "Each reason is a word of lower-case letters, digits and hyphens, and stands once."),
        _ => null,
    };
}

/// <summary>The reasons that may be given for something, in versions. As long as nothing is published any reason may be given.</summary>
sealed record ReasonList(Guid ReasonsId, string For, int Version, ImmutableList<string> Reasons) : IFold<ReasonList>
{
    /// <summary>Why deals are lost.</summary>
    public const string Lost = "lost";

    public static string Category => "sales.reasons";

    public static string Called => "list of reasons";

    public static ReasonList Initial { get; } = new(default, "", 0, []);

    /// <summary>The stream of the reasons for something.</summary>
    public static Guid IdOf(string name) => Ids.Derive("reasons", name);

    public static ReasonList Evolve(ReasonList state, Event fact) => fact switch
    {
        ReasonsPublished e => new(e.ReasonsId, e.For, e.Version, [.. e.Reasons]),
        _ => state,
    };

    public Decision Publish(string name, PublishReasons command) => command.Reasons.SequenceEqual(Reasons)
        ? []
        : new ReasonsPublished(IdOf(name), name, Version + 1, command.Reasons);

    /// <summary>Whether the reason may be given.</summary>
    public bool Has(string reason) => Version == 0 || Reasons.Contains(reason);
}

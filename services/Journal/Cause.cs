using System.Reflection;
using CrmSuite.Contracts;
using Microsoft.AspNetCore.Http;

namespace CrmSuite.Journal;

/// <summary>Why something is decided: who, under which command, when. Bound once per request (see <c>Http.cs</c>), built by reactions and imports themselves.</summary>
/// <param name="CommandId">The idempotency key over the suite: the same id again answers the first outcome and adds nothing.</param>
/// <param name="Actor">Who acts.</param>
/// <param name="CorrelationId">The chain that this belongs to.</param>
/// <param name="CausationId">The event that is answered, for a reaction.</param>
/// <param name="At">Business time. Null = the database's time when the stream is read, never before the stream's last event.</param>
/// <param name="Expected">The version the caller saw (<c>If-Match</c>); another one answers 412. Null = decide on what is there.</param>
/// <param name="Fingerprint">Hash of the request body; the same command id with another fingerprint answers 422.</param>
[ReadsQuery(Http.BusinessTime)]
public sealed record Cause(Guid CommandId, Actor Actor, Guid CorrelationId, Guid? CausationId = null, DateTime? At = null, int? Expected = null, byte[]? Fingerprint = null)
{
    /// <summary>What the decision looked up (rulings.md 9); add it with <c>with</c> where the endpoint looks it up.</summary>
    public IReadOnlyList<PolicyRef>? PolicyRefs { get; init; }

    /// <summary>The legal basis of the personal fields in the command; without it they are refused with <c>basis.missing</c>.</summary>
    public Basis? Basis { get; init; }

    /// <summary>The joint card that the command was given on; the facts about its survivor are marked with it.</summary>
    public ViaLink? ViaLink { get; init; }

    /// <summary>When <see cref="At"/> lies before the stream's last event: false refuses with 409 <c>time.earlier</c>, true takes the last event's time (reactions, imports).</summary>
    public bool AtLeastLast { get; init; }

    /// <summary>
    /// Whether the command most likely begins a stream: then it is decided on nothing, and the journal is looked into only where something is there already. What it
    /// comes to is the same.
    /// </summary>
    public bool Begins { get; init; }

    /// <summary>Whether the command id may come again and so must be remembered: false for a request without an idempotency key.</summary>
    public bool IsClaimed { get; init; } = true;

    /// <summary>Whether a refusal is remembered too: a reaction is not decided again.</summary>
    public bool ClaimsRefusals { get; init; }

    /// <summary>W3C trace parent of the request.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Binds the cause of a request: token, <c>Idempotency-Key</c>, <c>If-Match</c>, trace. Minimal APIs call it for every parameter of this type.</summary>
    public static async ValueTask<Cause?> BindAsync(HttpContext context, ParameterInfo parameter) => await Http.Bind(context);

    /// <summary>A cause for a reaction, a due item or an import row: a rule acts, under a command id that repeats.</summary>
    /// <param name="rule">The name of the rule, for example <c>WhenOrderPaid</c>.</param>
    /// <param name="commandId">Derived from what is answered, so that a repeat is recognised.</param>
    /// <param name="at">Business time of what is answered.</param>
    public static Cause Rule(string rule, Guid commandId, DateTime at) =>
        new(commandId, new("rule", rule), commandId, At: at) { AtLeastLast = true, ClaimsRefusals = true };
}

/// <summary>The joint card of customers who are one. A caller names the link in the header <c>Via-Link</c>; the department says who survives (rulings.md 8).</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Survivor">Whom new facts are about.</param>
public sealed record ViaLink(Guid LinkId, Guid Survivor)
{
    /// <summary>The link, for a fact about the survivor; null for any other, which stays with whom it names.</summary>
    public Guid? On(Event fact) => fact is ICustomerFact { CustomerId: var customerId } && customerId == Survivor ? LinkId : null;
}

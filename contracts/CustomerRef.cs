namespace CrmSuite.Contracts;

/// <summary>How another system names a customer. The customer id is derived from it (rulings.md 2); the reference itself is personal data.</summary>
/// <param name="Source">The other system, for example <c>shop</c>: a short lower-case word.</param>
/// <param name="Reference">Its own key. An e-mail address or a telephone number is refused.</param>
public sealed record CustomerRef(string Source, string Reference);

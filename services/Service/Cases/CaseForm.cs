using CrmSuite.Contracts;
using CrmSuite.Journal;

namespace CrmSuite.Service.Cases;

/// <summary>Which forms the fields of a case have.</summary>
static class CaseForm
{
    /// <summary>A reason, where one is given, is a word of the business.</summary>
    public static Refusal? Reason(string? reason) =>
        reason is null || Form.IsWord(reason) ? null : new("case.reason", "The reason is a word of lower-case letters, digits and hyphens.");

    /// <summary>What was said is not empty.</summary>
    public static Refusal? Text(PersonalData text) => string.IsNullOrWhiteSpace(text.Clear) ? new("case.text", "Say something.") : null;
}

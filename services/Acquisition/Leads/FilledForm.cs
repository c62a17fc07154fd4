using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.Extensions.Primitives;

namespace CrmSuite.Acquisition.Leads;

/// <summary>
/// A form of a website as it was filled in: <c>application/x-www-form-urlencoded</c>. It names the privacy notice that the person saw, and its consent box
/// is the legal basis.
/// </summary>
/// <param name="Command">What it means.</param>
sealed record FilledForm(CaptureLead Command) : ICommand
{
    static readonly HashSet<string> Fields =
        ["name", "email", "phone", "company", "message", "country", "language", "industry", "sizeBand", "budgetBand", "product", "campaign", "number",
            "noticeVersion", "consent"];

    /// <summary>What is wrong with the form; null when nothing is.</summary>
    public Refusal? Wrong { get; init; }

    public Refusal? Invalid() => Wrong ?? Command.Invalid();

    /// <summary>Reads it; a field that the form does not have is refused, like an unknown property of a body.</summary>
    public static async ValueTask<FilledForm?> BindAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("Send the form as application/x-www-form-urlencoded.", StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        string? Text(string field) => form.TryGetValue(field, out var values) && values.ToString().Trim() is { Length: > 0 } text ? text : null;
        PersonalData? Personal(string field) => Text(field) is { } text ? PersonalData.From(text) : null;

        var name = (string)context.Request.RouteValues["form"]!;
        var isAgreed = Text("consent") is "on" or "yes" or "true" or "1";
        var basis = new Basis("consent", "sales-enquiry", Text("noticeVersion"), $"form {name}");
        var command = new CaptureLead("form", name, null, null, Personal("name"), Personal("email"), Personal("phone"), Personal("company"),
            Personal("message"),
            Text("number") is { } number ? $"{name}/{number}" : null, Text("campaign"), Text("country"), Text("language"), Text("industry"), Text("sizeBand"),
            Text("budgetBand"), [.. form.TryGetValue("product", out var products) ? products.OfType<string>() : StringValues.Empty], null, basis);
        return new(command)
        {
            Wrong = form.Keys.FirstOrDefault(field => !Fields.Contains(field)) is { } unknown
                    ? new("form.field-unknown", $"The form has no field '{(Form.IsLine(unknown, LeadForm.TextMax) ? unknown : "…")}'.")
                : form.SelectMany(field => field.Value).Any(value => value is { Length: > PersonalData.LengthMax }
                    || value?.Contains('\0', StringComparison.Ordinal) is true)
                    ? new("form.field-form", $"A field holds at most {PersonalData.LengthMax} characters.")
                : basis.NoticeVersion is null ? new("form.no-notice", "Name in 'noticeVersion' which privacy notice stood beside the form.")
                : !isAgreed ? new("form.no-consent", "Without the person's consent the form is not taken.")
                : null,
        };
    }
}

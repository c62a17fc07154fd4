using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Quotes;

namespace CrmSuite.Sales.Agreements;

/// <summary>
/// One version of a contract as it is printed: HTML on its own, in the customer's language, each clause that binds him marked. The SHA-256 of its bytes is what
/// is approved and signed, so the same version gives the same bytes for ever: whoever changes what is printed adds a layout beside the old one.
/// </summary>
/// <param name="ContractId">The contract.</param>
/// <param name="Version">Which version.</param>
/// <param name="Terms">What it says.</param>
/// <param name="Recipient">Name and address of the other side.</param>
/// <param name="Words">The words of each clause.</param>
sealed record ContractDocument(Guid ContractId, int Version, ContractTerms Terms, string? Recipient, ImmutableSortedDictionary<string, string?> Words)
{
    /// <summary>The layout of new versions.</summary>
    public const int Newest = 1;

    const string Style = "@page{size:A4;margin:20mm}body{font:10pt/1.4 sans-serif;color:#000}section{break-inside:avoid}address,p{white-space:pre-line;font-style:normal}"
        + ".lock-in{border-left:1mm solid #000;padding-left:3mm}.sign{margin-top:20mm;border-top:.2mm solid #000;width:80mm}";

    /// <summary>The bytes.</summary>
    public byte[] Bytes() => Encoding.UTF8.GetBytes(Html());

    /// <summary>The hash of the bytes, lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Bytes()));

    string Html()
    {
        var (words, numbers) = (ContractWords.In(Terms.Language), QuoteWords.In(Terms.Language));
        var title = $"{words.Contract} {ContractId}";
        var html = new StringBuilder();
        html.Append($"<!DOCTYPE html>\n<html lang=\"{Terms.Language}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n");
        html.Append($"<style>{Style}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{numbers.Version} {Version.ToString(CultureInfo.InvariantCulture)}\n");
        html.Append($"{words.Value}: {numbers.Text(Terms.Value)}\n");
        html.Append($"{words.Term}: {numbers.On(Terms.From)} – {(Terms.To is { } to ? numbers.On(to) : words.NoEnd)} ({Terms.Zone})\n");
        html.Append($"{words.Notice}: {Terms.NoticeDays.ToString(CultureInfo.InvariantCulture)} {words.Days}</p>\n");
        html.Append(Recipient is null ? "" : $"<h2>{numbers.To}</h2>\n<address>{QuoteDocument.Escaped(Recipient)}</address>\n");
        foreach (var (clause, number) in Terms.Clauses.Select((clause, i) => (clause, (i + 1).ToString(CultureInfo.InvariantCulture))))
        {
            var mark = clause.LockIn is { } kind ? $" ({words.LockIn}: {kind.ToString().ToLowerInvariant()})" : "";
            html.Append($"<section{(clause.LockIn is null ? "" : " class=\"lock-in\"")}>\n<h2>{number}. {clause.Name}{mark}</h2>\n");
            html.Append($"<p>{QuoteDocument.Escaped(Words.GetValueOrDefault(clause.Name) ?? "")}</p>\n</section>\n");
        }

        html.Append($"<h2>{words.Parties}</h2>\n");
        foreach (var party in Terms.Parties)
        {
            html.Append($"<p class=\"sign\">{party}: {words.Signature}</p>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }
}

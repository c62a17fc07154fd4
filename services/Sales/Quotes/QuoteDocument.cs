using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Sales;

namespace CrmSuite.Sales.Quotes;

/// <summary>
/// One version of a quote as it is printed: HTML on its own, in the customer's language. The SHA-256 of its bytes is the version's hash, so the same version
/// gives the same bytes for ever: whoever changes what is printed adds a layout beside the old one.
/// </summary>
/// <param name="Number">What the quote is called.</param>
/// <param name="Version">Which version.</param>
/// <param name="Terms">What is offered.</param>
/// <param name="Recipient">Name and address.</param>
/// <param name="Note">What is said under the lines.</param>
sealed record QuoteDocument(string Number, int Version, QuoteTerms Terms, string? Recipient, string? Note)
{
    /// <summary>The layout of new versions.</summary>
    public const int Layout = 1;

    const string Style = "@page{size:A4;margin:20mm}body{font:10pt/1.4 sans-serif;color:#000}table{width:100%;border-collapse:collapse;margin:8mm 0}"
        + "th,td{padding:1mm 2mm;text-align:right;border-bottom:.2mm solid #999;vertical-align:top}th:nth-child(2),td:nth-child(2){text-align:left}"
        + "thead{display:table-header-group}tr{break-inside:avoid}address,p{white-space:pre-line;font-style:normal}tfoot td{border:0}"
        + ".total{font-weight:bold}";

    /// <summary>The bytes.</summary>
    public byte[] Bytes() => Encoding.UTF8.GetBytes(Html());

    /// <summary>The hash of the bytes, lower-case hexadecimal.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Bytes()));

    string Html()
    {
        var words = QuoteWords.In(Terms.Language);
        var title = $"{words.Quote} {Number}";
        var html = new StringBuilder();
        html.Append($"<!DOCTYPE html>\n<html lang=\"{Terms.Language}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{Escaped(title)}</title>\n");
        html.Append($"<style>{Style}</style>\n</head>\n<body>\n<h1>{Escaped(title)}</h1>\n");
        html.Append($"<p>{words.Version} {Version.ToString(CultureInfo.InvariantCulture)}\n{words.Date}: {words.On(Terms.PricedOn)}\n");
        html.Append($"{words.ValidUntil}: {words.On(Terms.ValidUntil)} ({Escaped(Terms.Zone)})</p>\n");
        html.Append(Recipient is null ? "" : $"<h2>{words.To}</h2>\n<address>{Escaped(Recipient)}</address>\n");
        html.Append("<table>\n<thead>\n").Append(Row("th", "#", words.Product, words.Quantity, words.Price, words.Discount, words.Amount)).Append("</thead>\n<tbody>\n");
        foreach (var line in Terms.Lines)
        {
            html.Append(Row("td", line.Line.ToString(CultureInfo.InvariantCulture), line.Name, $"{words.Thousandths(line.Quantity)} {line.Unit}", PriceOf(line, words),
                line.DiscountBp == 0 ? "" : words.Percent(line.DiscountBp), words.Text(line.Net + line.Share)));
        }

        html.Append("</tbody>\n<tfoot>\n");
        if (Terms.Discount.Minor > 0)
        {
            html.Append(Sum(words.Sum, words.Text(Terms.Net + Terms.Discount))).Append(Sum(words.WholeDiscount, $"-{words.Text(Terms.Discount)}"));
        }

        html.Append(Sum(words.Net, words.Text(Terms.Net)));
        foreach (var tax in Terms.Taxes)
        {
            html.Append(Sum($"{words.Tax} {tax.Code} {words.Percent(tax.RateBp)} {words.Of} {words.Text(tax.Net)}", words.Text(tax.Tax)));
        }

        html.Append(Sum(words.Total, words.Text(Terms.Gross), " class=\"total\"")).Append("</tfoot>\n</table>\n");
        return html.Append(Note is null ? "" : $"<p>{Escaped(Note)}</p>\n").Append("</body>\n</html>\n").ToString();
    }

    static string PriceOf(QuoteLine line, QuoteWords words) => line.Per == 1 ? words.Text(line.Price)
        : $"{words.Text(line.Price)} / {line.Per.ToString(CultureInfo.InvariantCulture)}";

    static string Row(string cell, params string[] texts) => $"<tr>{string.Concat(texts.Select(text => $"<{cell}>{Escaped(text)}</{cell}>"))}</tr>\n";

    static string Sum(string name, string amount, string mark = "") => $"<tr{mark}><td colspan=\"5\">{Escaped(name)}</td><td>{Escaped(amount)}</td></tr>\n";

    /// <summary>A text as it stands in any printed page.</summary>
    public static string Escaped(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}

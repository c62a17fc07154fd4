using System.Globalization;
using System.IO.Compression;

namespace CrmSuite.Suite.Tests;

/// <summary>The Online Retail invoices, read straight from the file by code that shares nothing with the suite.</summary>
public sealed record Invoice(string Customer, string Number, DateTime Local, string Country, decimal Revenue, bool Cancelled)
{
    public static string File { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA") ?? Path.GetFullPath(Path.Combine(SuiteProcess.Root, "..", "shared", "data")), "online-retail-invoices", "invoices.csv.gz");

    /// <summary>How the file's columns become fields of orders and credits.</summary>
    public const string Mapping = """
        {"fields": {"source": {"value": "online-retail"}, "customer": {"column": "customer_id"}, "number": {"column": "invoice_no"}, "placedAt": {"column": "timestamp"},
          "total": {"column": "revenue"}, "currency": {"value": "GBP"}, "country": {"column": "country"}, "paid": {"value": "1"}, "credit": {"column": "cancelled"}},
         "timeZone": "Europe/London", "basis": {"kind": "contract", "purpose": "order-fulfilment"}}
        """;

    public static IReadOnlyList<Invoice> All { get; } = Read();

    public static bool Missing => !System.IO.File.Exists(File);

    public const string WhyMissing = "The reference data is not here: set CRM_REFERENCE_DATA to its folder.";

    static List<Invoice> Read()
    {
        if (Missing)
        {
            return [];
        }

        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress));
        reader.ReadLine();
        var all = new List<Invoice>();
        while (reader.ReadLine() is { } line)
        {
            // No value of this file holds a comma or a quote.
            var cells = line.Split(',');
            all.Add(new(cells[0], cells[1], DateTime.Parse(cells[2], CultureInfo.InvariantCulture), cells[3], decimal.Parse(cells[6], CultureInfo.InvariantCulture), cells[7] == "1"));
        }

        return all;
    }
}

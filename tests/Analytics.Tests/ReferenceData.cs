using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Tests;

/// <summary>The public data sets: in the folder that <c>CRM_REFERENCE_DATA</c> names, else beside the repository in <c>../shared/data</c>.</summary>
static class ReferenceData
{
    /// <summary>Without the data the test says by name what it could not check.</summary>
    public static string File(string set, string name)
    {
        var root = Environment.GetEnvironmentVariable("CRM_REFERENCE_DATA")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "shared", "data"));
        var path = Path.Combine(root, set, name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"The reference data set '{set}' is not here: set CRM_REFERENCE_DATA to the folder that holds {set}/{name}.");
        return path;
    }

    static string Here([CallerFilePath] string here = "") => here;

    /// <summary>CDNOW: customer number, day, dollars.</summary>
    public static IReadOnlyList<(int Customer, DateOnly Day, decimal Dollars)> Cdnow() =>
        [.. System.IO.File.ReadLines(File("cdnow", "transactions.csv")).Skip(1).Select(line => line.Split(',')).Select(cells => (
            int.Parse(cells[1], CultureInfo.InvariantCulture),
            DateOnly.Parse(cells[2], CultureInfo.InvariantCulture),
            decimal.Parse(cells[4], CultureInfo.InvariantCulture)))];

    /// <summary>Online Retail: one row per invoice.</summary>
    public static IReadOnlyList<Invoice> OnlineRetail()
    {
        using var zip = new GZipStream(System.IO.File.OpenRead(File("online-retail-invoices", "invoices.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(zip);
        reader.ReadLine();
        var invoices = new List<Invoice>();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            invoices.Add(new(
                int.Parse(cells[0], CultureInfo.InvariantCulture),
                cells[1],
                DateTime.Parse(cells[2], CultureInfo.InvariantCulture),
                cells[3],
                decimal.Parse(cells[6], CultureInfo.InvariantCulture),
                cells[7] == "1"));
        }

        return invoices;
    }

    /// <summary>Purchase days by customer number.</summary>
    public static IReadOnlyList<PurchaseHistory> Histories(IEnumerable<(int Customer, DateOnly Day)> purchases) =>
        [.. purchases.GroupBy(purchase => purchase.Customer).OrderBy(group => group.Key)
            .Select(group => new PurchaseHistory(CustomerId(group.Key), [.. group.Select(purchase => purchase.Day).Distinct().Order()]))];

    /// <summary>An id whose order is the order of the customer numbers.</summary>
    public static Guid CustomerId(int number) => new($"{number:x8}-0000-8000-8000-000000000000");
}

/// <summary>One row of Online Retail; the time is local to Europe/London.</summary>
sealed record Invoice(int Customer, string Number, DateTime LocalTime, string Country, decimal Revenue, bool Cancelled);

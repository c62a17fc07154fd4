using System.ComponentModel;
using System.Globalization;
using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Store;

/// <summary>When each pack of each department was recorded: what resolves an instant of knowledge to a cut.</summary>
sealed class KnownPacks : IView<KnownPacks.Row>
{
    public sealed record Row(
        [property: Description("Of department and number.")] Guid PackId,
        [property: Description("Whose facts these are.")] string Department,
        [property: Description("Its number: 1, 2, 3 … in each department.")] long PackNo,
        [property: Description("When the last of its facts was recorded by the department.")] DateTime RecordedAt,
        [property: Description("Facts in it.")] int Facts);

    public static string Name => "known_packs";
    public static int Version => 1;
    public static string About => "When each pack of each department was recorded: from an instant to what was known then, see the function cut.";
    public static IReadOnlyList<string> Indexes => ["(department, pack_no, recorded_at)"];

    public static IEnumerable<Guid> Keys(Recorded entry) =>
        entry.PackNo is { } no ? [Ids.Derive("pack", entry.Department, no.ToString(CultureInfo.InvariantCulture))] : [];

    public static Row? Fold(Guid key, Row? row, Recorded entry) => row is null
        ? new(key, entry.Department, entry.PackNo!.Value, entry.RecordedAt, 1)
        : row with { RecordedAt = row.RecordedAt > entry.RecordedAt ? row.RecordedAt : entry.RecordedAt, Facts = row.Facts + 1 };
}

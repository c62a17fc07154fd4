using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Store;

/// <summary>The cursor of a list in the order of ids that is not read by one select.</summary>
static class Cursor
{
    public static Guid Id(string? after) => after is null ? Guid.Empty
        : Guid.TryParseExact(after, "D", out var id) ? id
        : throw new ViewProblemException(400, "cursor.invalid", "The cursor is not one that a page of this list has answered.");
}

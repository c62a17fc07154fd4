using CrmSuite.Sales.Approvals;
using CrmSuite.Sales.Handovers;
using CrmSuite.Sales.Invoices;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

/// <summary>What one person has to look at, each list with its first rows; the lists themselves have the rest.</summary>
/// <param name="OwnerId">Whose work it is.</param>
/// <param name="At">As of when.</param>
/// <param name="Overdue">His open tasks that were due before.</param>
/// <param name="Today">Those due until the end of the day, by the zone of the books.</param>
/// <param name="CloseDatePast">His open deals that should have been decided.</param>
/// <param name="WithoutNextStep">His open deals about which nothing is to be done.</param>
/// <param name="QuotesExpiring">His quotes that customers have and that end within a week.</param>
/// <param name="InvoicesOverdue">What his accounts have not paid in time.</param>
/// <param name="ApprovalsWaiting">What he may decide now.</param>
/// <param name="LeadsToAccept">The leads that he has to accept or reject, the most urgent first.</param>
sealed record MyWork(
    string OwnerId,
    DateTime At,
    Page<WorkTaskList.Row> Overdue,
    Page<WorkTaskList.Row> Today,
    Page<OpportunityHistory.Row> CloseDatePast,
    Page<OpportunityHistory.Row> WithoutNextStep,
    Page<QuoteHistory.Row> QuotesExpiring,
    Page<InvoiceList.Row> InvoicesOverdue,
    IReadOnlyList<ApprovalList.Row> ApprovalsWaiting,
    Page<HandoverList.Waiting> LeadsToAccept)
{
    const int SizeMax = 50;
    const int WeekDays = 7;

    /// <param name="queries">The lists.</param>
    /// <param name="books">When a day begins.</param>
    /// <param name="ownerId">Whose work.</param>
    /// <param name="at">As of when; demonstrations drive it.</param>
    /// <param name="ct">Cancels the reading.</param>
    public static async Task<MyWork> Of(Queries queries, Books.Books books, string ownerId, DateTime at, CancellationToken ct)
    {
        var today = books.Day(at);
        var mine = new WorkTaskList.Filter("open", AssigneeId: ownerId);
        return new(
            ownerId,
            at,
            await WorkTaskList.First(queries, mine with { Until = at }, SizeMax, ct),
            await WorkTaskList.First(queries, mine with { From = at, Until = books.Start(today.AddDays(1)) }, SizeMax, ct),
            await OpportunityHistory.Late(queries, ownerId, today, SizeMax, ct),
            await OpportunityHistory.Idle(queries, ownerId, SizeMax, ct),
            await QuoteHistory.Expiring(queries, ownerId, today, today.AddDays(WeekDays), SizeMax, ct),
            await InvoiceList.OverdueOf(queries, ownerId, SizeMax, ct),
            await ApprovalList.Waiting(queries, ownerId, SizeMax, ct),
            await HandoverList.First(queries, ownerId, at, SizeMax, ct));
    }
}

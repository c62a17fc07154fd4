using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Invoices;

/// <summary>What is not settled when its last day is over.</summary>
sealed class InvoiceOverdue : IDue<Invoice>
{
    public static string Kind => "overdue";

    public static DateTime? At(Invoice state) => state.Status == InvoiceStatus.Open ? state.OverdueAt : null;

    public static Decision Decide(Invoice state, DateTime at) => state.FallOverdue(at);
}

using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Leads;

/// <summary>Sales accepts or rejects what is handed over in time, or everybody sees that it did not.</summary>
sealed class LeadHandover : IDue<Lead>
{
    public static string Kind => "handover";

    public static DateTime? At(Lead state) => state.Status is LeadStatus.Mql ? state.DueAt : null;

    public static Decision Decide(Lead state, DateTime at) => state.Overdue();
}

using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

/// <summary>The assignee is reminded when he wanted to be.</summary>
sealed class TaskReminder : IDue<WorkTask>
{
    public static string Kind => "reminder";

    public static DateTime? At(WorkTask state) => state.Status == WorkTaskStatus.Open ? state.RemindAt : null;

    public static Decision Decide(WorkTask state, DateTime at) => state.Remind();
}

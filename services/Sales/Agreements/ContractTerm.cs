using CrmSuite.Journal;
using CrmSuite.Views;

namespace CrmSuite.Sales.Agreements;

/// <summary>A contract begins, its notice comes near, and it ends, each on its day.</summary>
sealed class ContractTerm : IDue<Contract>
{
    public static string Kind => "term";

    public static DateTime? At(Contract state) => state.NextDay();

    public static Decision Decide(Contract state, DateTime at) => state.Pass(at);
}

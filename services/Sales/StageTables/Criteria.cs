using CrmSuite.Contracts.Sales;

namespace CrmSuite.Sales.StageTables;

/// <summary>What exit criteria look at, and what to do where one is not met.</summary>
static class Criteria
{
    /// <summary>The fields of a deal that a criterion may ask for.</summary>
    public static readonly IReadOnlyList<string> Fields = ["need", "products", "rival", "title"];

    /// <summary>The roles that a criterion may ask for.</summary>
    public static readonly IReadOnlyDictionary<string, ContactRole> Roles =
        Enum.GetValues<ContactRole>().ToDictionary(role => role.ToString().ToLowerInvariant());

    /// <summary>What a person has to do so that it is met.</summary>
    public static string Advice(ExitCriterion criterion) => criterion.Kind switch
    {
        CriterionKind.Field => $"fill in '{criterion.What}'",
        CriterionKind.Contact => $"add a contact in the role '{criterion.What}'",
        CriterionKind.Amount => "set an amount over zero",
        CriterionKind.CloseDate => "move the close date, which is past",
        _ => $"tick '{criterion.Name}'",
    };
}

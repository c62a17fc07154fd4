namespace CrmSuite.Demo;

/// <summary>How far a lead comes within the quarter.</summary>
enum LeadFate { New, Contacted, Nurturing, Disqualified, Recycled, Rejected, Mql, Accepted, Converted }

/// <summary>The life of one lead, planned: the same for the same seed.</summary>
/// <param name="Number">Which lead; the first ones become the deals of the same number.</param>
/// <param name="Day">On which it comes.</param>
/// <param name="Fate">How far it comes.</param>
/// <param name="Form">Whether it came by the website's form.</param>
/// <param name="Product">What it is about.</param>
/// <param name="Country">From where.</param>
sealed record LeadPlan(int Number, int Day, LeadFate Fate, bool Form, string Product, string Country)
{
    /// <summary>From the first word to the conversion, in days.</summary>
    public const int Way = 5;

    /// <summary>The products of the company.</summary>
    public static readonly IReadOnlyList<string> Products = ["platform", "support", "training", "sensor"];

    static readonly string[] Countries = ["DE", "LV", "US", "GB"];

    /// <summary>Plans a lead.</summary>
    /// <param name="seed">Of the whole quarter.</param>
    /// <param name="number">Which lead.</param>
    /// <param name="deal">The deal that it becomes; null = it does not.</param>
    public static LeadPlan Of(int seed, int number, DealPlan? deal)
    {
        var chance = new Chance(seed, "lead", number);
        var (form, product, country, day) = (chance.Percent(40), chance.Of(Products), chance.Of(Countries), chance.Between(0, DealPlan.Days - Way - 2));
        var fate = chance.Weighted((20, LeadFate.New), (18, LeadFate.Contacted), (20, LeadFate.Nurturing), (20, LeadFate.Disqualified), (4, LeadFate.Recycled),
            (8, LeadFate.Rejected), (4, LeadFate.Mql), (6, LeadFate.Accepted));
        return deal is null ? new(number, day, fate, form, product, country) : new(number, deal.Life[0].Day - Way, LeadFate.Converted, form, product, country);
    }
}

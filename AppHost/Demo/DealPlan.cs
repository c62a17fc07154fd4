namespace CrmSuite.Demo;

/// <summary>What happens in the life of a deal.</summary>
enum Act
{
    Open, Contact, Need, Rival, Move, Tick, Amount, CloseDate, Override, Categorise, Owner, Task, Call, Note, Quote, Contract, Win, Lose, Withdraw, Reopen, Terminate,
    Invoice, Pay, Return,
}

/// <summary>One thing that happens.</summary>
/// <param name="Day">Of the quarter; before it below zero.</param>
/// <param name="Act">What.</param>
/// <param name="Value">An amount in minor units, a day or basis points, where it needs one.</param>
/// <param name="Word">A stage, a reason or a rival, where it needs one.</param>
sealed record Happening(int Day, Act Act, long Value = 0, string Word = "");

/// <summary>How a quote is given: at the list price, or with a discount that has to be approved.</summary>
enum Offered { AtList, Discounted }

/// <summary>How far the contract of a deal comes: written only, signed as it was written, or changed after it was approved and signed then.</summary>
enum Agreed { Drafted, Signed, Changed }

/// <summary>What becomes of a note.</summary>
enum Noted { Kept, Corrected, Removed }

/// <summary>How a deal ends within the quarter.</summary>
enum Fate { Open, Won, Lost, Withdrawn }

/// <summary>The life of one deal, planned: the same for the same seed.</summary>
/// <param name="Number">Which deal.</param>
/// <param name="Currency">In which it is.</param>
/// <param name="Seller">Whose, counted over all sellers.</param>
/// <param name="Kind">Why the customer may buy.</param>
/// <param name="Life">What happens, in order.</param>
sealed record DealPlan(int Number, string Currency, int Seller, string Kind, IReadOnlyList<Happening> Life)
{
    /// <summary>The days of the quarter.</summary>
    public const int Days = 90;

    /// <summary>How long before the quarter the first deals are opened.</summary>
    public const int Before = 30;

    /// <summary>The tax on what is quoted, in basis points.</summary>
    public const int TaxBp = 1_900;

    /// <summary>How many days a customer has to pay an invoice; many take longer.</summary>
    public const int DueDays = 14;

    static readonly string[] Kinds = ["new", "up-sell", "cross-sell", "renewal", "win-back"];
    static readonly string[] Rivals = ["altus", "brightline", "corvex"];
    static readonly string[] Reasons = ["price", "function", "no-budget", "no-decision", "timing"];

    public Fate Fate => Life.Aggregate(Fate.Open, (fate, happening) => happening.Act switch
    {
        Act.Win => Fate.Won,
        Act.Lose => Fate.Lost,
        Act.Withdraw => Fate.Withdrawn,
        Act.Reopen => Fate.Open,
        _ => fate,
    });

    /// <summary>What it is worth at the end, in minor units.</summary>
    public long Worth => Life.Last(happening => happening.Act is Act.Open or Act.Amount).Value;

    /// <summary>What was paid for it, in minor units.</summary>
    public long Paid => Life.Where(happening => happening.Act == Act.Pay).Sum(happening => happening.Value);

    /// <summary>What accounting asked for it, in minor units; none where accounting is not heard of.</summary>
    public long Invoiced => Life.Where(happening => happening.Act == Act.Invoice).Sum(happening => happening.Value);

    /// <summary>How far its contract came; null where it has none.</summary>
    public Agreed? Contract => Life.FirstOrDefault(happening => happening.Act == Act.Contract) is { } contract ? (Agreed)contract.Value : null;

    /// <summary>What was given back, in minor units.</summary>
    public long Returned => Life.Where(happening => happening.Act == Act.Return).Sum(happening => happening.Value);

    /// <summary>Plans a deal.</summary>
    /// <param name="seed">Of the whole quarter.</param>
    /// <param name="number">Which deal.</param>
    /// <param name="first">The day on which it is opened; null = as chance will have it.</param>
    /// <param name="sellers">How many sell.</param>
    public static DealPlan Of(int seed, int number, int sellers, int? first = null)
    {
        var chance = new Chance(seed, "deal", number);
        var currency = chance.Weighted((60, "EUR"), (25, "USD"), (15, "GBP"));
        var (seller, kind) = (chance.Between(0, sellers), chance.Of(Kinds));
        var drawn = chance.Percent(20) ? chance.Between(-Before, 0) : chance.Between(0, Days - 8);
        var day = first ?? drawn;
        var worth = (chance.Between(5, 60) + (chance.Percent(15) ? chance.Between(60, 400) : 0)) * 20_000L + chance.Between(0, 100);
        List<Happening> life = [new(day, Act.Open, worth), new(day, Act.Contact)];
        life.Add(new(day, Act.CloseDate, day + chance.Between(25, 75), "planned"));
        var end = day + chance.Between(12, 70);
        var fate = end >= Days - 1 ? Fate.Open : chance.Weighted((38, Fate.Won), (42, Fate.Lost), (4, Fate.Withdrawn), (16, Fate.Open));
        if (chance.Percent(40))
        {
            life.Add(new(day + 1, Act.Call));
            life.Add(new(day + 1, Act.Need));
            life.Add(new(day + 1, Act.Note, (long)chance.Weighted((80, Noted.Kept), (15, Noted.Corrected), (5, Noted.Removed))));
        }

        if (chance.Percent(50))
        {
            life.Add(new(day, Act.Task, chance.Percent(80) ? 1 : 0));
        }

        // The way through the stages takes as long as the deal lives; who loses may never see the last one.
        var last = Math.Min(end, Days - 1);
        string[] way = ["discover", "propose", "negotiate"];
        var reached = fate == Fate.Won ? way.Length : chance.Between(0, way.Length + 1);
        for (var stage = 0; stage < reached; stage++)
        {
            var at = day + ((last - day) * (stage + 1) / (way.Length + 1));
            if (way[stage] == "negotiate")
            {
                life.Add(new(at, Act.Tick));
            }

            life.Add(new(at, Act.Move, Word: way[stage]));
            if (chance.Percent(30))
            {
                worth = worth * chance.Between(80, 125) / 100;
                life.Add(new(at, Act.Amount, worth, "scope"));
            }
        }

        life.AddRange(Talk(chance, day, last));
        Ending(chance, life, fate, end, worth);
        return new(number, currency, seller, kind, [.. life.OrderBy(happening => happening.Day)]);
    }

    static IEnumerable<Happening> Talk(Chance chance, int day, int last)
    {
        int Somewhen() => chance.Between(day, last + 1);
        if (chance.Percent(25))
        {
            var slip = Somewhen();
            yield return new(slip, Act.CloseDate, slip + chance.Between(20, 60), "customer-asked");
        }

        if (chance.Percent(20))
        {
            yield return new(Somewhen(), Act.Rival, Word: chance.Of(Rivals));
        }

        if (chance.Percent(10))
        {
            yield return new(Somewhen(), Act.Override, chance.Between(1, 20) * 500);
        }

        if (chance.Percent(10))
        {
            yield return new(Somewhen(), Act.Categorise, Word: chance.Of<string>(["best", "commit"]));
        }

        if (chance.Percent(4))
        {
            yield return new(Somewhen(), Act.Owner);
        }
    }

    static void Ending(Chance chance, List<Happening> life, Fate fate, int end, long worth)
    {
        if (fate == Fate.Withdrawn)
        {
            life.Add(new(end, Act.Withdraw));
        }
        else if (fate == Fate.Lost)
        {
            if (chance.Percent(25))
            {
                life.Add(new(end - 1, Act.Quote, chance.Percent(20) ? (long)Offered.Discounted : (long)Offered.AtList));
            }
            else if (chance.Percent(10))
            {
                life.Add(new(end - 1, Act.Contract, (long)Agreed.Drafted));
            }

            life.Add(new(end, Act.Lose, Word: chance.Of(Reasons)));
            if (chance.Percent(5) && end + 6 < Days)
            {
                life.Add(new(end + 5, Act.Reopen));
            }
        }
        else if (fate == Fate.Won)
        {
            var (owed, proof) = (worth, chance.Weighted((55, Act.Quote), (20, Act.Contract), (25, Act.Win)));
            if (proof == Act.Quote)
            {
                life.Add(new(end - 1, Act.Quote, chance.Percent(25) ? (long)Offered.Discounted : (long)Offered.AtList));
                owed += ((worth * TaxBp) + 5_000) / 10_000;
            }
            else if (proof == Act.Contract)
            {
                life.Add(new(end - 1, Act.Contract, chance.Percent(20) ? (long)Agreed.Changed : (long)Agreed.Signed));
                if (chance.Percent(30) && end + 10 < Days)
                {
                    life.Add(new(end + 10, Act.Terminate));
                }
            }

            life.Add(new(end, Act.Win));
            if (chance.Percent(3) && end + 2 < Days)
            {
                life.Add(new(end + 1, Act.Reopen));
                return;
            }

            var (pays, partly) = (end + chance.Between(5, 30), chance.Percent(10));
            if (pays < Days)
            {
                life.Add(new(pays, Act.Pay, partly ? owed / 2 : owed));
                if (!partly && chance.Percent(20) && pays + 4 < Days)
                {
                    life.Add(new(pays + 3, Act.Return, chance.Percent(50) ? owed : owed / 3));
                }
            }

            if (chance.Percent(40) && end + 1 < Days)
            {
                life.Add(new(end + 1, Act.Invoice, owed));
            }
        }
    }
}

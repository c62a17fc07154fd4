using System.Diagnostics;
using System.Globalization;

namespace CrmSuite.Demo;

/// <summary>How a quarter is told.</summary>
/// <param name="Gateway">The suite's one door.</param>
/// <param name="ClientId">The machine client that may set everything up.</param>
/// <param name="ClientSecret">Its secret.</param>
/// <param name="Password">With which the people of the demonstration sign in.</param>
/// <param name="Start">The first day of the quarter, at midnight UTC, in the past; kept with the data, so that a quarter that was cut short goes on.</param>
/// <param name="Percent">How much of the company there is, 1 to 100.</param>
/// <param name="Seed">What chance follows from.</param>
public sealed record QuarterOptions(string Gateway, string ClientId, string ClientSecret, string Password, DateTime Start, int Percent = 100, int Seed = 1)
{
    /// <summary>The first day of the last quarter of a year that is over.</summary>
    public static DateTime LastBefore(DateTime now) =>
        new DateTime(now.Year, ((now.Month - 1) / 3 * 3) + 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(-3);
}

/// <summary>
/// A quarter of a company of twenty, told to a running suite through its gateway as it happened: day by day, each command at its business time by the person
/// who gave it. The same seed tells the same quarter; told again, it adds nothing.
/// </summary>
public static class Quarter
{
    const int Deals = 1_000;
    const int LeadsPerDeal = 5;
    const int DealsPerCustomer = 2;

    /// <summary>Of ten deals so many were leads first.</summary>
    const int FromLeads = 6;

    const int AtOnce = 12;
    const int First = -70;

    static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    /// <summary>Tells it, and says from time to time how far it has come.</summary>
    public static async Task Tell(QuarterOptions options, Action<string> say, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        var http = new HttpClient { BaseAddress = new(options.Gateway), Timeout = TimeSpan.FromMinutes(2) };
        using var company = await Company.Found(http, options.ClientId, options.ClientSecret, options.Password, ct);
        var clock = new Clock(options.Start, AtOnce);
        await new Definitions(company, clock, options.Seed).Publish();
        await new Planning(company, clock, options.Seed).Begin();

        var (deals, leads) = (Plans(options.Seed, options.Percent), Leads(options.Seed, options.Percent));
        var converted = leads.Count(lead => lead.Fate == LeadFate.Converted);
        var customers = new Customers(company, clock, CustomersOf(options.Seed, options.Percent));
        customers.Begin();
        foreach (var plan in leads.Skip(converted))
        {
            clock.Begin(new Lead(company, clock, plan).Tell);
        }

        foreach (var plan in deals)
        {
            clock.Begin(new Deal(company, clock, plan, () => customers[plan.Number], plan.Number < converted ? new(company, clock, leads[plan.Number]) : null).Tell);
        }

        var said = watch.Elapsed;
        await company.DriveDue(clock.Start.AddDays(First));
        await clock.Go(First, DealPlan.Days, async midnight =>
        {
            ct.ThrowIfCancellationRequested();
            await company.DriveDue(midnight);
            if (watch.Elapsed - said > Often)
            {
                said = watch.Elapsed;
                say(string.Create(CultureInfo.InvariantCulture, $"demonstration: day {Math.Max(0, clock.Day + 1)} of {DealPlan.Days}, {clock.Told:N0} of {clock.Count:N0} stories told"));
            }
        });
        await company.FreeDue();
        await company.Settle();
        say(string.Create(CultureInfo.InvariantCulture, $"demonstration: a quarter from {options.Start:yyyy-MM-dd} is told, {clock.Count:N0} stories in {watch.Elapsed.TotalSeconds:0} s"));
    }

    /// <summary>How many customers there are before it.</summary>
    internal static int CustomersOf(int seed, int percent) =>
        Math.Max(1, (Plans(seed, percent).Count - Leads(seed, percent).Count(lead => lead.Fate == LeadFate.Converted)) / DealsPerCustomer);

    /// <summary>The leads of a quarter; the first ones become the first deals.</summary>
    internal static IReadOnlyList<LeadPlan> Leads(int seed, int percent)
    {
        var deals = Plans(seed, percent);
        return [.. Enumerable.Range(0, deals.Count * LeadsPerDeal).Select(number =>
            LeadPlan.Of(seed, number, number < deals.Count * FromLeads / 10 ? deals[number] : null))];
    }

    /// <summary>The deals of a quarter.</summary>
    internal static IReadOnlyList<DealPlan> Plans(int seed, int percent) =>
        [.. Enumerable.Range(0, Deals * percent / 100).Select(number => DealPlan.Of(seed, number, Company.SellersCount))];
}

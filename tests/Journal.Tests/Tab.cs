using System.Collections.Immutable;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using static CrmSuite.Journal.Decision;

namespace CrmSuite.Journal.Tests;

/// <summary>A noun small enough to test the machinery with: payments on a tab, each once, to a limit.</summary>
sealed record Tab(Guid Id, ImmutableList<Guid> Payments, long Sum, ImmutableList<string> Names) : IFold<Tab>
{
    public const long Limit = 1_000_000;

    public static string Category => "sales.tab";

    public static Tab Initial { get; } = new(default, [], 0, []);

    public static Tab Evolve(Tab state, Event fact) => fact switch
    {
        OrderPaymentReceived e => state with { Id = e.OrderId, Payments = state.Payments.Add(e.PaymentId), Sum = state.Sum + e.Amount.Minor },
        CustomerCorrected e => state with { Id = e.CustomerId, Names = state.Names.Add(e.Name?.Clear ?? "(gone)") },
        _ => state,
    };

    public Decision Pay(Guid tab, Guid payment, long minor = 1) =>
        Payments.Contains(payment) ? []
        : Sum + minor > Limit ? Refuse("tab.full", "The tab is full.")
        : new OrderPaymentReceived(tab, tab, payment, new(minor, "EUR"));

    public Decision Rename(Guid tab, string name) =>
        Names.LastOrDefault() == name ? [] : new CustomerCorrected(tab, "renamed", Name: PersonalData.From(name).Of(tab));

    public static Cause Cause(string? key = null) =>
        new(key is null ? Guid.CreateVersion7() : Ids.Derive("test", key), new("staff", "tester"), Guid.CreateVersion7()) { IsClaimed = key is not null };
}

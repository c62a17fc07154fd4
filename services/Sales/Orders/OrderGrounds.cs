using CrmSuite.Contracts;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Quotes;
using CrmSuite.Sales.Rates;

namespace CrmSuite.Sales.Orders;

/// <summary>What an order or its payment rests on and lies in other streams (rulings.md 9): what its currency is worth on the day, and what the order names.</summary>
/// <param name="Books">In which currency totals are told, and when a day begins.</param>
/// <param name="Rate">What the amount's currency is worth in that one.</param>
/// <param name="Refs">The streams that were read, with their versions.</param>
/// <param name="Missing">Why no order is placed on these grounds: something that it names is not there.</param>
sealed record OrderGrounds(Books.Books Books, Rate Rate, IReadOnlyList<PolicyRef> Refs, Refusal? Missing = null)
{
    /// <summary>A decision on an amount by the rate of its day. A person needs one (rulings.md 15); what a program tells without one is valued when it comes.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="at">When it happens.</param>
    /// <param name="decide">The decision; what adds nothing needs no grounds.</param>
    public Decision Rated(Money amount, Actor by, DateTime at, Func<Guid?, Decision> decide)
    {
        var needed = Books.NeedsRate(amount);
        var rate = needed ? Rate.On(Books.Day(at)) : null;
        var decision = decide(rate?.RateId);
        return decision.Events.Count == 0 ? decision
            : Missing is { } missing ? Decision.Refuse(missing.Code, missing.Reason)
            : needed && rate is null && by.Kind == "staff" ? Rate.Missing(amount.Currency, Books)
            : decision;
    }

    /// <summary>Reads those of an order that is to be placed; what it does not name costs nothing.</summary>
    public static async Task<OrderGrounds> Load(IJournal journal, PlaceOrder command, CancellationToken ct) =>
        await Load(journal, command.Total, ct) with
        {
            Missing = await Absent<Account>(journal, command.AccountId, "account", ct)
                ?? await Absent<Opportunity>(journal, command.OpportunityId, "opportunity", ct) ?? await Absent<Quote>(journal, command.QuoteId, "quote", ct),
        };

    /// <summary>Reads them.</summary>
    public static async Task<OrderGrounds> Load(IJournal journal, Money amount, CancellationToken ct)
    {
        var books = (await journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State;
        if (!books.NeedsRate(amount))
        {
            return new(books, Rate.Initial, []);
        }

        var id = Rate.IdOf(amount.Currency, books.Currency!);
        var (rate, version) = await journal.Load<Rate>(id, ct);
        return new(books, rate, version < 0 ? [] : [new($"{Rate.Category}-{id}", version)]);
    }

    static async Task<Refusal?> Absent<TState>(IJournal journal, Guid? id, string noun, CancellationToken ct) where TState : class, IFold<TState> =>
        id is { } named && (await journal.Load<TState>(named, ct)).Version < 0
            ? new($"{noun}.unknown", $"There is no such {noun}. Name one that there is, or leave {noun}Id out.") : null;
}

using System.Runtime.CompilerServices;
using CrmSuite.Contracts.Sales;
using CrmSuite.Journal;
using CrmSuite.Sales.Accounts;
using CrmSuite.Sales.Affiliations;
using CrmSuite.Sales.Contacts;
using CrmSuite.Sales.Opportunities;
using CrmSuite.Sales.Orders;
using CrmSuite.Views;

namespace CrmSuite.Sales.Tasks;

/// <summary>Whom a task or a note concerns, and where he is: what a decision about it rests on and lies elsewhere.</summary>
/// <param name="Journal">What Sales knows.</param>
/// <param name="Queries">What follows from it.</param>
sealed record Places(IJournal Journal, Queries Queries)
{
    const int PageMax = 200;

    /// <summary>What is known of where a customer is: himself, or his account, or the account for which he works.</summary>
    sealed record Known(string? TimeZone, string? Country);

    /// <summary>An open call and what is known of where its customer is.</summary>
    sealed record OpenCall(Guid TaskId, string? Zone, string? TimeZone, string? Country);

    /// <summary>Whom it concerns; nouns of other departments name their customer themselves.</summary>
    /// <param name="about">What it is about.</param>
    /// <param name="customerId">The customer that the caller names.</param>
    /// <param name="ct">Cancels the reading.</param>
    public async Task<TaskSubject> Subject(About about, Guid? customerId, CancellationToken ct)
    {
        var (known, accountId) = about.Noun switch
        {
            "account" => ((await Journal.Load<Account>(about.Id, ct)).State.CustomerId, about.Id),
            "contact" => ((await Journal.Load<Contact>(about.Id, ct)).State.CustomerId, null),
            "opportunity" => (await Journal.Load<Opportunity>(about.Id, ct)).State is var deal ? (deal.CustomerId, deal.AccountId) : default,
            "order" => ((await Journal.Load<Order>(about.Id, ct)).State.CustomerId, null),
            _ => (customerId, (Guid?)null),
        };
        return known == Guid.Empty ? new(null, null, about.Noun)
            : known is { } customer ? new(customer, await Of(customer, accountId, ct))
            : new(null, await Books(ct));
    }

    /// <summary>Where a customer is: his zone, else the country of his account, else the zone of the books.</summary>
    async Task<string> Of(Guid customerId, Guid? accountId, CancellationToken ct)
    {
        var person = (await Journal.Load<Contact>(customerId, ct)).State;
        var country = accountId is { } id ? (await Journal.Load<Account>(id, ct)).State.Country : null;
        return Choose(person.TimeZone, country) ?? (person.IsKnown ? await Employer(customerId, ct) : null) ?? await Books(ct);
    }

    /// <summary>The country of the account for which a person works.</summary>
    async Task<string?> Employer(Guid customerId, CancellationToken ct) => (await Queries.Query<Known>($"""
        select person.time_zone, place.country from (select {customerId}::uuid as customer_id) as asked {Where}
        """, ct)) is [var known] ? Choose(known.TimeZone, known.Country) : null;

    /// <summary>The open calls whose customer seems to be elsewhere than was thought when they were planned, with where he is.</summary>
    public async IAsyncEnumerable<(Guid TaskId, string Place)> Moved([EnumeratorCancellation] CancellationToken ct)
    {
        var (books, after) = (await Books(ct), Guid.Empty);
        while (true)
        {
            var calls = await Queries.Query<OpenCall>($"""
                select asked.task_id, asked.zone, person.time_zone, place.country from {WorkTaskList.Name:name} as asked {Where}
                where asked.status = 'open' and asked.kind = 'call' and asked.task_id > {after}
                and asked.zone is distinct from coalesce(person.time_zone, place.country, {books}) order by asked.task_id limit {PageMax}
                """, ct);
            foreach (var call in calls)
            {
                after = call.TaskId;
                if ((Choose(call.TimeZone, call.Country) ?? books) is var place && place != call.Zone)
                {
                    yield return (call.TaskId, place);
                }
            }

            if (calls.Count < PageMax)
            {
                yield break;
            }
        }
    }

    static FormattableString Where => $"""
        left join {ContactList.Name:name} as person on person.customer_id = asked.customer_id
        left join lateral (
            select a.country from {AccountList.Name:name} as a where a.country is not null and (a.customer_id = asked.customer_id or a.account_id in
                (select w.account_id from {AffiliationList.Name:name} as w where w.contact_id = asked.customer_id and w.status = 'current'))
            order by a.opened_at, a.account_id limit 1) as place on true
        """;

    /// <summary>The first of the two that names a place that is on the map.</summary>
    static string? Choose(params string?[] places) => places.FirstOrDefault(place => QuietHours.Zones(place).Count > 0);

    async Task<string> Books(CancellationToken ct) => (await Journal.Load<Books.Books>(Sales.Books.Books.TheId, ct)).State.InForce?.Zone ?? "UTC";
}

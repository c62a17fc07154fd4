using System.Diagnostics;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Customers;

/// <summary>The registry as Sales has heard of it: a customer that a command names by his id must be in it.</summary>
/// <param name="Journal">Where it is written.</param>
sealed record Registry(IJournal Journal)
{
    /// <summary>How long somebody is waited for who was registered a moment ago.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>The answer to a command that names somebody unknown; null when he is known, or nobody is named by id.</summary>
    public async Task<IResult?> Refuse(Guid? customerId, CancellationToken ct)
    {
        if (customerId is not { } id)
        {
            return null;
        }

        for (var began = Stopwatch.GetTimestamp(); !(await Journal.Load<Customer>(id, ct)).State.IsKnown; await Task.Delay(Poll, ct))
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                return Problems.Result(StatusCodes.Status404NotFound, "customer.unknown",
                    "Nobody in the registry has this customerId. Register him first, or name him by what his source calls him ('customer').");
            }
        }

        return null;
    }
}

using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Customers;

/// <summary>The registry as Sales has heard of it: a customer that a command names by his id must be in it.</summary>
/// <param name="Journal">Where it is written.</param>
/// <param name="Asked">The request that names him.</param>
sealed record Registry(IJournal Journal, HttpRequest Asked)
{
    /// <summary>The answer to a command that names somebody unknown; null when he is known, or nobody is named by id.</summary>
    public async Task<IResult?> Refuse(Guid? customerId, CancellationToken ct) =>
        customerId is { } id && !await Journal.HasHeardOf<Customer>("acquisition", id, Asked, ct)
            ? Problems.Result(StatusCodes.Status404NotFound, "customer.unknown",
                "Nobody in the registry has this customerId. Register him first, or name him by what his source calls him ('customer'). "
                + "Who was registered a moment ago is waited for where the request hands on the At-Least of that answer.")
            : null;
}

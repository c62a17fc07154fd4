using CrmSuite.Departments;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;

namespace CrmSuite.Sales.Customers;

/// <summary>The registry as Sales has heard of it: a customer that a command names by his id must be in it.</summary>
/// <param name="Journal">Where it is written.</param>
/// <param name="Asked">The request that names him.</param>
sealed record Registry(IJournal Journal, HttpRequest Asked)
{
    const string Nobody = "Nobody in the registry has this customerId. Register him first, or name him by what his source calls him ('customer').";

    /// <summary>The answer to a command that names somebody unknown; null when he is known, or nobody is named by id.</summary>
    public async Task<IResult?> Refuse(Guid? customerId, CancellationToken ct) =>
        customerId is { } id && !await Journal.HasHeardOf<Customer>("acquisition", id, Asked, ct)
            ? Problems.Result(StatusCodes.Status404NotFound, "customer.unknown",
                Nobody + " Who was registered a moment ago is waited for where the request hands on the At-Least of that answer.")
            : null;

    /// <summary>Refuses a row that names somebody unknown; nobody is waited for, because the file can come again.</summary>
    /// <exception cref="RowRefusedException"><c>customer.unknown</c></exception>
    public static async Task CheckRow(IJournal journal, Guid? customerId, CancellationToken ct)
    {
        if (customerId is { } id && !(await journal.Load<Customer>(id, ct)).State.IsKnown)
        {
            throw new RowRefusedException("customer.unknown", Nobody);
        }
    }
}

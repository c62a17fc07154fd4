using System.Text;
using CrmSuite.Contracts;

namespace CrmSuite.Keyring;

/// <summary>From what other systems call a customer to an id that tells nothing (rulings.md 2). It needs the master key but not the keyring database.</summary>
/// <param name="master">The key outside the keyring.</param>
public sealed class References(MasterKey master)
{
    /// <summary>HMAC-SHA256(source ‖ 0x00 ‖ reference) in UUIDv8 form (RFC 9562).</summary>
    /// <exception cref="ArgumentException">See <see cref="CustomerRef.Problem"/>.</exception>
    public Guid CustomerId(CustomerRef customer)
    {
        if (customer.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(customer));
        }

        return Ids.Form(master.Keyed([.. Encoding.UTF8.GetBytes(customer.Source), 0, .. Encoding.UTF8.GetBytes(customer.Reference)]), version: 8);
    }
}

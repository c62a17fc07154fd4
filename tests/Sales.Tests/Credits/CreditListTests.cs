using CrmSuite.Contracts.Sales;
using CrmSuite.Sales.Credits;
using CrmSuite.Testing;

namespace CrmSuite.Sales.Tests.Credits;

public sealed class CreditListTests
{
    [Fact]
    public void An_issued_credit_has_a_row()
    {
        var (id, customer, today) = (Guid.Parse("5c2e8d16-7b4a-5f39-9a08-1e6d4c3b2a70"), Guid.Parse("7d1a4c22-93be-8f10-a6d5-2b8c4e6f7a90"), new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));

        Assert.Equal(new CreditList.Row(id, customer, "shop", "C1", 27_50, "GBP", "goods-back", "France", today),
            Entries.Fold<Credit, CreditList.Row, CreditList>(id, (today, new CreditIssued(id, customer, "shop", "C1", new(27_50, "GBP"), "goods-back", "France"))));
    }
}

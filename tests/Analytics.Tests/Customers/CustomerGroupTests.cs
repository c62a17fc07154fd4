using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Store;
using CrmSuite.Analytics.Tests.Store;
using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Views;

namespace CrmSuite.Analytics.Tests.Customers;

/// <summary>Customers who are one, over all departments, and what was done on their joint card.</summary>
public sealed class CustomerGroupTests
{
    static readonly DateTime Day = new(2021, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_group_is_known_as_of_any_instant_and_the_facts_of_its_joint_card_are_listed_with_whose_they_are()
    {
        await using var company = await Company.Open();
        var (father, son, joint) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var link = Ids.Derive("link", father, son);
        foreach (var customer in (Guid[])[father, son])
        {
            company.Add("acquisition.customer", customer, new CustomerRegistered(customer, false, CustomerKind.Person, City: customer == son ? "Graz" : null), Day);
            Place(Guid.NewGuid(), customer, 1_000, Day.AddDays(1));
        }

        company.Add("acquisition.link", link, new LinkMade(link, father, son, Day.AddDays(-1), Day, "same-person"), Day.AddDays(2));
        var placed = Place(joint, father, 500, Day.AddDays(3), link);
        company.Add("acquisition.link", link, new LinkUndone(link, father, son, Day.AddDays(-1), Day, "father-and-son", Keeper.Absorbed), Day.AddDays(4));
        await company.Settle();

        Assert.Null(await Group(son, Day.AddDays(1)));
        var together = await Group(son, Day.AddDays(3)) ?? throw new InvalidOperationException("They are linked.");
        Assert.Equal((father, 3, 2_500L, "Graz"), (together.Survivor, together.Together.Orders, together.Together.Revenue["EUR"], together.Together.City));
        Assert.Equal([father, son], together.Members);
        Assert.Null(await Group(father, Moment.Ever));

        var rows = await company.Query($"select event_id, customer_id from analytics.customer_facts where via_link = '{link}'");
        Assert.Equal([(placed, father)], rows.Select(row => ((Guid)row[0]!, (Guid)row[1]!)));

        Task<CustomerGroup?> Group(Guid customer, DateTime at) => company.Ask(queries => CustomerGroup.Of(queries, customer, at, Cut.Everything, default));

        Guid Place(Guid order, Guid customer, long minor, DateTime at, Guid? via = null) =>
            company.Add("sales.order", order, new OrderPlaced(order, customer, "shop", $"{order}", new(minor, "EUR"), []), at, viaLink: via);
    }
}

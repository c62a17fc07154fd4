using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Tests.Leads;
using CrmSuite.Links;
using CrmSuite.Testing;
using CrmSuite.Views;

namespace CrmSuite.Acquisition.Tests;

public sealed class RebuildTests
{
    const string Marketing = "acquisition-agent";
    const string Operations = "acquisition-operations";
    const string Ann = "sales-agent/u-ann@north";

    [Fact]
    public async Task Each_view_of_a_department_at_work_is_the_same_built_anew()
    {
        await using var acquisition = await LeadService.Start();
        await Work(acquisition);
        var (services, database) = (acquisition.App.Services, acquisition.ConnectionString);
        var tried = await ViewLaws.EachRebuildEqualsLive(typeof(LeadBoard).Assembly, services, database);
        var views = typeof(LeadBoard).Assembly.GetTypes()
            .Where(type => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IView<>)));
        Assert.Equal(views.Select(view => (string)view.GetProperty("Name")!.GetValue(null)!).Order(), tried.Order());
        Assert.Equal([LinkedCustomers.Name], await ViewLaws.EachRebuildEqualsLive(typeof(LinkedCustomers).Assembly, services, database));
    }

    /// <summary>Something of everything that the views tell of, with changes that come back to rows that are there already.</summary>
    static async Task Work(DepartmentService acquisition)
    {
        var customers = new List<Guid>();
        for (var number = 0; number < 3; number++)
        {
            var id = await acquisition.Id(Marketing, "/customers",
                new { name = "Ann Lee", email = $"ann{number}@example.org", country = "AT", basis = LeadService.Basis });
            await acquisition.Ok(Marketing, "POST", $"/customers/{id}/corrections",
                new { reason = "moved", city = "Graz", birthDate = "1984-02-29", basis = LeadService.Basis });
            await acquisition.Ok(Marketing, "POST", $"/customers/{id}/verifications", new { fields = new[] { "birth-date" }, method = "identity-card" });
            customers.Add(id);
        }

        var link = await acquisition.Id(Operations, "/links", new { one = customers[0], other = customers[1], reason = "same-person" });
        await acquisition.Ok(Operations, "POST", $"/links/{link}/undo", new { reason = "twins" });
        await acquisition.Ok(Operations, "POST", "/links", new { one = customers[1], other = customers[0], reason = "same-person" });
        await acquisition.Ok(Operations, "POST", "/links/decline", new { one = customers[0], other = customers[2], reason = "mother" });

        await acquisition.Member("north", "u-ann", 2, "de");
        await acquisition.Member("north", "u-bob", 1);
        await acquisition.Ok(Operations, "POST", "/rosters/north/members/u-bob/remove", new { reason = "left" });
        for (var number = 0; number < 4; number++)
        {
            var id = await acquisition.Id(Marketing, "/leads", new
            {
                source = "fair",
                channel = "website",
                number = $"{number}",
                name = "Bob",
                products = new[] { "tea" },
                basis = LeadService.Basis,
            });
            await acquisition.Ok(Marketing, "POST", $"/leads/{id}/fields", new { country = "AT", industry = "retail" });
            await acquisition.Ok(Marketing, "POST", $"/leads/{id}/contacts", new { channel = "phone" });
            if (number == 3)
            {
                await acquisition.Ok(Marketing, "POST", $"/leads/{id}/disqualify", new { reason = "no-need" });
                await acquisition.Ok(Marketing, "POST", $"/leads/{id}/recycle", new { after = "2099-01-01", reason = "new-project" });
                break;
            }

            await acquisition.Ok(Marketing, "POST", $"/leads/{id}/qualify", new { });
            await acquisition.Ok(Ann, "POST", $"/leads/{id}/accept");
            if (number == 0)
            {
                await acquisition.Ok(Ann, "POST", $"/leads/{id}/qualify-sales",
                    new { need = "Tea", budgetBand = "low", authority = "decider", timing = "soon", basis = LeadService.Basis });
                await acquisition.Ok(Ann, "POST", $"/leads/{id}/convert", new { basis = LeadService.Basis });
            }
        }

        await acquisition.Ok(Operations, "POST", "/scores/standard/publish",
            new { threshold = 10, factors = new[] { new { name = "reachable", points = 5, when = new { field = "email" } } } });
    }
}

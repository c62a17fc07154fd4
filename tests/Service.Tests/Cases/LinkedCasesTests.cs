using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Service;
using CrmSuite.Journal;
using CrmSuite.Links;
using CrmSuite.Service.Cases;
using CrmSuite.ServiceDefaults;
using CrmSuite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Service.Tests.Cases;

/// <summary>Cases of customers who are one, over HTTP.</summary>
public sealed class LinkedCasesTests
{
    [Fact]
    public async Task Linked_customers_have_one_list_and_what_is_done_on_the_joint_card_says_so_until_they_come_apart()
    {
        await using var service = await DepartmentService.Start("service", s => s.Noun<Case>().View<CaseBoard.Row, CaseBoard>().Links<LinkAdopted>(), app =>
        {
            app.UseLinks();
            app.MapCases();
        });
        var journal = service.App.Services.GetRequiredService<IJournal>();
        var (father, son, day) = (Guid.NewGuid(), Guid.NewGuid(), DateTime.UtcNow.AddDays(-1));
        var made = new LinkMade(Ids.Derive("link", father, son), father, son, day, day.AddHours(1), "same-person");
        var his = await Open(son);
        Assert.Equal("409 link.not-in-force", await (await service.Send("service-agent", "POST", "/cases", Case(father), viaLink: made.LinkId)).Problem());
        Assert.Equal([his], await Cases(son));

        await Hear(made);
        var (joint, own) = (await Open(father, made.LinkId), await Open(son, made.LinkId));
        Assert.Equal(new[] { his, joint, own }.Order(), (await Cases(father)).Order());
        Assert.Equal(await Cases(father), await Cases(son));
        Assert.Equal([joint], await Cases(father, "&group=false"));
        Assert.Equal(made.LinkId, (await journal.Read<Case>(joint, default))[0].Meta.ViaLink);
        Assert.Null((await journal.Read<Case>(own, default))[0].Meta.ViaLink);

        await Hear(new LinkUndone(made.LinkId, father, son, day, day.AddHours(1), "father-and-son", Keeper.Survivor));
        Assert.Equal([joint], await Cases(father));
        Assert.Equal(new[] { his, own }.Order(), (await Cases(son)).Order());

        Task Hear(ILinkFact link) => journal.Decide<AdoptedLink<LinkAdopted>>(link.LinkId, Cause.Rule("test", Guid.NewGuid(), DateTime.UtcNow), state => state.Adopt(link), default);

        async Task<Guid> Open(Guid customer, Guid? viaLink = null)
        {
            var caseId = Guid.NewGuid();
            using var answer = await service.Send("service-agent", "POST", "/cases", Case(customer, caseId), viaLink: viaLink);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            return caseId;
        }

        async Task<List<Guid>> Cases(Guid customer, string more = "") =>
            [.. (await service.Ok("service-agent", "GET", $"/cases?customerId={customer}{more}")).GetProperty("items").EnumerateArray().Select(row => row.GetProperty("caseId").GetGuid())];
    }

    static object Case(Guid customerId, Guid? caseId = null) => new { customerId, channel = "phone", kind = "fault", caseId = caseId ?? Guid.NewGuid() };
}

using CrmSuite.Acquisition.Accounts;
using CrmSuite.Acquisition.AssignmentRules;
using CrmSuite.Acquisition.Customers;
using CrmSuite.Acquisition.Leads;
using CrmSuite.Acquisition.Links;
using CrmSuite.Acquisition.MatchRules;
using CrmSuite.Acquisition.Rosters;
using CrmSuite.Acquisition.ScoreTables;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Contracts.Sales;
using CrmSuite.Import;
using CrmSuite.Links;
using CrmSuite.Testing;

namespace CrmSuite.Acquisition.Tests.Leads;

/// <summary>Acquisition with all its nouns on real servers, and what most tests need in it.</summary>
static class LeadService
{
    public static readonly object Basis = new { kind = "consent", purpose = "sales-enquiry", noticeVersion = "2026-01" };

    public static async Task<DepartmentService> Start()
    {
        var acquisition = await DepartmentService.Start("acquisition",
            a => a
                .Noun<Customer>().View<CustomerList.Row, CustomerList>().Import<CustomerImport>()
                .Noun<MatchRule>().MatchKeys().Noun<Link>().View<LinkList.Row, LinkList>().Links()
                .Noun<Lead>().View<LeadBoard.Row, LeadBoard>().Import<LeadImport>().Due<Lead, LeadHandover>().Process<LeadProcess>()
                .When<LeadCaptured, Customer, WhenLeadCaptured>().When<LeadConverted, Customer, WhenLeadConverted>()
                .Noun<Account>().When<AccountOpened, Account, WhenAccountOpened>()
                .Noun<ScoreTable>().View<ScoreTableList.Row, ScoreTableList>()
                .Noun<AssignmentRule>().View<AssignmentRuleList.Row, AssignmentRuleList>()
                .Noun<Roster>().View<RosterList.Row, RosterList>(),
            app =>
            {
                app.MapCustomers();
                app.MapMatchRule().MapLinks();
                app.MapLeads().MapScoreTables().MapAssignmentRules().MapRosters();
            });
        await acquisition.Ok("acquisition-operations", "POST", "/scores/standard/publish", new
        {
            threshold = 50,
            factors = new object[]
            {
                new { name = "wrote-himself", points = 40, when = new { field = "channel", anyOf = new[] { "website" } } },
                new { name = "asked-for-tea", points = 20, when = new { field = "products", anyOf = new[] { "tea" } } },
            },
        });
        await acquisition.Ok("acquisition-operations", "POST", "/assignment-rules/standard/publish", new
        {
            handOverMinutes = 60,
            routes = new object[] { new { team = "south", when = new { field = "country", anyOf = new[] { "IT" } } }, new { team = "north" } },
            fit = new[] { new { kind = "language", points = 30 } },
        });
        return acquisition;
    }

    /// <summary>Somebody takes leads for a team, and is there.</summary>
    public static async Task Member(this DepartmentService acquisition, string team, string memberId, int capacity, params string[] languages)
    {
        await acquisition.Ok("acquisition-operations", "PUT", $"/rosters/{team}/members/{memberId}", new { languages, regions = Array.Empty<string>(), capacity });
        await acquisition.Ok($"sales-agent/{memberId}@{team}", "PUT", $"/rosters/{team}/members/{memberId}/presence", new { presence = "ready" });
    }

    /// <summary>The id that a command answers.</summary>
    public static async Task<Guid> Id(this DepartmentService acquisition, string role, string path, object body) =>
        (await acquisition.Ok(role, "POST", path, body)).GetProperty("id").GetGuid();
}

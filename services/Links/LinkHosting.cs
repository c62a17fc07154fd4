using CrmSuite.Contracts;
using CrmSuite.Contracts.Acquisition;
using CrmSuite.Departments;
using CrmSuite.Journal;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSuite.Links;

/// <summary>How a department honours the links of the registry.</summary>
public static class LinkHosting
{
    /// <summary>The view of links, folded from the department's own facts.</summary>
    public static Department Links(this Department department) => department.View<LinkedCustomers.Row, LinkedCustomers>();

    /// <summary>The same, and the noun by which the department adopts what the registry says of links.</summary>
    /// <typeparam name="TAdopted">The fact by which the department says so to itself.</typeparam>
    public static Department Links<TAdopted>(this Department department) where TAdopted : Event, ILinkAdopted<TAdopted> =>
        department.Noun<AdoptedLink<TAdopted>>()
            .When<LinkMade, AdoptedLink<TAdopted>, AdoptedLink<TAdopted>.WhenLinkMade>()
            .When<LinkUndone, AdoptedLink<TAdopted>, AdoptedLink<TAdopted>.WhenLinkUndone>()
            .Links();

    /// <summary>
    /// Commands given on a joint card: <c>Via-Link</c> names the link, which must be in force here. What such a command says of the survivor is marked with it. Before
    /// the endpoints are mapped.
    /// </summary>
    public static WebApplication UseLinks(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers[Http.ViaLink].ToString() is { Length: > 0 } named && !await Find(context, named))
            {
                await Problems.Write(context, StatusCodes.Status409Conflict, "link.not-in-force",
                    "These customers are not linked, or the department has not heard so yet. Read the customer again and name the one you mean.");
                return;
            }

            await next(context);
        });
        return app;
    }

    static async Task<bool> Find(HttpContext context, string named)
    {
        var queries = context.RequestServices.GetRequiredService<Queries>();
        if (!Guid.TryParse(named, out var linkId)
            || await queries.Find<LinkedCustomers, LinkedCustomers.Row>(linkId, context.RequestAborted) is not { IsLinked: true } link)
        {
            return false;
        }

        context.Features.Set(new ViaLink(linkId, (await Group.Of(queries, link.CustomerId, context.RequestAborted)).Survivor));
        return true;
    }
}

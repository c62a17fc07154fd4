using CrmSuite.Contracts;
using CrmSuite.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CrmSuite.Bus;

/// <summary>The broker's connection string: user (the department), password, address, virtual host.</summary>
sealed record BusConnection(string Text);

/// <summary>How a department gets onto the bus, and any host its way to the departments' feeds.</summary>
public static class BusHosting
{
    /// <summary>The way to the departments' feeds: <c>services:{department}:http:0</c> is the address, the host's own token opens it.</summary>
    public static IServiceCollection AddPackFeed(this IServiceCollection services)
    {
        services.AddSingleton<ServiceTokens>();
        services.AddTransient<ServiceTokenHandler>();
        services.AddHttpClient(nameof(PackFeed)).AddHttpMessageHandler<ServiceTokenHandler>();
        services.AddSingleton<BusHealth>();
        services.AddHealthChecks().AddCheck<BusHealth>("bus");
        return services.AddSingleton(provider => new PackFeed(department =>
        {
            var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(PackFeed));
            client.BaseAddress = new Uri(provider.GetRequiredService<IConfiguration>()[$"services:{department}:http:0"]
                ?? throw new InvalidOperationException($"The address of {department} is not configured: services__{department}__http__0."));
            return client;
        }));
    }

    /// <summary>
    /// Registers a reaction to a fact, heard on the bus or in the own journal. The class's name is part of the claim: renamed, it would answer a fact again that is
    /// heard again.
    /// </summary>
    public static IServiceCollection AddReaction<TEvent, TState, TWhen>(this IServiceCollection services)
        where TEvent : Event where TState : class, IFold<TState> where TWhen : IWhen<TEvent, TState> => services.AddSingleton(Reaction.Of<TEvent, TState, TWhen>());

    /// <summary>The same for a reaction that reads before it decides.</summary>
    public static IServiceCollection AddReaction<TEvent, TWhen>(this IServiceCollection services) where TEvent : Event where TWhen : IWhen<TEvent> =>
        services.AddSingleton(Reaction.Of<TEvent, TWhen>());

    /// <summary>Relay, inbox and reactions of a department. Needs its journal, <see cref="Leader"/> and <c>ConnectionStrings:messaging</c>.</summary>
    public static IServiceCollection AddBus(this IServiceCollection services, string department)
    {
        services.AddPackFeed();
        services.AddSingleton(provider => new BusConnection(provider.GetRequiredService<IConfiguration>().GetConnectionString("messaging")
            ?? throw new InvalidOperationException("The broker is not configured: ConnectionStrings__messaging.")));
        services.AddSingleton(provider => new Packs(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<JournalLog>(), department));
        services.AddSingleton<SetAside>();
        services.AddSingleton<Reactions>();
        services.AddSingleton<InboxListeners>();
        services.AddSingleton<IListeners>(provider => provider.GetRequiredService<InboxListeners>());
        services.AddHostedService<Relay>();
        return services.AddHostedService<Inbox>();
    }

    /// <summary>Maps the feed, what was set aside, and the departments that are heard.</summary>
    public static void MapBus(this IEndpointRouteBuilder app)
    {
        PackFeed.Map(app);
        SetAside.Map(app);
        app.MapListeners();
    }
}

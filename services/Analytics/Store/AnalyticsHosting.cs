using CrmSuite.Analytics.Books;
using CrmSuite.Analytics.Customers;
using CrmSuite.Analytics.Findings;
using CrmSuite.Analytics.Models;
using CrmSuite.Analytics.Orders;
using CrmSuite.Analytics.Runs;
using CrmSuite.Analytics.Segments;
using CrmSuite.EventStore.Client;
using CrmSuite.Journal;
using CrmSuite.Views;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CrmSuite.Analytics.Store;

/// <summary>What Analytics is made of. Its views follow the company's history, not its own journal; its own definitions come back to them the same way.</summary>
static class AnalyticsHosting
{
    /// <summary>The schema of all read models.</summary>
    public const string Schema = "analytics";

    /// <summary>The event store as the host's log; before the department, which else follows its own journal.</summary>
    public static WebApplicationBuilder AddStoreLog(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<IEventStore>(_ => new EventStoreClient(EventStoreConnection.Parse(
            builder.Configuration.GetConnectionString("eventstore") ?? throw new InvalidOperationException("ConnectionStrings:eventstore is not set."))));
        builder.Services.AddStoreLog();
        return builder;
    }

    /// <summary>Runs, segments, findings and the schema of the views; after the department.</summary>
    public static WebApplicationBuilder AddReadModels(this WebApplicationBuilder builder)
    {
        builder.Services.AddReadModels();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RunWorker>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SegmentKeeper>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<FindingTeller>());
        return builder;
    }

    internal static IServiceCollection AddStoreLog(this IServiceCollection services)
    {
        services.AddSingleton<StoreLog>();
        services.AddSingleton<ILog>(provider => provider.GetRequiredService<StoreLog>());
        services.AddHostedService(provider => provider.GetRequiredService<StoreLog>());
        services.AddHealthChecks().Add(new("eventstore", provider => provider.GetRequiredService<StoreLog>(), null, null));
        return services;
    }

    internal static IServiceCollection AddReadModels(this IServiceCollection services)
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
        services.AddSingleton(new ViewSettings { Schema = Schema, Readers = ["analyst"], QuerySeconds = 60 });
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RunWorker>();
        services.AddSingleton<SegmentKeeper>();
        services.AddSingleton<FindingTeller>();
        return services;
    }

    /// <summary>The tables that are folded from the history.</summary>
    internal static IServiceCollection AddTables(this IServiceCollection services) => services
        .AddView<CustomerOrders.Row, CustomerOrders>()
        .AddView<CustomerCredits.Row, CustomerCredits>()
        .AddView<CustomerProfileChanges.Row, CustomerProfileChanges>()
        .AddView<Customer360.Row, Customer360>()
        .AddView<CustomerFacts.Row, CustomerFacts>()
        .AddView<KnownPacks.Row, KnownPacks>()
        .AddView<BooksInForce.Row, BooksInForce>()
        .AddView<SegmentDefinitions.Row, SegmentDefinitions>()
        .AddView<ModelCard.Row, ModelCard>();
}

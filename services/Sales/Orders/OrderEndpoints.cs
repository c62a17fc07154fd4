using CrmSuite.Contracts;
using CrmSuite.Import;
using CrmSuite.Journal;
using CrmSuite.Keyring;
using CrmSuite.Links;
using CrmSuite.ServiceDefaults;
using CrmSuite.Views;

namespace CrmSuite.Sales.Orders;

static class OrderEndpoints
{
    public static IEndpointRouteBuilder MapOrders(this IEndpointRouteBuilder app)
    {
        var read = app.MapGroup("/orders").RequirePermission("sales:read");
        var write = app.MapGroup("/orders").RequirePermission("sales:write").CheckCommands();

        app.MapGroup("/orders").MapImport("orders", "sales:operate");

        write.MapPost("", async (PlaceOrder command, Cause cause, References references, IJournal journal, [AsParameters] Registry registry,
            CancellationToken ct) =>
        {
            if (await registry.Refuse(command.CustomerId, ct) is { } unknown)
            {
                return unknown;
            }

            var customerId = command.CustomerId ?? references.CustomerId(command.Customer!);
            var grounds = await OrderGrounds.Load(journal, command, ct);
            return await journal.Decide<Order>(command.OrderId(), cause with { Basis = command.Basis, PolicyRefs = grounds.Refs, Begins = true },
                (order, at) => grounds.Rated(command.Total, cause.Actor, at, rateId => order.Place(command, customerId, rateId)), ct)
                .ToHttp(id => $"orders/{id}");
        });

        write.MapPost("/{id:guid}/payments", async (Guid id, ReceivePayment command, Cause cause, IJournal journal, CancellationToken ct) =>
        {
            var grounds = await OrderGrounds.Load(journal, command.Amount, ct);
            var paymentId = command.PaymentId ?? Ids.Derive("payment", cause.CommandId);
            return await journal.Decide<Order>(id, cause with { PolicyRefs = grounds.Refs },
                (order, at) => grounds.Rated(command.Amount, cause.Actor, at, rateId => order.Pay(command, paymentId, rateId)), ct).ToHttp();
        });

        write.MapPost("/{id:guid}/returns", (Guid id, ReturnOrder command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Order>(id, cause, order => order.Return(command, command.ReturnId ?? Ids.Derive("return", cause.CommandId)), ct).ToHttp());

        write.MapPost("/{id:guid}/cancel", (Guid id, CancelOrder command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Order>(id, cause, order => order.Cancel(command), ct).ToHttp());

        read.MapGet("", async (Guid? customerId, bool? group, [WordOf(typeof(OrderStatus))] string? status, string? after, int? size, Queries queries, CancellationToken ct) =>
            await OrderList.Open(queries, await Group.Meant(queries, customerId, group, ct), status, after, size, ct));

        read.MapGet("/{id:guid}", (Guid id, DateTime? asOf, IJournal journal, CancellationToken ct) => journal.Show<Order>(id, order => order, ct, asOf));

        read.MapGet("/{id:guid}/timeline", (Guid id, IJournal journal, CancellationToken ct) => journal.Timeline<Order>(id, ct));

        return app;
    }
}

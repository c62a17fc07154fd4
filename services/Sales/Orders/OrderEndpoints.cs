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
            CancellationToken ct) => await registry.Refuse(command.CustomerId, ct)
            ?? await journal.Decide<Order>(command.OrderId(), cause with { Basis = command.Basis },
                order => order.Place(command, command.CustomerId ?? references.CustomerId(command.Customer!)), ct).ToHttp(id => $"orders/{id}"));

        write.MapPost("/{id:guid}/payments", (Guid id, ReceivePayment command, Cause cause, IJournal journal, CancellationToken ct) =>
            journal.Decide<Order>(id, cause, order => order.Pay(command, command.PaymentId ?? Ids.Derive("payment", cause.CommandId)), ct).ToHttp());

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

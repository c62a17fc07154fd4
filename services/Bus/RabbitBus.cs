using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using MassTransit.Serialization;
using RabbitMQ.Client;

namespace CrmSuite.Bus;

/// <summary>What travels through MassTransit: the bytes of one CloudEvents batch, untouched.</summary>
sealed record PackMessage(byte[] Body);

/// <summary>
/// MassTransit without its conventions: bodies as they are, no exchanges or queues of its own, no error queues. Publishing and listening have a connection each,
/// because the broker's alarms block publishers only.
/// </summary>
static class RabbitBus
{
    /// <summary>The one exchange.</summary>
    public const string Exchange = "crm.events";

    /// <summary>How many packs wait at a listener.</summary>
    const ushort Prefetch = 16;

    static readonly TimeSpan ConnectionTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A bus that only publishes packs to the exchange.</summary>
    public static IBusControl Publisher(string connection) => MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
    {
        Connect(bus, connection);
        bus.Message<PackMessage>(message => message.SetEntityName(Exchange));
        bus.Publish<PackMessage>(publish => (publish.ExchangeType, publish.Exclude) = (ExchangeType.Topic, true));
    });

    /// <summary>A bus that only listens on a queue, one pack at a time; the handler gets the broker-checked user and the body, and must not throw.</summary>
    public static IBusControl Listener(string connection, string queue, Func<string?, byte[], CancellationToken, Task> handle) => MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
    {
        Connect(bus, connection);
        bus.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PublishFaults = false;
            endpoint.PrefetchCount = Prefetch;
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.RethrowFaultedMessages();
            endpoint.ThrowOnSkippedMessages();
            endpoint.ConfigureChannel(channel => channel.UseFilter(new DeclareNothing()));
            endpoint.Handler<PackMessage>(context => handle(
                context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery) ? delivery.Properties.UserId : null, context.Message.Body, context.CancellationToken));
        });
    });

    static void Connect(IRabbitMqBusFactoryConfigurator bus, string connection)
    {
        bus.Host(new Uri(connection), host =>
        {
            host.RequestedConnectionTimeout(ConnectionTimeout);
            host.Heartbeat(TimeSpan.FromSeconds(10));
        });
        var serializer = new RawSerializer();
        bus.ClearSerialization();
        bus.AddSerializer(serializer, true);
        bus.AddDeserializer(serializer, true);
    }

    /// <summary>The topology is declared once from contracts/topology.json; a service has no right to declare and does not try.</summary>
    sealed class DeclareNothing : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next) => next.Send(new Passive(context));

        public void Probe(ProbeContext context) => context.CreateFilterScope("declareNothing");

        sealed class Passive(ChannelContext channel) : ProxyPipeContext(channel), ChannelContext
        {
            public IChannel Channel => channel.Channel;

            public ConnectionContext ConnectionContext => channel.ConnectionContext;

            public Task<QueueDeclareOk> QueueDeclare(string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments) =>
                channel.QueueDeclarePassive(queue);

            public Task ExchangeDeclare(string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments) => Task.CompletedTask;

            public Task ExchangeBind(string destination, string source, string routingKey, IDictionary<string, object> arguments) => Task.CompletedTask;

            public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments) => Task.CompletedTask;

            public Task BasicPublishAsync(string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck) =>
                channel.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck);

            public Task ExchangeDeclarePassive(string exchange) => channel.ExchangeDeclarePassive(exchange);

            public Task<QueueDeclareOk> QueueDeclarePassive(string queue) => channel.QueueDeclarePassive(queue);

            public Task<uint> QueuePurge(string queue) => channel.QueuePurge(queue);

            public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global) => channel.BasicQos(prefetchSize, prefetchCount, global);

            public ValueTask BasicAck(ulong deliveryTag, bool multiple) => channel.BasicAck(deliveryTag, multiple);

            public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue) => channel.BasicNack(deliveryTag, multiple, requeue);

            public Task<string> BasicConsume(string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer,
                string consumerTag, CancellationToken cancellationToken) =>
                channel.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);

            public Task BasicCancel(string consumerTag) => channel.BasicCancel(consumerTag);
        }
    }
}

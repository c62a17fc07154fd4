using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using MassTransit;
using MassTransit.Context;
using MassTransit.Metadata;
using MassTransit.Serialization;

namespace CrmSuite.Bus;

/// <summary>Bytes in, bytes out. It reads nothing, so it cannot fail on what it is given; only packs travel, no faults and no envelopes.</summary>
sealed class RawSerializer : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType { get; } = new(CloudEvents.ContentType);

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class =>
        context.Message is PackMessage pack ? new BytesMessageBody(pack.Body) : throw new NotSupportedException($"{typeof(T).Name} does not travel on this bus.");

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new PackContext(new RawMessageContext(headers, destinationAddress, default), new PackMessage(body.GetBytes()), this);

    public void Probe(ProbeContext context) => context.CreateScope("raw");

    sealed class PackContext(MessageContext message, PackMessage pack, RawSerializer serializer)
        : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, message, [MessageUrn.ForTypeString<PackMessage>()])
    {
        public override bool IsSupportedMessageType<T>() => typeof(T) == typeof(PackMessage);

        public override bool IsSupportedMessageType(Type messageType) => messageType == typeof(PackMessage);

        public override bool TryGetMessage<T>([NotNullWhen(true)] out T? message) where T : class => (message = pack as T) is not null;

        public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message) =>
            (message = messageType == typeof(PackMessage) ? pack : null) is not null;

        public override IMessageSerializer GetMessageSerializer() => serializer;

        public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => serializer;

        public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => serializer;

        public override Dictionary<string, object> ToDictionary<T>(T? message) where T : class => [];
    }
}

using System.Diagnostics.Metrics;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Partners;

/// <summary>The partners' side of the broker: what is published there is confirmed, or it throws.</summary>
public sealed class Exchange(IConfiguration configuration) : IAsyncDisposable
{
    /// <summary>
    /// Where partners bind to their own events, where they send their commands, and where each may bind to what is for all.
    /// That has an exchange of its own, for who enters an application names its partner: no such name leads there.
    /// </summary>
    public const string Events = "training.events", Commands = "training.commands", Notices = "training.notices";

    private static readonly Counter<long> Refused = Telemetry.Meter.CreateCounter<long>(
        "tremplin.partners.refused", "{message}", "Messages that a full queue of a partner refused; the feed has them.");

    private readonly SemaphoreSlim _opening = new(1), _connecting = new(1);
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Returns when the broker has it in every queue that is bound to its key and takes it.</summary>
    public Task Publish(CloudEvent message, CancellationToken cancellation) => Publish([message], cancellation);

    /// <summary>
    /// Returns when the broker has them, in this order, in every queue that is bound to their keys and takes them. By one
    /// channel: where it fails, nothing that follows is sent.
    /// </summary>
    public async Task Publish(IReadOnlyCollection<CloudEvent> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
            return;
        var channel = _channel is { IsOpen: true } open ? open : await Open(cancellation);
        await Task.WhenAll(messages.Select(message => Publish(channel, message, cancellation)));
    }

    private static async Task Publish(IChannel channel, CloudEvent message, CancellationToken cancellation)
    {
        try
        {
            // Nobody has to bind a queue: most read the feed. Were it mandatory, each message would come back as an exception.
            await channel.BasicPublishAsync(message.Partner is null ? Notices : Events, message.RoutingKey, mandatory: false, new BasicProperties
            {
                MessageId = message.Id.ToString(),
                Type = CloudEvent.Domain + message.Name,
                ContentType = CloudEvent.ContentType,
                DeliveryMode = DeliveryModes.Persistent,
            }, message.Bytes, cancellation);
        }
        catch (PublishException)
        {
            // A partner whose queue is full and takes no more must not stop the others. It sees by the versions what it
            // lacks, and reads the feed or asks for a replay.
            Refused.Add(1);
        }
    }

    /// <summary>Keeps a message that could not be handled, sealed, with its fault beside it, in the queue behind this exchange.</summary>
    public async Task Park(string parking, string sealedBody, Incoming message, Fault fault, DateTimeOffset now, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(fault);
        var channel = _channel is { IsOpen: true } open ? open : await Open(cancellation);
        await channel.BasicPublishAsync(parking, "", mandatory: true, new BasicProperties
        {
            DeliveryMode = DeliveryModes.Persistent,
            Timestamp = new(now.ToUnixTimeSeconds()),
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["routing-key"] = message.RoutingKey,
                ["user-id"] = message.UserId,
                ["fault-pointer"] = fault.Pointer,
                ["fault-code"] = fault.Code,
                ["fault-reason"] = fault.Reason,
            },
        }, Encoding.ASCII.GetBytes(sealedBody), cancellation);
    }

    /// <summary>A channel of its own, with the exchanges declared.</summary>
    public async Task<IChannel> Channel(bool confirms, ushort atOnce, CancellationToken cancellation)
    {
        var connection = await Connect(cancellation);
        var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: confirms, publisherConfirmationTrackingEnabled: confirms, consumerDispatchConcurrency: atOnce), cancellation);
        foreach (var exchange in (string[])[Events, Commands, Notices])
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellation);
        return channel;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
            await _channel.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _opening.Dispose();
        _connecting.Dispose();
    }

    // One at a time: many publish at once, and all of them may find the channel closed.
    private async Task<IChannel> Open(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_channel is { IsOpen: true } open)
                return open;
            if (_channel is not null)
                await _channel.DisposeAsync();
            return _channel = await Channel(confirms: true, atOnce: 1, cancellation);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<IConnection> Connect(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation);
        try
        {
            if (_connection is { IsOpen: true })
                return _connection;
            if (_connection is not null)
                await _connection.DisposeAsync();
            // Recovery is ours: whoever uses a channel that has closed opens another, and sends again what was not confirmed.
            var broker = new Uri(configuration["RabbitMq:Uri"]!);
            return _connection = await new ConnectionFactory
            {
                Uri = broker,
                AutomaticRecoveryEnabled = false,
                RequestedHeartbeat = TimeSpan.FromSeconds(10),
                ClientProvidedName = "enrollment, partners",
            }.CreateConnectionAsync(configuration["RabbitMq:Nodes"]?.Split(',') ?? [broker.Host], cancellation);
        }
        finally
        {
            _connecting.Release();
        }
    }
}

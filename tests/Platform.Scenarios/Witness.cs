using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tremplin.Contracts.Enrollment.V1;

namespace Tremplin.Scenarios;

/// <summary>A durable queue beside the services' own that gets a copy of every message between them.</summary>
internal sealed class Witness : IAsyncDisposable
{
    private readonly Uri _broker;
    private readonly string _queue = $"witness-{Guid.NewGuid():N}";

    private Witness(Uri broker) => _broker = broker;

    /// <summary>The entity names of all contracts.</summary>
    public static IReadOnlyList<string> Exchanges { get; } =
        [.. typeof(SeatRequested).Assembly.GetTypes().Select(t => t.GetCustomAttribute<EntityNameAttribute>()?.EntityName).OfType<string>()];

    public static async Task<Witness> Of(Cli.Machine.Platform platform)
    {
        var witness = new Witness(platform.Servers.RabbitMq);
        await using var connection = await witness.Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(witness._queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var exchange in Exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(witness._queue, exchange, "");
        }

        return witness;
    }

    /// <summary>Every message seen so far: its id, how often, and one body.</summary>
    public async Task<Dictionary<Guid, (int Times, string Body)>> Seen(int atLeast = 0)
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        var seen = new ConcurrentDictionary<Guid, (int, string)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            var body = Encoding.UTF8.GetString(message.Body.Span);
            seen.AddOrUpdate(Guid.Parse(message.BasicProperties.MessageId!), (1, body), (_, known) => (known.Item1 + 1, body));
            return Task.CompletedTask;
        };
        // Unacknowledged: they are there again for the next look. Where no number is said, a quorum queue gives out 2000.
        var waiting = (await channel.QueueDeclarePassiveAsync(_queue)).MessageCount;
        await channel.BasicQosAsync(0, ushort.MaxValue, global: false);
        await channel.BasicConsumeAsync(_queue, autoAck: false, consumer);
        await Story.Until(() => Task.FromResult(seen.Values.Sum(s => s.Item1) >= Math.Max(waiting, (uint)atLeast)), $"the witness has read the {waiting} messages of its queue");
        return new(seen);
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(_queue);
    }

    private Task<IConnection> Connect() => new ConnectionFactory { Uri = _broker }.CreateConnectionAsync();
}

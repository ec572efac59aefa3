using System.Reflection;
using MassTransit;
using RabbitMQ.Client;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Scenarios;

namespace Tremplin.Faults;

/// <summary>Listens beside the services and beside the partners, and remembers in which order what was first heard.</summary>
internal sealed class Heard
{
    private const string Services = "heard-between-services", Partners = "heard-by-partners";

    private readonly Dictionary<string, Dictionary<Guid, int>> _first = new() { [Services] = [], [Partners] = [] };
    private readonly Cli.Machine.Platform _platform;

    private Heard(Cli.Machine.Platform platform) => _platform = platform;

    /// <summary>Each event id between the services, with its place in the order of first appearances.</summary>
    public IReadOnlyDictionary<Guid, int> ByServices => _first[Services];

    /// <summary>The same for partners.</summary>
    public IReadOnlyDictionary<Guid, int> ByPartners => _first[Partners];

    /// <summary>How many came more than once, which they may.</summary>
    public int Repeats { get; private set; }

    public static async Task<Heard> Of(Cli.Machine.Platform platform)
    {
        await using var connection = await platform.Broker();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in (string[])[Services, Partners])
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var exchange in typeof(SeatRequested).Assembly.GetTypes().Select(t => t.GetCustomAttribute<EntityNameAttribute>()?.EntityName).OfType<string>())
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(Services, exchange, "");
        }

        await channel.ExchangeDeclareAsync("training.events", ExchangeType.Topic, durable: true);
        await channel.QueueBindAsync(Partners, "training.events", "#");
        return new(platform);
    }

    /// <summary>Takes what has come since the last time.</summary>
    public async Task Listen()
    {
        await using var connection = await _platform.Broker();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var (queue, first) in _first)
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
            {
                if (Guid.TryParse(message.BasicProperties.MessageId, out var id) && !first.TryAdd(id, first.Count))
                    Repeats++;
            }
        }
    }
}

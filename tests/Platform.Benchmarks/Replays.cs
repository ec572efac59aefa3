using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Tremplin.Platform.Benchmarks;

/// <summary>What a replay showed.</summary>
/// <param name="Events">How many events the partner got once more.</param>
/// <param name="Seconds">From the request to the last of them.</param>
internal sealed record Replayed(int Events, double Seconds);

/// <summary>A partner that asks for all its events once more, with its own credentials, over the broker.</summary>
internal sealed class Replays : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _partner;
    private int _replayed;
    private TaskCompletionSource<int> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Replays(IConnection connection, IChannel channel, string partner) => (_connection, _channel, _partner) = (connection, channel, partner);

    public static async Task<Replays> Of(Cli.Machine.Platform platform, string partner)
    {
        using var access = Cli.Partners.PartnerAccess.To(platform);
        var account = (await access.AddAsync(partner)).Amqp!;
        var connection = await new ConnectionFactory { Uri = new(account.Uri), UserName = account.User, Password = account.Password }.CreateConnectionAsync();
        var replays = new Replays(connection, await connection.CreateChannelAsync(), partner);
        await replays.Listen();
        return replays;
    }

    /// <summary>Asks for all, and does something else meanwhile; returns when both are over.</summary>
    public async Task<Replayed> Run(Func<Task>? beside = null)
    {
        _replayed = 0;
        _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = beside?.Invoke() ?? Task.CompletedTask;
        var clock = Stopwatch.StartNew();
        await _channel.BasicPublishAsync(
            "training.commands", $"partner.{_partner}.request-replay.v1", mandatory: true, new BasicProperties { UserId = _partner, DeliveryMode = DeliveryModes.Persistent },
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                specversion = "1.0",
                id = Guid.NewGuid().ToString(),
                source = $"/{_partner}",
                type = "org.tremplin.training.request-replay.v1",
                data = new { },
            }));
        // The answer comes behind the events, in the same queue.
        var sent = await _answered.Task;
        var seconds = clock.Elapsed.TotalSeconds;
        await other;
        if (sent != _replayed)
            throw new InvalidOperationException($"{sent} events were sent again, {_replayed} came.");
        return new(sent, seconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task Listen()
    {
        var queue = $"partner.{_partner}.inbox";
        await _channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await _channel.QueueBindAsync(queue, "training.events", $"{_partner}.#");
        await _channel.BasicQosAsync(0, 500, global: false);
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            // Little work: a partner's client does it on another machine.
            if (message.Body.Span.IndexOf("\"replay\":true"u8) >= 0)
                _replayed++;
            else if (message.RoutingKey.EndsWith("command.answered.v1", StringComparison.Ordinal))
                Answered(message);
            if (message.DeliveryTag % 100 == 0)
                await _channel.BasicAckAsync(message.DeliveryTag, multiple: true);
        };
        await _channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }

    private void Answered(BasicDeliverEventArgs message)
    {
        using var json = JsonDocument.Parse(message.Body);
        _answered.TrySetResult(json.RootElement.GetProperty("data").GetProperty("eventsSent").GetInt32());
    }
}

using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.Sandbox;

/// <summary>A partner at the broker, with its own credentials: it sends commands and hears what comes of them.</summary>
internal sealed class PartnerLine : IAsyncDisposable
{
    private const string Domain = "org.tremplin.training.";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Channel<JsonElement> incoming = Channel.CreateUnbounded<JsonElement>();
    private readonly List<JsonElement> heard = [];
    private readonly Action<string, string, JsonElement> show;
    private readonly AmqpUser user;
    private readonly IConnection connection;
    private readonly IChannel channel;

    private PartnerLine(AmqpUser user, Action<string, string, JsonElement> show, IConnection connection, IChannel channel) =>
        (this.user, this.show, this.connection, this.channel) = (user, show, connection, channel);

    /// <summary>Every message so far, in the order in which it came.</summary>
    public IReadOnlyList<JsonElement> Heard => heard;

    /// <summary>Connects, and makes the queue in which everything waits for the partner's own client too.</summary>
    /// <param name="user">The partner.</param>
    /// <param name="show">Told of every message: an arrow, its name, its data.</param>
    public static async Task<PartnerLine> Open(AmqpUser user, Action<string, string, JsonElement> show)
    {
        var opened = await new ConnectionFactory { Uri = new(user.Uri), UserName = user.User, Password = user.Password }.CreateConnectionAsync();
        var line = new PartnerLine(
            user, show, opened, await opened.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
        await line.Listen();
        return line;
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    public async Task<JsonElement> Ask(string command, object data, string? id = null)
    {
        var body = JsonSerializer.SerializeToElement(new
        {
            specversion = "1.0",
            id = id ??= Guid.NewGuid().ToString(),
            source = $"/{user.User}",
            type = $"{Domain}{command}",
            data,
        });
        show("→", command, body.GetProperty("data"));
        await channel.BasicPublishAsync(
            "training.commands", $"partner.{user.User}.{command}", mandatory: true,
            new BasicProperties { UserId = user.User, DeliveryMode = DeliveryModes.Persistent, ContentType = "application/cloudevents+json" },
            Encoding.UTF8.GetBytes(body.GetRawText()));
        // An answer that was heard before is that to the same command sent before.
        return await Next(m => IsAnswer(m) && (Said(m, "commandId") ?? Said(m, "messageId")) == id, $"an answer to {command}");
    }

    /// <summary>Waits for this event, of a record where it is of one, unless it was heard before.</summary>
    public async Task Until(string name, string? record = null)
    {
        if (!heard.Any(Wanted))
            await Next(Wanted, record is null ? name : $"{name} of {record}");

        bool Wanted(JsonElement m) => Name(m) == name && (m.TryGetProperty("subject", out var subject) ? subject.GetString() : null) == record;
    }

    /// <summary>Waits for one of two events of a record; says whether it is the first.</summary>
    public async Task<bool> Either(string first, string second, string record)
    {
        var one = heard.FirstOrDefault(Wanted);
        return Name(one.ValueKind == JsonValueKind.Object ? one : await Next(Wanted, $"{first} or {second} of {record}")) == first;

        bool Wanted(JsonElement m) => (Name(m) == first || Name(m) == second) && m.TryGetProperty("subject", out var subject) && subject.GetString() == record;
    }

    /// <summary>A message's type without what all types begin with.</summary>
    public static string Name(JsonElement message) => message.GetProperty("type").GetString()![Domain.Length..];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // On a busy machine the broker's goodbye may come too late. Nothing depends on it.
        }
    }

    private static bool IsAnswer(JsonElement message) => !message.TryGetProperty("sequence", out _);

    private static string? Said(JsonElement message, string name) =>
        message.GetProperty("data").TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task<JsonElement> Next(Func<JsonElement, bool> wanted, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var message = await incoming.Reader.ReadAsync(patience.Token);
                heard.Add(message);
                show("←", Name(message), message);
                if (wanted(message))
                    return message;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"The platform did not send {what} within {Patience.TotalSeconds:F0} s.", e);
        }
    }

    private async Task Listen()
    {
        var inbox = $"partner.{user.User}.inbox";
        await channel.QueueDeclareAsync(inbox, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        var own = (await channel.QueueDeclareAsync($"partner.{user.User}.sandbox", durable: false, exclusive: true, autoDelete: true)).QueueName;
        foreach (var queue in new[] { inbox, own })
        {
            await channel.QueueBindAsync(queue, "training.events", $"{user.User}.#");
            await channel.QueueBindAsync(queue, "training.notices", "#");
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            using var json = JsonDocument.Parse(message.Body);
            await incoming.Writer.WriteAsync(json.RootElement.Clone());
        };
        await channel.BasicConsumeAsync(own, autoAck: true, consumer);
    }
}

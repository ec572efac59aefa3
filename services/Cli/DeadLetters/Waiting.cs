using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.DeadLetters;

/// <summary>
/// The dead letters that wait, held for as long as one looks at them. They are taken without being acknowledged, and
/// whatever ends the look, also kill -9, gives them back where they were. What is to go is first safe elsewhere, and
/// acknowledged afterwards.
/// </summary>
internal sealed partial class Waiting : IAsyncDisposable
{
    // Nobody else is shown a part only: whoever has this queue looks, and the broker takes it from a connection that ends.
    private const string Turn = "dead-letters.turn";
    private const ushort NotFound = 404, Locked = 405;

    private readonly IConnection broker;
    private readonly IChannel reader;
    private readonly IChannel sender;
    private ILookup<string, DeadLetter> held = Array.Empty<DeadLetter>().ToLookup(letter => letter.Same);

    private Waiting(IConnection connection, IChannel reader, IChannel sender) =>
        (broker, this.reader, this.sender, Log) = (connection, reader, sender, new(connection));

    /// <summary>What waits, the oldest first, each message once.</summary>
    public IReadOnlyList<DeadLetter> Letters { get; private set; } = [];

    /// <summary>What was done with others.</summary>
    public Log Log { get; }

    /// <summary>Looks.</summary>
    /// <param name="state">The platform.</param>
    /// <param name="queue">From which queue they came, or all.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="InvalidOperationException">It cannot be looked at, or not without harm.</exception>
    public static async Task<Waiting> LookAsync(PlatformState state, string? queue, CancellationToken stop)
    {
        var queues = await QueuesAsync(state, stop) ?? throw new InvalidOperationException(
            "Of given servers the management pages of the broker must be known to find dead letters: set TREMPLIN_MANAGEMENT to their URL.");
        var connection = await ConnectAsync(state, stop);
        try
        {
            await TakeTurnAsync(connection, stop);
            var waiting = new Waiting(
                connection, await connection.CreateChannelAsync(cancellationToken: stop),
                await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stop));
            await waiting.ReadAsync(queues.Where(one => queue is null || Name(one)[..Name(one).LastIndexOf('_')] == queue), stop);
            return waiting;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects to the broker.</summary>
    public static Task<IConnection> ConnectAsync(PlatformState state, CancellationToken stop) =>
        new ConnectionFactory { Uri = state.RabbitMq, AutomaticRecoveryEnabled = false, ClientProvidedName = "dead letters" }.CreateConnectionAsync(stop);

    /// <summary>How many wait in each queue, without taking one; null where the management pages are not known. Partners' are not counted: they were told.</summary>
    public static async Task<IReadOnlyList<(string Queue, uint Count)>?> CountAsync(PlatformState state, CancellationToken stop)
    {
        if (await QueuesAsync(state, stop) is not { } queues)
            return null;
        await using var connection = await ConnectAsync(state, stop);
        var counts = new List<(string, uint)>();
        foreach (var name in queues.Select(Name).Where(name => !name.EndsWith(DeadLetter.OfPartner, StringComparison.Ordinal)))
        {
            if (await CountAsync(connection, name, stop) is { } count and > 0)
                counts.Add((name, count));
        }
        return counts;
    }

    /// <summary>
    /// Sends it to the queue from which it came, unless that was done when somebody was killed; then it leaves. False, and it
    /// stays, where that queue does not take it.
    /// </summary>
    public async Task<bool> RedriveAsync(DeadLetter letter, IReadOnlyList<LogEntry> log, CancellationToken stop)
    {
        if (!Done(letter, Log.Redriven, log))
        {
            if (!await SendAsync(letter, stop))
                return false;
            await Log.AddAsync(sender, letter, Log.Redriven, null, stop);
        }
        await LeaveAsync(letter, stop);
        return true;
    }

    /// <summary>Sends one that has left already: it was discarded. False where its queue does not take it.</summary>
    public async Task<bool> BringBackAsync(DeadLetter letter, CancellationToken stop)
    {
        if (!await SendAsync(letter, stop))
            return false;
        await Log.AddAsync(sender, letter, Log.Redriven, "It had been discarded.", stop);
        return true;
    }

    /// <summary>Keeps it with the reason in the log; then it leaves.</summary>
    public async Task DiscardAsync(DeadLetter letter, string reason, IReadOnlyList<LogEntry> log, CancellationToken stop)
    {
        if (!Done(letter, Log.Discarded, log))
            await Log.AddAsync(sender, letter, Log.Discarded, reason, stop);
        await LeaveAsync(letter, stop);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What is held goes back with it.
        await reader.DisposeAsync();
        await sender.DisposeAsync();
        await broker.DisposeAsync();
    }

    private static bool Done(DeadLetter letter, string what, IEnumerable<LogEntry> log) =>
        log.Any(entry => entry.What == what && entry.Letter.Parked == letter.Parked && entry.Letter.Id == letter.Id && entry.Letter.Once == letter.Once
            && letter.Properties.IsMessageIdPresent());

    private async Task<bool> SendAsync(DeadLetter letter, CancellationToken stop)
    {
        try
        {
            await sender.BasicPublishAsync("", letter.Queue, mandatory: true, letter.Again(), letter.Body, stop);
            return true;
        }
        catch (PublishException)
        {
            return false;
        }
    }

    private async Task LeaveAsync(DeadLetter letter, CancellationToken stop)
    {
        foreach (var copy in held[letter.Same])
            await reader.BasicAckAsync(copy.Tag, multiple: false, stop);
    }

    private async Task ReadAsync(IEnumerable<JsonObject> queues, CancellationToken stop)
    {
        var version = DeadLetter.Text(broker.ServerProperties?["version"]) ?? "";
        var major = int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture);
        var all = new List<DeadLetter>();
        foreach (var queue in queues)
        {
            if (!BearsLooks(queue, major))
                throw new InvalidOperationException(
                    $"{Name(queue)} drops a message that was looked at too often, so nobody looks. Give it a policy with a delivery-limit of 1000000, or let the services declare it anew.");
            if (await CountAsync(broker, Name(queue), stop) is null)
                continue;
            while (await reader.BasicGetAsync(Name(queue), autoAck: false, stop) is { } message)
                all.Add(new(Name(queue), message.DeliveryTag, new BasicProperties(message.BasicProperties), message.Body.ToArray()));
        }

        held = all.ToLookup(letter => letter.Same);
        Letters = [.. held.Select(same => same.MaxBy(letter => letter.Redriven)!)
            .OrderBy(letter => letter.Queue, StringComparer.Ordinal).ThenBy(letter => letter.ParkedAt).ThenBy(letter => letter.Tag)];
    }

    // A look is a delivery that is not acknowledged, which a quorum queue counts. No limit at all is -1 to RabbitMQ 4, which
    // has one by default; to 3 it is none that is set, and -1 is less than one.
    private static bool BearsLooks(JsonObject queue, int major)
    {
        int[] limits = [.. new[] { queue["arguments"]?["x-delivery-limit"], (queue["effective_policy_definition"] as JsonObject)?["delivery-limit"] }.OfType<JsonNode>().Select(limit => (int)limit)];
        return $"{queue["type"]}" is not "quorum" || (limits.Length == 0 ? major < 4 : limits.All(limit => limit >= 100_000 || (limit < 0 && major >= 4)));
    }

    private static async Task TakeTurnAsync(IConnection connection, CancellationToken stop)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100, stop))
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
            try
            {
                await channel.QueueDeclareAsync(Turn, durable: false, exclusive: true, autoDelete: false, cancellationToken: stop);
                return;
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Locked)
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(30))
                    throw new InvalidOperationException("Somebody else has been looking at the dead letters for 30 s: try again.", e);
            }
        }
    }

    private static async Task<IReadOnlyList<JsonObject>?> QueuesAsync(PlatformState state, CancellationToken stop)
    {
        if (state.Management is not { } management)
            return null;
        using var api = new Broker(management, state.RabbitMq.UserInfo);
        return [.. (await api.ListAsync("queues/%2F", stop)).Where(queue => OfDeadLetters().IsMatch(Name(queue))).OrderBy(Name, StringComparer.Ordinal)];
    }

    // Null where it has gone: the management pages list a queue for some seconds longer.
    private static async Task<uint?> CountAsync(IConnection connection, string queue, CancellationToken stop)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, stop)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
        {
            return null;
        }
    }

    private static string Name(JsonObject queue) => $"{queue["name"]}";

    // A partner's own queues have two dots.
    [GeneratedRegex(@"^[a-z]+\.[a-z-]+_(error|skipped|parked)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfDeadLetters();
}

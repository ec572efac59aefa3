using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Tremplin.Cli.DeadLetters;

/// <summary>What was done with a dead letter.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="By">The user of the machine that did it, and the machine.</param>
/// <param name="What"><c>redriven</c> or <c>discarded</c>.</param>
/// <param name="Why">The reason that was given.</param>
/// <param name="Letter">The message as it was parked; of a partner's without its text.</param>
internal sealed record LogEntry(DateTimeOffset At, string By, string What, string? Why, DeadLetter Letter);

/// <summary>
/// What was done with dead letters: a stream of the broker, to which can only be added. An entry is the message itself, with
/// what was done in its headers: a discarded one can be sent again from here.
/// </summary>
internal sealed class Log(IConnection connection)
{
    /// <summary>The stream.</summary>
    public const string Stream = "dead-letters.log";

    /// <summary>What the headers of an entry begin with.</summary>
    public const string Mark = "dead-letter-";

    /// <summary>The two things that can be done.</summary>
    public const string Redriven = "redriven", Discarded = "discarded";

    // Age counts for whole segments only, so that these are small.
    private static readonly Dictionary<string, object?> Arguments = new(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "stream",
        ["x-max-age"] = "13M",
        ["x-stream-max-segment-size-bytes"] = 1_000_000,
    };

    /// <summary>Returns when the broker has it. A partner's text is not kept: it is to be gone after thirty days.</summary>
    public static async Task AddAsync(IChannel sender, DeadLetter letter, string what, string? why, CancellationToken stop)
    {
        var entry = new BasicProperties(letter.Properties) { UserId = null, Persistent = true, Headers = new Dictionary<string, object?>(letter.Properties.Headers ?? new Dictionary<string, object?>(), StringComparer.Ordinal) };
        entry.MessageId = letter.Id;
        entry.Headers[Mark + "what"] = what;
        entry.Headers[Mark + "at"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        entry.Headers[Mark + "by"] = $"{Environment.UserName}@{Environment.MachineName}";
        entry.Headers[Mark + "parked"] = letter.Parked;
        if (why is not null)
            entry.Headers[Mark + "why"] = why;
        await sender.BasicPublishAsync("", Stream, mandatory: true, entry, letter.Sealed ? default : letter.Body, stop);
    }

    /// <summary>Every entry, the oldest first. The broker counts a stream late: who reads it writes a mark, and reads up to that.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(CancellationToken stop)
    {
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stop);
        await channel.QueueDeclareAsync(Stream, durable: true, exclusive: false, autoDelete: false, Arguments, cancellationToken: stop);
        var end = $"{Guid.NewGuid()}";
        await channel.BasicPublishAsync("", Stream, mandatory: true, new BasicProperties { MessageId = end, Persistent = true }, default, stop);
        var entries = new List<LogEntry>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            all.TrySetException(new InvalidOperationException($"The broker broke off while {Stream} was read: {reason.ReplyText}"));
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            // What is acknowledged after the channel was closed ends the whole connection.
            if (all.Task.IsCompleted || (message.BasicProperties.MessageId == end && all.TrySetResult()))
                return;
            if (message.BasicProperties.Headers?.ContainsKey(Mark + "what") is true)
                entries.Add(Read(message));
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stop);
        };
        await channel.BasicQosAsync(0, 500, global: false, stop);
        await channel.BasicConsumeAsync(Stream, autoAck: false, "", noLocal: false, exclusive: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-stream-offset"] = "first" }, consumer, stop);
        await all.Task.WaitAsync(stop);
        return entries;
    }

    private static LogEntry Read(BasicDeliverEventArgs message)
    {
        string Of(string name) => DeadLetter.Header(message.BasicProperties, Mark + name) ?? "";
        // The bytes are the client's own, for as long as this message is handled.
        return new(
            DateTimeOffset.Parse(Of("at"), CultureInfo.InvariantCulture), Of("by"), Of("what"), Of("why") is { Length: > 0 } why ? why : null,
            new(Of("parked"), 0, new BasicProperties(message.BasicProperties), message.Body.ToArray()));
    }
}

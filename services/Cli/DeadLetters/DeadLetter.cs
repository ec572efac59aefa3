using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RabbitMQ.Client;

namespace Tremplin.Cli.DeadLetters;

/// <summary>A message that could not be handled, as it lies in its queue.</summary>
/// <param name="Parked">The queue that it lies in.</param>
/// <param name="Tag">What acknowledges it on the channel that looks.</param>
/// <param name="Properties">Its properties, with the fault in the headers.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record DeadLetter(
    [property: JsonPropertyName("parkedIn")] string Parked, [property: JsonIgnore] ulong Tag,
    [property: JsonIgnore] IReadOnlyBasicProperties Properties, [property: JsonIgnore] ReadOnlyMemory<byte> Body)
{
    /// <summary>Counts how often it was sent again.</summary>
    public const string RedrivenHeader = "tremplin-redriven";

    /// <summary>What the queues of dead letters end with: failed, of a type that nobody takes, and of partners.</summary>
    public const string Failed = "_error", Skipped = "_skipped", OfPartner = "_parked";

    // What parking has added, and what is the broker's own.
    private static readonly string[] Added = ["MT-Fault-", "MT-Host-", "MT-Reason", "x-delivery-count", "x-acquired-count", "x-dotnet-pub-seq-no", "x-stream-offset", Log.Mark];

    /// <summary>The message's id; of one without, an id that follows from its bytes.</summary>
    public string Id { get; } = Properties.IsMessageIdPresent() ? Cause.OneLine(Properties.MessageId!) : $"{new Guid(SHA256.HashData(Body.Span).AsSpan(0, 16))}";

    /// <summary>The queue from which it came.</summary>
    public string Queue { get; } = Parked[..Parked.LastIndexOf('_')];

    /// <summary>What it is, in its contract's words.</summary>
    public string Type => Header(Properties, "routing-key") ?? TypeInBody() ?? Header(Properties, "MT-Fault-MessageType") ?? "not known";

    /// <summary>When it was parked.</summary>
    public DateTimeOffset? ParkedAt =>
        DateTimeOffset.TryParse(Header(Properties, "MT-Fault-Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUniversalTime()
        : Properties.IsTimestampPresent() ? DateTimeOffset.FromUnixTimeSeconds(Properties.Timestamp.UnixTime) : null;

    /// <summary>Why, without personal data.</summary>
    public string Why => Cause.Of(this);

    /// <summary>How often it was sent again.</summary>
    public int Redriven => int.TryParse(Header(Properties, RedrivenHeader), CultureInfo.InvariantCulture, out var times) ? times : 0;

    /// <summary>True for a partner's message: it is sealed, and only the partner can send it again.</summary>
    public bool Sealed => Parked.EndsWith(OfPartner, StringComparison.Ordinal);

    /// <summary>This parking of it, as told from the next.</summary>
    [JsonIgnore]
    public string Once => $"{Redriven} {Header(Properties, "MT-Fault-Timestamp")}";

    /// <summary>A header as text.</summary>
    public static string? Header(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) is true ? Text(value) : null;

    /// <summary>A header's value as text.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The same for a message that is parked twice: it was sent again, and whoever did was killed before it was taken away.</summary>
    [JsonIgnore]
    public string Same => Properties.IsMessageIdPresent() ? $"{Parked} {Id} {Convert.ToHexString(SHA256.HashData(Body.Span))}" : $"{Tag}";

    /// <summary>Its properties as they were before it was parked, in which its next sending is counted.</summary>
    public BasicProperties Again() => new(Properties) { UserId = null, Persistent = true, Headers = Before() };

    private Dictionary<string, object?> Before()
    {
        var headers = new Dictionary<string, object?>(Properties.Headers ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        foreach (var added in headers.Keys.Where(header => Added.Any(added => header.StartsWith(added, StringComparison.Ordinal))).ToList())
            headers.Remove(added);
        headers[RedrivenHeader] = Redriven + 1;
        return headers;
    }

    private string? TypeInBody()
    {
        try
        {
            using var body = JsonDocument.Parse(Body);
            return body.RootElement.ValueKind is JsonValueKind.Object && body.RootElement.TryGetProperty("messageType", out var types)
                && types.ValueKind is JsonValueKind.Array && types.GetArrayLength() > 0 && types[0].ValueKind is JsonValueKind.String
                ? Cause.OneLine(types[0].GetString()!).Replace("urn:tremplin:", "", StringComparison.Ordinal) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

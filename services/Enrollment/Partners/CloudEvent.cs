using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using JasperFx.Events;
using Tremplin.Contracts.Partners.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Partners;

/// <summary>
/// A message to a partner: CloudEvents 1.0, structured JSON. The same stored event has the same bytes wherever it is sent
/// and however often, but for the mark of a replay.
/// </summary>
/// <param name="Partner">Whose it is; null where every partner may read it.</param>
/// <param name="Id">The stored event's id, or one that follows from what is answered or told.</param>
/// <param name="Name">Stream, event and major version.</param>
/// <param name="Bytes">UTF-8.</param>
public sealed record CloudEvent(string? Partner, Guid Id, string Name, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The content type of one, and of a batch.</summary>
    public const string ContentType = "application/cloudevents+json; charset=utf-8", BatchType = "application/cloudevents-batch+json; charset=utf-8";

    /// <summary>What every type begins with.</summary>
    public const string Domain = "org.tremplin.training.";

    /// <summary>How data is written and read: camelCase, enumerations as words, absent rather than null.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    // Read once: an attribute is made anew each time that it is asked for.
    private static readonly ConcurrentDictionary<Type, PublicEventAttribute> Contracts = [];

    /// <summary>The routing key: a partner binds to its own, and to what every partner may read.</summary>
    public string RoutingKey => Partner is null ? Name : $"{Partner}.{Name}";

    /// <summary>The public form of a stored event, or null where it has none.</summary>
    public static CloudEvent? Of(IEvent stored, bool replay = false)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (Announcements.Public(stored.Recorded()) is not { } data)
            return null;
        var correlation = Guid.Parse(stored.CorrelationId!);
        return Write(stored.Header(Origin.PartnerHeader), stored.Id, data, stored.OccurredAt(), json =>
        {
            json.WriteString("subject", stored.StreamId);
            json.WriteString("sequence", stored.Sequence.ToString("D19", CultureInfo.InvariantCulture));
            json.WriteNumber("recordversion", stored.Version);
            json.WriteString("recordedtime", Time(stored.Timestamp));
            json.WriteString("correlationid", correlation);
            json.WriteString("causationid", stored.CausationId);
            json.WriteString("traceparent", $"00-{correlation:N}-{stored.Id.ToString("N")[16..]}-01");
            if (replay)
                json.WriteBoolean("replay", true);
        });
    }

    /// <summary>An answer to a partner. Its id follows from what is answered, so that an answer sent twice is known as one.</summary>
    public static CloudEvent Answer(string partner, Guid command, object data, DateTimeOffset now) =>
        Write(partner, NameBased.Id("answer", partner, command.ToString()), data, now, json => json.WriteString("causationid", command));

    /// <summary>What a service tells every partner that wants to know.</summary>
    public static CloudEvent Notice(Guid id, object data, string service, DateTimeOffset time) => Write(null, id, data, time, _ => { }, service);

    /// <summary>An answer as <see cref="Text"/> gave it.</summary>
    public static CloudEvent Stored(string partner, Guid command, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var json = JsonDocument.Parse(text);
        return new(
            partner, NameBased.Id("answer", partner, command.ToString()), json.RootElement.GetProperty("type").GetString()![Domain.Length..],
            Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The bytes as text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes.Span);

    private static CloudEvent Write(
        string? partner, Guid id, object data, DateTimeOffset time, Action<Utf8JsonWriter> extensions, string service = "enrollment")
    {
        var contract = Contracts.GetOrAdd(data.GetType(), type => type.GetCustomAttribute<PublicEventAttribute>()!);
        var name = contract.Name;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = Json.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", "/training/" + service);
            json.WriteString("type", Domain + name);
            json.WriteString("time", Time(time));
            json.WriteString("datacontenttype", "application/json");
            json.WriteString("dataschema", $"urn:tremplin:schema:{name}.{contract.Minor}");
            extensions(json);
            if (contract.LastDay is { } last)
            {
                // CloudEvents extension "deprecation": what it says is the moment from which the message no longer comes.
                json.WriteBoolean("deprecated", true);
                json.WriteString("deprecationsunset", $"{DateOnly.ParseExact(last, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1):yyyy-MM-dd}T00:00:00Z");
            }

            json.WritePropertyName("data");
            JsonSerializer.Serialize(json, data, data.GetType(), Json);
            json.WriteEndObject();
        }

        return new(partner, id, name, bytes.ToArray());
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

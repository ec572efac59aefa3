using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Tremplin.Ledger;

/// <summary>A stored event, with every column of its row that says something.</summary>
/// <param name="Sequence">Its place in the order of all events; there may be gaps.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Stream">The stream.</param>
/// <param name="StreamType">The stored name of the stream's type.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">The stored name of the event's type.</param>
/// <param name="RecordedAt">When the store recorded it, UTC, in microseconds.</param>
/// <param name="Correlation">The record that it belongs to.</param>
/// <param name="Causation">What led to it.</param>
/// <param name="User">Who acted, in the store's own column.</param>
/// <param name="Headers">The headers, a JSON object.</param>
/// <param name="Data">The event itself, JSON; personal data is sealed in it.</param>
public sealed record StoredEvent(
    long Sequence, Guid Id, Guid Stream, string StreamType, long Version, string Type, DateTime RecordedAt,
    string? Correlation, string? Causation, string? User, string Headers, string Data);

/// <summary>
/// What the ledger holds of an event: a CloudEvent (CloudEvents 1.0, structured mode) in canonical JSON. The bytes of a
/// leaf are a line of an evidence bundle, so that whoever checks one needs no rule of ours.
/// </summary>
public static class Entry
{
    /// <summary>What the types of stored events begin with.</summary>
    public const string Domain = "org.tremplin.stored.";

    /// <summary>The bytes of an event's leaf.</summary>
    /// <param name="service">The service that stored it.</param>
    /// <param name="stored">The event.</param>
    /// <exception cref="JsonException">Headers or data are no JSON.</exception>
    public static byte[] Of(string service, StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", stored.Id);
            json.WriteString("source", "/" + service);
            json.WriteString("type", Domain + stored.Type);
            json.WriteString("subject", stored.Stream);
            json.WriteString("sequence", stored.Sequence.ToString("D19", CultureInfo.InvariantCulture));
            json.WriteString("streamtype", stored.StreamType);
            json.WriteNumber("streamversion", stored.Version);
            json.WriteString("recordedtime", stored.RecordedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            Write(json, "correlationid", stored.Correlation);
            Write(json, "causationid", stored.Causation);
            Write(json, "user", stored.User);
            using (var headers = JsonDocument.Parse(stored.Headers))
            {
                foreach (var header in headers.RootElement.EnumerateObject())
                {
                    // Attributes of a CloudEvent are written small; when it happened has a name of its own.
                    json.WritePropertyName(header.Name == "occurredAt" ? "time" : header.Name.ToLowerInvariant());
                    header.Value.WriteTo(json);
                }
            }

            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(stored.Data);
            json.WriteEndObject();
        }

        return CanonicalJson.Of(output.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}

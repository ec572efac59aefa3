using System.Buffers;
using System.Data.Common;
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
/// <param name="Headers">The headers, a JSON object.</param>
/// <param name="Data">The event itself, JSON; personal data is sealed in it.</param>
public sealed record StoredEvent(
    long Sequence, Guid Id, Guid Stream, string StreamType, long Version, string Type, DateTime RecordedAt,
    string? Correlation, string? Causation, string Headers, string Data)
{
    /// <summary>
    /// The events of a Marten store after the first parameter, up to the second, in their order. What Marten puts in the
    /// place of a failed transaction is none; what it would not show is one all the same.
    /// </summary>
    /// <param name="schema">The schema, which is named after the service.</param>
    public static string Query(string schema) =>
        Select(schema) + "WHERE e.seq_id > $1 AND e.seq_id <= $2 AND e.type <> 'tombstone' ORDER BY e.seq_id";

    /// <summary>The columns that <see cref="Read"/> expects, of the events <c>e</c>; a condition and an order are to follow.</summary>
    /// <param name="schema">The schema, which is named after the service.</param>
    public static string Select(string schema) =>
        $"""
        SELECT e.seq_id, e.id, e.stream_id, coalesce(s.type, ''), e.version, e.type, e.timestamp, e.correlation_id, e.causation_id,
          coalesce(e.headers::text, '{"{}"}'), e.data::text
        FROM {schema}.mt_events e LEFT JOIN {schema}.mt_streams s ON s.id = e.stream_id

        """;

    /// <summary>An event from a row of <see cref="Query"/>.</summary>
    public static StoredEvent Read(DbDataReader row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(
            row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetDateTime(6).ToUniversalTime(),
            Text(7), Text(8), row.GetString(9), row.GetString(10));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}

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

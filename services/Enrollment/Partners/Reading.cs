using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Tremplin.Contracts.Partners.V1;

namespace Tremplin.Enrollment.Partners;

/// <summary>A message on <c>training.commands</c> as the broker hands it over.</summary>
/// <param name="RoutingKey"><c>partner.ID.command.vN</c>.</param>
/// <param name="UserId">Who sent it, where it says so; the broker takes no false one.</param>
/// <param name="Body">A CloudEvent in structured JSON.</param>
public sealed record Incoming(string RoutingKey, string? UserId, ReadOnlyMemory<byte> Body);

/// <summary>What is wrong with a message.</summary>
/// <param name="Pointer">Where: RFC 6901; empty for the whole message.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Reason">A sentence for people; quotes nothing that was sent, for that may be personal data.</param>
#pragma warning disable CA1720 // A JSON Pointer is what it is.
public sealed record Fault(string Pointer, string Code, string Reason);
#pragma warning restore CA1720

/// <summary>What was read: a command, or a fault.</summary>
/// <param name="Partner">Who asked, as the broker vouches for; where the message does not say, the one in the routing key.</param>
/// <param name="Command">The end of the routing key.</param>
/// <param name="MessageId">The message's id, where it could be read.</param>
/// <param name="Data">The command; null with a fault.</param>
/// <param name="Fault">The fault; null with a command.</param>
public sealed record Read(string Partner, string Command, string? MessageId, object? Data, Fault? Fault);

/// <summary>Reads a partner's message, and names the first fault. Pure.</summary>
public static class Reading
{
    /// <summary>Larger messages are refused (bytes).</summary>
    public const int Largest = 64 * 1024;

    /// <summary>Longer texts are refused (characters).</summary>
    public const int LongestText = 256;

    private const int LongestPartner = 64;

    private static readonly Dictionary<string, Type> Known = typeof(PublicCommandAttribute).Assembly.GetTypes()
        .Where(t => t.IsDefined(typeof(PublicCommandAttribute)))
        .ToDictionary(t => t.GetCustomAttribute<PublicCommandAttribute>()!.Name, StringComparer.Ordinal);

    private static readonly SearchValues<char> Control = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '\u007f']);

    /// <summary>Reads it.</summary>
    public static Read Of(Incoming message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var key = message.RoutingKey.Split('.', 3);
        // A longer one is nobody's, and the key of an answer would not hold it.
        var (partner, command) = (key.ElementAtOrDefault(1) is { Length: <= LongestPartner } named ? named : "nobody", key.ElementAtOrDefault(2) ?? "");
        string? id = null;
        var (data, fault) = Read();
        // By a binding of its own a partner may reach another's key, but never with another's user_id: it gets the answer.
        return new(message.UserId ?? partner, command, id, data, fault);

        (object?, Fault?) Read()
        {
            if (message.UserId is null)
                return Wrong("", "user-id-missing", "The message needs the property user_id, so that the broker checks who sends it.");
            if (!string.Equals(message.UserId, partner, StringComparison.Ordinal))
                return Wrong("", "foreign-partner", "The property user_id and the partner in the routing key differ.");
            if (message.Body.Length > Largest)
                return Wrong("", "too-large", $"The message has {message.Body.Length} bytes; at most {Largest} are taken.");
            if (!Known.TryGetValue(command, out var type))
                return Wrong("", "unknown-command", $"There is no such command; there are {string.Join(", ", Known.Keys)}.");
            if (!Utf8.IsValid(message.Body.Span))
                return Wrong("", "not-utf8", "The message is not valid UTF-8.");
            Envelope envelope;
            try
            {
                envelope = JsonSerializer.Deserialize<Envelope>(message.Body.Span, CloudEvent.Json)!;
            }
            catch (JsonException e)
            {
                return (null, Explained("", e));
            }

            if (envelope is null)
                return Wrong("", "malformed", "The message is null.");
            if (envelope.Id.Length is 0 or > LongestText || envelope.Id.AsSpan().ContainsAny(Control))
                return Wrong("/id", "malformed", $"The id must have 1 to {LongestText} characters, none of them a control character.");
            id = envelope.Id;
            if (envelope.SpecVersion != "1.0")
                return Wrong("/specversion", "unknown-version", "This is not CloudEvents 1.0.");
            if (envelope.Type != CloudEvent.Domain + command)
                return Wrong("/type", "wrong-type", $"With this routing key the type must be {CloudEvent.Domain}{command}.");
            try
            {
                if (Unfit(envelope.Data, "/data") is { } unfit)
                    return (null, unfit);
                return envelope.Data.Deserialize(type, CloudEvent.Json) is { } read
                    ? (read, null)
                    : Wrong("/data", "malformed", "There is no data.");
            }
            catch (JsonException e)
            {
                return (null, Explained("/data", e));
            }
            catch (InvalidOperationException)
            {
                return Wrong("/data", "malformed", "The name of a field holds half a character (a lone surrogate).");
            }
        }
    }

    private static (object?, Fault?) Wrong(string pointer, string code, string reason) => (null, new(pointer, code, reason));

    // Texts that no store takes, or that nobody could have meant.
    private static Fault? Unfit(JsonElement element, string pointer) => element.ValueKind switch
    {
        JsonValueKind.Undefined => new("/data", "malformed", "There is no data."),
        JsonValueKind.String => Unfit(Text(element), pointer),
        JsonValueKind.Array => element.EnumerateArray().Select((e, i) => Unfit(e, $"{pointer}/{i}")).FirstOrDefault(f => f is not null),
        JsonValueKind.Object => element.EnumerateObject().Select(p => Unfit(p.Value, $"{pointer}/{Escaped(p.Name)}")).FirstOrDefault(f => f is not null),
        _ => null,
    };

    private static Fault? Unfit(string? text, string pointer) => text switch
    {
        null => new(pointer, "malformed", "The text holds half a character (a lone surrogate)."),
        { Length: > LongestText } => new(pointer, "too-long", $"The text has more than {LongestText} characters."),
        _ when text.AsSpan().ContainsAny(Control) => new(pointer, "malformed", "The text holds a control character."),
        _ => null,
    };

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // The serializer's message may quote a value; only the names of our own fields are taken from it.
    private static Fault Explained(string under, JsonException e)
    {
        var pointer = under + Pointed(e.Path);
        if (e.Message.Split("including: ") is [_, var fields] && fields.Split('\'') is [_, var first, ..])
            return new($"{pointer}/{first}", "missing", "The field is missing.");
        if (e.Message.Contains("doesn't allow null", StringComparison.Ordinal) || e.Message.Contains("disallow null", StringComparison.Ordinal))
            return new(pointer, "missing", "The field is null.");
        if (e.InnerException is InvalidOperationException inner && inner.Message.Contains("UTF-16", StringComparison.Ordinal))
            return new(pointer, "malformed", "The text holds half a character (a lone surrogate).");
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal))
            return new(pointer, "wrong-type", "The value is not of the type that this field takes.");
        if (e.Message.Contains("uplicate", StringComparison.Ordinal))
            return new(pointer, "malformed", "A field stands twice.");
        if (e.Message.Contains("depth", StringComparison.Ordinal))
            return new(pointer, "too-deep", "The message is nested too deeply.");
        return new(pointer, "malformed", $"This is not valid JSON, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
    }

    // $.person.email or $.a['b.c'][2] as /person/email, /a/b.c/2.
    private static string Pointed(string? path)
    {
        var pointer = new System.Text.StringBuilder();
        for (var rest = (path ?? "$").AsSpan(1); rest.Length > 0;)
        {
            var quoted = rest.StartsWith("['", StringComparison.Ordinal);
            var start = quoted ? 2 : 1;
            var end = quoted ? rest.IndexOf("']", StringComparison.Ordinal) : rest[0] == '[' ? rest.IndexOf(']') : rest[1..].IndexOfAny('.', '[') + 1;
            end = end <= 0 ? rest.Length : end;
            pointer.Append('/').Append(Escaped(rest[Math.Min(start, end)..end].ToString()));
            rest = rest[Math.Min(rest.Length, quoted ? end + 2 : rest[0] == '[' ? end + 1 : end)..];
        }

        return pointer.ToString();
    }

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private sealed record Envelope(
        [property: JsonPropertyName("specversion")] string SpecVersion, string Id, string Source, string Type, JsonElement Data);
}

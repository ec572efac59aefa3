using System.Globalization;
using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>What credentials have in common: their contexts, and how an instant is written.</summary>
internal static class Words
{
    public const string Credentials = "https://www.w3.org/ns/credentials/v2";
    public const string OpenBadges = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

    /// <summary>RFC 3339 in UTC, to the second.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The string that stands here.</summary>
    /// <exception cref="InvalidDataException">Something else does.</exception>
    public static string Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw new InvalidDataException($"A string was expected, not {node?.ToJsonString() ?? "null"}.");
}

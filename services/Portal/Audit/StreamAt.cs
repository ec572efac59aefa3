using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tremplin.Portal.Audit;

/// <summary>A stream at one version or moment, as its service works it out.</summary>
/// <param name="Service">The service.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Type">The stored name of its type.</param>
/// <param name="Version">The version that is shown; 0 before the first event.</param>
/// <param name="Of">The newest version.</param>
/// <param name="State">The state at that version.</param>
/// <param name="Last">The event that made that version; undefined before the first.</param>
public sealed record StreamAt(string Service, Guid Stream, string Type, long Version, long Of, JsonElement State, JsonElement Last)
{
    /// <summary>The event that is shown.</summary>
    public Guid? Selected => Last.ValueKind is JsonValueKind.Object ? Last.GetProperty("eventId").GetGuid() : null;

    /// <summary>What the event changed: a JSON pointer, the value before and after.</summary>
    public IReadOnlyList<(string Field, JsonElement Was, JsonElement Is)> Changed => Selected is null
        ? []
        : [.. Last.GetProperty("changed").EnumerateArray().Select(c => (c.GetProperty("field").GetString()!, c.GetProperty("was"), c.GetProperty("is")))];

    /// <summary>Asks the service; null where there is no such stream or version.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public static async Task<StreamAt?> Read(AuditDoors doors, string service, Guid stream, string? version, DateTimeOffset? asOf, DateTimeOffset? asKnown)
    {
        ArgumentNullException.ThrowIfNull(doors);
        if (!AuditDoors.Services.Contains(service) || (version is not null && !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return null;
        var address = QueryHelpers.AddQueryString($"audit/streams/{stream}", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["version"] = version,
            ["asOf"] = asOf?.ToString("O", CultureInfo.InvariantCulture),
            ["asKnown"] = asKnown?.ToString("O", CultureInfo.InvariantCulture),
        });
        return await doors.Json(service, address) is { } said
            ? new(
                service, stream, said.GetProperty("type").GetString()!, said.GetProperty("version").GetInt64(), said.GetProperty("of").GetInt64(),
                said.GetProperty("state"), said.GetProperty("history").EnumerateArray().LastOrDefault())
            : null;
    }

    /// <summary>The address, on the page of a record, of a version of a stream.</summary>
    public static string Link(string service, Guid stream, long version) =>
        string.Create(CultureInfo.InvariantCulture, $"?in={service}&stream={stream}&version={version}#state");
}

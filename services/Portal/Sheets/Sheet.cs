using System.Globalization;
using System.Text.Json;
using NodaTime;
using Tremplin.Portal.Audit;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Sheets;

/// <summary>A line of an attendance sheet.</summary>
/// <param name="Record">The training record.</param>
/// <param name="Version">The version of the request that led to the seat.</param>
/// <param name="Mark">What Scheduling has of it; null before the roster is drawn up.</param>
public sealed record SheetLine(Guid Record, long Version, JsonElement? Mark)
{
    /// <summary>Who it is; null where nobody asked for names, or they may not be seen.</summary>
    public string? Name { get; init; }

    /// <summary>The organisation, by its reference; null where it was not asked for.</summary>
    public string? Organisation { get; init; }
}

/// <summary>A half-day's attendance sheet (<c>feuille d’émargement</c>) as Scheduling has it now.</summary>
/// <param name="Session">The half-day.</param>
/// <param name="Cohort">Its cohort.</param>
/// <param name="Lines">The roster (R29); before it is drawn up, who holds a seat; none of a half-day that was cancelled.</param>
public sealed record Sheet(JsonElement Session, JsonElement Cohort, IReadOnlyList<SheetLine> Lines)
{
    private static readonly string[] Final = ["Sealed", "Cancelled"];

    /// <summary>Where the half-day stands.</summary>
    public string Status => Session.GetProperty("status").GetString()!;

    /// <summary>Nobody signs any more: what is empty stays so.</summary>
    public bool IsFinal => Final.Contains(Status, StringComparer.Ordinal);

    /// <summary>The IANA zone of the place.</summary>
    public string Zone => Session.GetProperty("zone").GetString()!;

    /// <summary>Reads a sheet; null where there is no such half-day.</summary>
    /// <exception cref="HttpRequestException">A service does not answer, or refuses.</exception>
    public static async Task<Sheet?> Of(AuditDoors doors, Guid id, bool named)
    {
        ArgumentNullException.ThrowIfNull(doors);
        if (await doors.Json("scheduling", $"sessions/{id}") is not { } session)
            return null;
        var cohort = (await doors.Json("scheduling", $"cohorts/{session.GetProperty("cohortId").GetGuid()}"))!.Value;
        SheetLine[] lines = session.GetProperty("status").GetString() switch
        {
            "Planned" => [.. cohort.GetProperty("seats").EnumerateArray().Select(seat => Line(seat, null))],
            _ => [.. session.GetProperty("marks").EnumerateArray().Select(mark => Line(mark, mark))],
        };
        if (named)
        {
            await Parallel.ForAsync(0, lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (at, _) =>
                lines[at] = await Named(doors, lines[at]));
        }

        return new(session, cohort, [.. lines.OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase).ThenBy(l => l.Record)]);
    }

    /// <summary>An instant by the clock of the place; with the day where it is another than the half-day's.</summary>
    public string Wall(Words words, JsonElement at)
    {
        ArgumentNullException.ThrowIfNull(words);
        var local = Instant.FromDateTimeOffset(at.GetDateTimeOffset()).InZone(DateTimeZoneProviders.Tzdb[Zone]).LocalDateTime;
        var clock = local.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return local.Date == LocalDateTime.FromDateTime(Session.GetProperty("localStart").GetDateTime()).Date ? clock : $"{words.Date(local.Date)}, {clock}";
    }

    private static SheetLine Line(JsonElement of, JsonElement? mark) => new(of.GetProperty("recordId").GetGuid(), of.GetProperty("recordVersion").GetInt64(), mark);

    // Each reading of a name is an event there.
    private static async Task<SheetLine> Named(AuditDoors doors, SheetLine line)
    {
        if (await doors.Json("enrollment", $"records/{line.Record}") is not { } record)
            return line;
        var learner = await doors.Json("enrollment", $"learners/{record.GetProperty("learnerId").GetGuid()}?purpose=Training");
        return line with
        {
            Organisation = record.GetProperty("organisationRef").GetString(),
            // Who was erased has no name any more.
            Name = learner is { } who && who.TryGetProperty("lastName", out var last) ? $"{last.GetString()} {who.GetProperty("firstName").GetString()}" : null,
        };
    }
}

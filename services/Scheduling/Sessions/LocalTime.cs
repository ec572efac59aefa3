using NodaTime;
using NodaTime.TimeZones;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Which of two instants is meant when the clocks go back and a local time comes twice.</summary>
public enum Occurrence
{
    /// <summary>The first, before the clocks go back.</summary>
    Earlier,

    /// <summary>The second.</summary>
    Later,
}

/// <summary>R24: what a wall clock shows in an IANA zone, and the instant that it means.</summary>
public static class LocalTime
{
    /// <summary>The zone of this IANA name, or null where there is none. A fixed offset is no zone.</summary>
    public static DateTimeZone? Zone(string iana) =>
        TzdbDateTimeZoneSource.Default.CanonicalIdMap.ContainsKey(iana) ? DateTimeZoneProviders.Tzdb[iana] : null;

    /// <summary>Finds the instant (UTC) of a local time, or gives the refusal.</summary>
    public static Decision? Resolve(DateTime local, DateTimeZone zone, Occurrence? choice, out DateTimeOffset instant)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var found = zone.MapLocal(LocalDateTime.FromDateTime(local));
        instant = found.Count == 0
            ? default
            : (choice == Occurrence.Later ? found.Last() : found.First()).ToInstant().ToDateTimeOffset();
        return found.Count switch
        {
            0 => Decision.Refuse("no-such-local-time", $"{local:yyyy-MM-dd HH:mm} does not exist in {zone.Id}: the clocks go forward."),
            2 when choice is null => Decision.Refuse(
                "ambiguous-local-time", $"{local:yyyy-MM-dd HH:mm} comes twice in {zone.Id}: say Earlier or Later."),
            _ => null,
        };
    }
}

using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>A half-day by the clock on the wall, and the instants (UTC) that it means (R24).</summary>
internal sealed record Slot(DateTime LocalStart, DateTime LocalEnd, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
{
    /// <summary>When a session is.</summary>
    public static Slot Of(Session s) => new(s.LocalStart, s.LocalEnd, s.StartsAt, s.EndsAt);

    /// <summary>Finds the instants, or gives the refusal.</summary>
    public static Decision? Of(DateOnly date, TimeOnly start, TimeOnly end, string zone, Occurrence? choice, out Slot slot)
    {
        var (from, to, place) = (date.ToDateTime(start), date.ToDateTime(end), LocalTime.Zone(zone)!);
        var noStart = LocalTime.Resolve(from, place, choice, out var startsAt);
        var noEnd = LocalTime.Resolve(to, place, choice, out var endsAt);
        slot = new(from, to, startsAt, endsAt);
        return noStart ?? noEnd ?? (endsAt <= startsAt
            ? Decision.Refuse("ends-before-start", "A session ends after it starts, on the same day.")
            : null);
    }

    /// <summary>Why the cohort can have no half-day then, or null. Offers and clashes go by the dates with which a cohort opened.</summary>
    public Decision? Bars(Cohort cohort) => cohort.Status switch
    {
        CohortStatus.Closed or CohortStatus.Cancelled => Decision.Refuse("cohort-closed", "The cohort is closed."),
        not CohortStatus.Draft when StartsAt < cohort.StartsAt || EndsAt > cohort.EndsAt =>
            Decision.Refuse("outside-cohort", $"The cohort is open; it lasts from {cohort.StartsAt:u} to {cohort.EndsAt:u}."),
        _ => null,
    };
}

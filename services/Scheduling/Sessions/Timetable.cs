using System.Globalization;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>R26: a half-day as a subscriber's calendar has it.</summary>
/// <param name="Session">The half-day as it is planned now.</param>
/// <param name="Off">It is cancelled, or the subscriber is no longer expected there.</param>
/// <param name="Sequence">Rises with each change that a subscriber has to hear of.</param>
/// <param name="ChangedAt">When that was, UTC.</param>
public sealed record TimetableLine(Session Session, bool Off, int Sequence, DateTimeOffset ChangedAt);

/// <summary>
/// R26: the half-days of one training record or one trainer, and their words in iCalendar (RFC 5545, RFC 5546). All of it
/// comes from events, none from a clock: the same history gives the same bytes. It holds no personal data.
/// </summary>
public static class Timetable
{
    /// <summary>The events by which a record comes to hold a seat, or holds it no longer.</summary>
    public static readonly IReadOnlyList<Type> OfSeats =
        [typeof(SeatAssigned), typeof(CapacityOverridden), typeof(OfferAccepted), typeof(RequestWithdrawn), typeof(SeatLost), typeof(LearnerAbsent)];

    /// <summary>The events that change a plan. A half-day that ended early stays as it was planned.</summary>
    public static readonly IReadOnlyList<Type> OfPlans = [typeof(SessionPlanned), typeof(SessionRescheduled), typeof(SessionCancelled)];

    /// <summary>
    /// The half-days of the cohorts in which the record held a seat. R29: those that began while it held one stay, whatever
    /// came after; those after it left are off; those before it came are not there.
    /// </summary>
    public static IReadOnlyList<TimetableLine> OfRecord(IEnumerable<Recorded> seats, IEnumerable<Recorded> plans)
    {
        var cohorts = seats.GroupBy(e => e.StreamId).ToDictionary(c => c.Key, Turns);
        return [.. Planned(plans).Where(p => cohorts.ContainsKey(p.Session.CohortId)).Select(p =>
        {
            var turns = cohorts[p.Session.CohortId];
            var before = turns.Count(t => t <= p.Session.StartsAt);
            return (Came: before > 0, Line: new TimetableLine(
                p.Session, before % 2 == 0 || p.Session.Status == SessionStatus.Cancelled, p.Session.Sequence + turns.Count - 1,
                turns.Append(p.At).Max()));
        }).Where(p => p.Came).Select(p => p.Line)];
    }

    /// <summary>The half-days that the trainer holds; one that another holds by now is off.</summary>
    public static IReadOnlyList<TimetableLine> OfTrainer(string trainer, IEnumerable<Recorded> plans) =>
        [.. Planned(plans).Select(p => new TimetableLine(
            p.Session, p.Session.Trainer != trainer || p.Session.Status == SessionStatus.Cancelled, p.Session.Sequence, p.At))];

    /// <summary>
    /// The calendar in words. A feed publishes, and keeps what is off as CANCELLED; a half-day alone has the method
    /// CANCEL once it is off.
    /// </summary>
    public static string Text(IEnumerable<TimetableLine> lines, IReadOnlyDictionary<Guid, Cohort> cohorts, bool cancels = false)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var calendar = new Ical.Net.Calendar { ProductId = "-//Tremplin//Half-days//FR", Method = cancels ? CalendarMethods.Cancel : CalendarMethods.Publish };
        // What programs go by that ask again by themselves (RFC 7986, and Outlook's older word for it).
        calendar.AddProperty("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        calendar.AddProperty("X-PUBLISHED-TTL", "PT1H");
        calendar.AddProperty("X-WR-CALNAME", "Tremplin");
        calendar.Events.AddRange(lines.OrderBy(l => l.Session.StartsAt).ThenBy(l => l.Session.Id).Select(l => Words(l, cohorts[l.Session.CohortId])));
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    // In UTC: of an hour that comes twice, a local time can mean the first only, and an instant needs no rule about clocks.
    private static CalendarEvent Words(TimetableLine line, Cohort cohort) => new()
    {
        Uid = $"{line.Session.Id}@tremplin",
        Sequence = line.Sequence,
        DtStamp = Instant(line.ChangedAt),
        LastModified = Instant(line.ChangedAt),
        DtStart = Instant(line.Session.StartsAt),
        DtEnd = Instant(line.Session.EndsAt),
        Summary = cohort.Programme is { } programme ? $"{programme.Title} ({line.Session.Number}/{programme.HalfDays})" : $"{cohort.ProgrammeRef} ({line.Session.Number})",
        Description = string.Create(CultureInfo.InvariantCulture, $"{line.Session.LocalStart:yyyy-MM-dd HH:mm}–{line.Session.LocalEnd:HH:mm} {line.Session.Zone}"),
        Location = $"{line.Session.Room}, {cohort.Place}",
        Status = line.Off ? EventStatus.Cancelled : EventStatus.Confirmed,
        Transparency = line.Off ? TransparencyType.Transparent : TransparencyType.Opaque,
        // It has to be there (RFC 5546), and there is nobody to write to.
        Organizer = new Organizer("invalid:nomail") { CommonName = "Tremplin" },
    };

    private static CalDateTime Instant(DateTimeOffset at) => new(at.UtcDateTime, CalDateTime.UtcTzId);

    private static IEnumerable<(Session Session, DateTimeOffset At)> Planned(IEnumerable<Recorded> plans) => plans
        .GroupBy(e => e.StreamId, (id, events) => events.OrderBy(e => e.Version).ToList() is var inOrder
            ? (inOrder.Aggregate(Session.Initial, (s, e) => s.Evolve(e.Data)) with { Id = id }, inOrder[^1].OccurredAt)
            : default);

    // When it came, left, came again, and so on.
    private static List<DateTimeOffset> Turns(IEnumerable<Recorded> cohort)
    {
        var turns = new List<DateTimeOffset>();
        foreach (var e in cohort.OrderBy(e => e.Version))
        {
            var comes = e.Data is SeatAssigned or CapacityOverridden or OfferAccepted;
            if (comes == (turns.Count % 2 == 0))
                turns.Add(e.OccurredAt);
        }

        return turns;
    }
}

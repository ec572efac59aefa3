using Tremplin.Defaults.Audit;

namespace Tremplin.Scheduling.Sessions;

/// <summary>What an auditor may hold against an attendance sheet.</summary>
public sealed class SessionInvariants : Invariants<Session>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R20", "R23", "R24", "R26", "R29", "R30", "R31", "R32", "R34", "R36"];

    /// <inheritdoc/>
    public override IEnumerable<Held> AllHeld(Session state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Bookings.Of(state).Select(taken => new Held("R23", taken) { Starts = state.StartsAt, Ends = state.End(), Beside = state.SharesWith });
    }

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Session before, object @event, Session after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Status is SessionStatus.SigningOpen or SessionStatus.Sealed && !before.Roster.Keys.ToHashSet().SetEquals(after.Roster.Keys))
            yield return new("R29", "The roster was changed after it was drawn up.");
        if (after.Status == SessionStatus.Sealed && after.CountersignedBy is null)
            yield return new("R31", "It was sealed without the trainer's countersignature.");
        foreach (var breach in OfTheHalfDay(before, @event, after))
            yield return breach;
        foreach (var (record, now) in after.Roster)
        {
            if (before.Roster.GetValueOrDefault(record) is not { } mark || mark == now)
                continue;
            foreach (var breach in Broken(before, @event, mark, now))
                yield return breach;
        }
    }

    private static IEnumerable<Breach> OfTheHalfDay(Session before, object @event, Session after)
    {
        switch (@event)
        {
            case SigningOpened or SessionSealed or AttendanceSealed when before.Status == SessionStatus.Cancelled:
                yield return new("R20", "Attendance is kept of a cancelled half-day.");
                break;
            case SessionPlanned or SessionRescheduled when !Shows(after.StartsAt, after.LocalStart, after.Zone) || !Shows(after.EndsAt, after.LocalEnd, after.Zone):
                yield return new("R24", "The clock on the wall shows another time at the instants of the half-day.");
                break;
            case SessionInterrupted e when !Shows(e.EndedAt, e.LocalEnd, after.Zone):
                yield return new("R24", "The clock on the wall shows another time at the real end.");
                break;
            case LearnerSigned e when e.Late != SignAttendance.IsLate(before, e.At):
                yield return new("R31", "A signature is flagged as late and is in time, or the other way round.");
                break;
            case MarkedByTrainer e when e.Late != SignAttendance.IsLate(before, e.At):
                yield return new("R31", "A trainer's mark is flagged as late and is in time, or the other way round.");
                break;
            case SessionSealed e when e.DeliveredMinutes != before.DeliveredMinutes():
                yield return new("R36", $"{e.DeliveredMinutes} minutes were sealed as held; from the start to the end it is {before.DeliveredMinutes()}.");
                break;
        }

        if (@event is SessionRescheduled or SessionCancelled && before.Status != SessionStatus.Planned)
            yield return new("R26", "The half-day was moved or cancelled, and signing had been opened, or it had been cancelled.");
    }

    private static bool Shows(DateTimeOffset instant, DateTime wall, string zone) =>
        LocalTime.Zone(zone) is { } place && NodaTime.Instant.FromDateTimeOffset(instant).InZone(place).ToDateTimeUnspecified() == wall;

    private static IEnumerable<Breach> Broken(Session before, object @event, Mark mark, Mark now)
    {
        var kept = mark with { Counts = now.Counts, Delivered = now.Delivered, Corrections = now.Corrections, Corrected = now.Corrected, Proposed = now.Proposed };
        if (before.Status == SessionStatus.Sealed && (kept != now || (mark.Counts is not null && @event is not (AttendanceCorrected or AttendanceCorrectionProposed))))
            yield return new("R32", "A mark was changed after the session was sealed.");
        if (now.Counts is { } counts)
        {
            if (counts.Evidence == Evidence.NotEvidenced && counts.Minutes > 0)
                yield return new("R30", $"{counts.Minutes} minutes count, and nothing shows them.");
            if (@event is AttendanceSealed && counts.Evidence != SealSession.Shown(before, mark))
                yield return new("R30", $"It was sealed as {counts.Evidence}; the sheet shows {SealSession.Shown(before, mark)}.");
            if (@event is AttendanceSealed && counts.Evidence == Evidence.ConnectedRemotely && counts.Minutes != before.ConnectedMinutes(mark.RecordId))
                yield return new("R34", $"{counts.Minutes} minutes count; the connections show {before.ConnectedMinutes(mark.RecordId)}.");
            if (counts.Minutes > now.Delivered)
                yield return new("R36", $"{counts.Minutes} minutes were attended; {now.Delivered} were held.");
        }

        if (@event is not AttendanceCorrected e)
            yield break;
        if (e.Old != mark.Counts)
            yield return new("R32", "A correction states another value than the one that it replaces.");
        if (e.At > before.SealedAt + CorrectAttendance.Alone && (e.ApprovedBy is null || e.ApprovedBy == e.By))
            yield return new("R32", "A late correction counts without a second person.");
    }
}

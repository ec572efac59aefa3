using System.Collections.Immutable;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>A half-day of a cohort and its attendance sheet (the French <c>émargement</c>). Kept as an inline snapshot.</summary>
public sealed record Session : IStreamState<Session>
{
    /// <summary>The session's id.</summary>
    public Guid Id { get; init; }

    /// <summary>How many events made this state.</summary>
    public long Version { get; init; }

    /// <summary>Where it stands.</summary>
    public SessionStatus Status { get; init; }

    /// <summary>The cohort it belongs to.</summary>
    public Guid CohortId { get; init; }

    /// <summary>Which half-day of the cohort, from 1.</summary>
    public int Number { get; init; }

    /// <summary>IANA time zone of the place.</summary>
    public string Zone { get; init; } = "";

    /// <summary>What the clock on the wall shows at the start.</summary>
    public DateTime LocalStart { get; init; }

    /// <summary>What the clock on the wall shows at the end.</summary>
    public DateTime LocalEnd { get; init; }

    /// <summary>The instant of the start, UTC.</summary>
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>The instant of the end, UTC.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>Who holds it.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>Where in the place.</summary>
    public string Room { get; init; } = "";

    /// <summary>Where the cohort is held, by which its rooms are told apart; empty of one that was planned before that was kept.</summary>
    public string Place { get; init; } = "";

    /// <summary>R23: the half-days that may have its trainer or its room at the same time, by a person's word, as long as it is not moved.</summary>
    public ImmutableList<Guid> SharesWith { get; init; } = [];

    /// <summary>What a person allowed for the next placing, which follows in the same transaction.</summary>
    internal ImmutableList<Guid> Leave { get; init; } = [];

    /// <summary>R29: one line per seat holder at the moment when signing was opened.</summary>
    public ImmutableDictionary<Guid, Mark> Roster { get; init; } = ImmutableDictionary<Guid, Mark>.Empty;

    /// <summary>Who countersigned, or null.</summary>
    public string? CountersignedBy { get; init; }

    /// <summary>When it was countersigned, or null.</summary>
    public DateTimeOffset? CountersignedAt { get; init; }

    /// <summary>R26: how often it was moved or cancelled; 0 as it was planned. The SEQUENCE of iCalendar.</summary>
    public int Sequence { get; init; }

    /// <summary>The real end, UTC, where it was interrupted; or null.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it was sealed, or null.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <inheritdoc/>
    public static Session Initial { get; } = new();

    /// <summary>The true minutes from start to end (R24), whatever the clocks on the wall did meanwhile.</summary>
    public int PlannedMinutes() => (int)(EndsAt - StartsAt).TotalMinutes;

    /// <summary>The real end where it was interrupted, else the planned one.</summary>
    public DateTimeOffset End() => EndedAt ?? EndsAt;

    /// <summary>The local date of its start.</summary>
    public DateOnly On() => DateOnly.FromDateTime(LocalStart);

    /// <summary>R36: the true minutes from the start to the real end; none of a cancelled half-day.</summary>
    public int DeliveredMinutes() => Status == SessionStatus.Cancelled ? 0 : (int)(End() - StartsAt).TotalMinutes;

    /// <summary>R34: the whole minutes from the start to the real end in which a record was connected from elsewhere.</summary>
    public int ConnectedMinutes(Guid record) => Roster.GetValueOrDefault(record)?.Connected is { } reported
        ? ReportConnections.Minutes(reported.Connections, StartsAt, End())
        : 0;

    /// <inheritdoc/>
    public Session Evolve(object @event)
    {
        var next = this with { Version = Version + 1 };
        return @event switch
        {
            SessionPlanned e => next with
            {
                Status = SessionStatus.Planned,
                CohortId = e.CohortId,
                Number = e.Number,
                Zone = e.Zone,
                LocalStart = e.LocalStart,
                LocalEnd = e.LocalEnd,
                StartsAt = e.StartsAt,
                EndsAt = e.EndsAt,
                Trainer = e.Trainer,
                Room = e.Room,
                Place = e.Place ?? "",
                SharesWith = Leave,
                Leave = [],
            },
            SessionRescheduled e => next with
            {
                Sequence = Sequence + 1,
                LocalStart = e.LocalStart,
                LocalEnd = e.LocalEnd,
                StartsAt = e.StartsAt,
                EndsAt = e.EndsAt,
                Trainer = e.Trainer,
                Room = e.Room,
                Place = e.Place ?? Place,
                SharesWith = Leave,
                Leave = [],
            },
            DoubleBookingAllowed e => next with { Leave = [.. e.SessionIds] },
            SessionCancelled => next with { Status = SessionStatus.Cancelled, Sequence = Sequence + 1 },
            SessionInterrupted e => next with { EndedAt = e.EndedAt },
            SigningOpened e => next with
            {
                Status = SessionStatus.SigningOpen,
                Roster = e.Roster.ToImmutableDictionary(l => l.RecordId, l => new Mark(l.RecordId, l.RecordVersion)),
            },
            LearnerSigned e => next.Line(e.RecordId, mark => mark with { SignedAt = e.At, Late = e.Late }),
            MarkedByTrainer e => next.Line(e.RecordId, mark => mark with { ByTrainer = new(e.Trainer, e.Reason, e.At, e.Late) }),
            ConnectionsReported e => next.Line(e.RecordId, mark => mark with { Connected = e }),
            TrainerCountersigned e => next with { CountersignedBy = e.Trainer, CountersignedAt = e.At },
            // Before the instant was stored with it: the end is the earliest that it can have been.
            SessionSealed e => next with { Status = SessionStatus.Sealed, SealedAt = e.At ?? End() },
            AttendanceSealed e => next.Line(e.RecordId, mark => mark with { Counts = new(e.Evidence, e.AttendedMinutes), Delivered = e.DeliveredMinutes }),
            AttendanceCorrectionProposed e => next.Line(e.RecordId, mark => mark with { Proposed = e }),
            AttendanceCorrected e => next.Line(
                e.RecordId, mark => mark with { Counts = e.New, Corrections = mark.Corrections + 1, Corrected = e, Proposed = null }),
            _ => next,
        };
    }

    private Session Line(Guid record, Func<Mark, Mark> change) =>
        Roster.TryGetValue(record, out var mark) ? this with { Roster = Roster.SetItem(record, change(mark)) } : this;
}

/// <summary>Where a session stands.</summary>
public enum SessionStatus
{
    /// <summary>There is no such session.</summary>
    Unknown,

    /// <summary>Planned; nobody can sign yet.</summary>
    Planned,

    /// <summary>The roster is drawn up; learners sign.</summary>
    SigningOpen,

    /// <summary>The attendance is final. A later change is a correction.</summary>
    Sealed,

    /// <summary>Cancelled before anybody could sign.</summary>
    Cancelled,
}

/// <summary>One line of the attendance sheet: the one effective mark of a record (R30).</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="SignedAt">When the learner signed, or null.</param>
/// <param name="Late">Signed outside the time for signing (R31).</param>
/// <param name="ByTrainer">The trainer's word that the learner is there, or null. A signature goes before it.</param>
/// <param name="Counts">What counts since the session was sealed, corrections included; null before.</param>
/// <param name="Delivered">Minutes that were held, once sealed.</param>
/// <param name="Corrections">R32: how often it was corrected since.</param>
/// <param name="Corrected">The last correction, or null.</param>
/// <param name="Proposed">A correction that waits for a second person, or null.</param>
/// <param name="Connected">R34: the last report of connections from elsewhere, or null.</param>
public sealed record Mark(
    Guid RecordId, long RecordVersion, DateTimeOffset? SignedAt = null, bool Late = false, TrainerMark? ByTrainer = null,
    Attendance? Counts = null, int Delivered = 0, int Corrections = 0, AttendanceCorrected? Corrected = null,
    AttendanceCorrectionProposed? Proposed = null, ConnectionsReported? Connected = null);

/// <summary>The trainer's word for a learner who is there and does not sign.</summary>
/// <param name="Trainer">Who says so.</param>
/// <param name="Reason">Why there is no signature.</param>
/// <param name="At">When it was said.</param>
/// <param name="Late">Said outside the time for signing (R31).</param>
public sealed record TrainerMark(string Trainer, MarkingReason Reason, DateTimeOffset At, bool Late);

/// <summary>What counts of a half-day for one learner.</summary>
/// <param name="Evidence">What shows it.</param>
/// <param name="Minutes">Minutes attended; 0 where nothing shows it (R30).</param>
public sealed record Attendance(Evidence Evidence, int Minutes);

/// <summary>What a correction rests on. Holds no personal data.</summary>
/// <param name="Kind">The kind of document.</param>
/// <param name="Reference">Where it is filed: up to 40 letters, digits and <c>. / _ -</c>, at least one digit.</param>
public sealed record CorrectionDocument(DocumentKind Kind, string Reference);

/// <summary>A connection of a learner from elsewhere: [from, to).</summary>
/// <param name="From">When it began, UTC.</param>
/// <param name="To">When it ended, UTC.</param>
public sealed record Connection(DateTimeOffset From, DateTimeOffset To);

/// <summary>A seat holder whom a session expects.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
public sealed record RosterLine(Guid RecordId, long RecordVersion);

/// <summary>What shows that a learner was there, the weakest first.</summary>
public enum Evidence
{
    /// <summary>Nothing (R30): that is never "present".</summary>
    NotEvidenced,

    /// <summary>The trainer's word.</summary>
    MarkedByTrainer,

    /// <summary>Connections from elsewhere, for long enough (R34).</summary>
    ConnectedRemotely,

    /// <summary>The learner's signature.</summary>
    SignedByLearner,
}

/// <summary>What noted the connections of a learner.</summary>
public enum LogKind
{
    /// <summary>The video conference.</summary>
    VideoConference,

    /// <summary>The learning platform.</summary>
    LearningPlatform,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Why a half-day was cancelled or interrupted. A code, so that nobody writes personal data here.</summary>
public enum Obstacle
{
    /// <summary>Nobody can hold it.</summary>
    TrainerAway,

    /// <summary>The room, the building or the way there cannot be used.</summary>
    PlaceUnavailable,

    /// <summary>Too few learners would come, or came.</summary>
    TooFewLearners,

    /// <summary>A technical fault.</summary>
    TechnicalFault,

    /// <summary>The whole cohort was cancelled (R28).</summary>
    CohortCancelled,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Why a learner who is there does not sign. A code, so that nobody writes personal data here.</summary>
public enum MarkingReason
{
    /// <summary>The learner has nothing to sign with.</summary>
    NoDevice,

    /// <summary>The learner is not able to sign.</summary>
    UnableToSign,

    /// <summary>Signing did not work.</summary>
    TechnicalFault,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Why a sealed attendance is corrected. A code, so that nobody writes personal data here.</summary>
public enum CorrectionReason
{
    /// <summary>The learner was there and did not sign.</summary>
    SignatureForgotten,

    /// <summary>Somebody signed who was not there.</summary>
    SignedByMistake,

    /// <summary>The learner came late.</summary>
    ArrivedLate,

    /// <summary>The learner left before the end.</summary>
    LeftEarly,

    /// <summary>Signing did not work.</summary>
    TechnicalFault,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What kind of document a correction rests on.</summary>
public enum DocumentKind
{
    /// <summary>An attendance sheet on paper.</summary>
    PaperSheet,

    /// <summary>A signed statement of the trainer or the learner.</summary>
    Statement,

    /// <summary>The log of a video conference.</summary>
    ConnectionLog,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A half-day as it was planned before it was moved or cancelled: whoever is told of that needs no other event.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Number">Which half-day of it, from 1.</param>
/// <param name="Zone">IANA time zone of the place.</param>
/// <param name="StartsAt">The instant of the start, UTC.</param>
/// <param name="EndsAt">The instant of the end, UTC.</param>
/// <param name="Room">Where in the place.</param>
public sealed record PlannedHalfDay(Guid CohortId, int Number, string Zone, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Room)
{
    /// <summary>As the session is planned now.</summary>
    public static PlannedHalfDay Of(Session s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return new(s.CohortId, s.Number, s.Zone, s.StartsAt, s.EndsAt, s.Room);
    }
}

/// <summary>Base of the events of a session.</summary>
public abstract record SessionEvent
{
    private protected SessionEvent() { }
}

/// <summary>A half-day was planned: zone, wall times and the instants that they mean (R24).</summary>
[StoredAs("session.planned.v1")]
public sealed record SessionPlanned(
    Guid CohortId, int Number, string Zone, DateTime LocalStart, DateTime LocalEnd,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Trainer, string Room, string? Place = null) : SessionEvent;

/// <summary>R26: a half-day was moved to another time, room or trainer. How it was planned before is not in events of earlier versions.</summary>
[StoredAs("session.rescheduled.v1")]
public sealed record SessionRescheduled(
    DateTime LocalStart, DateTime LocalEnd, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Trainer, string Room, string? Place = null, PlannedHalfDay? Old = null) : SessionEvent;

/// <summary>R23: a person lets the half-day, as it is planned or moved by the next event, have a trainer or a room at the same time as these others.</summary>
[StoredAs("session.double-booking-allowed.v1")]
public sealed record DoubleBookingAllowed(IReadOnlyList<Guid> SessionIds, DoubleBookingReason Reason) : SessionEvent;

/// <summary>A half-day was cancelled before signing opened: it delivers nothing (R36). How it was planned is not in events of earlier versions.</summary>
[StoredAs("session.cancelled.v1")]
public sealed record SessionCancelled(Obstacle Reason, PlannedHalfDay? Old = null) : SessionEvent;

/// <summary>A half-day ended before its end: wall time and instant (R24). So long it was held.</summary>
[StoredAs("session.interrupted.v1")]
public sealed record SessionInterrupted(DateTime LocalEnd, DateTimeOffset EndedAt, Obstacle Reason) : SessionEvent;

/// <summary>R29: the roster was drawn up and learners may sign.</summary>
[StoredAs("session.signing-opened.v1")]
public sealed record SigningOpened(IReadOnlyList<RosterLine> Roster) : SessionEvent;

/// <summary>A learner signed; late signatures are flagged (R31).</summary>
[StoredAs("session.learner-signed.v1")]
public sealed record LearnerSigned(Guid RecordId, DateTimeOffset At, bool Late) : SessionEvent, IAboutRecord;

/// <summary>The trainer says that a learner is there who does not sign, and why; late words are flagged (R31).</summary>
[StoredAs("session.marked-by-trainer.v1")]
public sealed record MarkedByTrainer(
    Guid RecordId, string Trainer, MarkingReason Reason, DateTimeOffset At, bool Late) : SessionEvent, IAboutRecord;

/// <summary>R34: when a learner was connected from elsewhere, by a log that is filed, and the share of the minutes that the programme asks for.</summary>
[StoredAs("session.connections-reported.v1")]
public sealed record ConnectionsReported(
    Guid RecordId, IReadOnlyList<Connection> Connections, decimal MinShare, LogKind Kind, string Reference, string By, DateTimeOffset At)
    : SessionEvent, IAboutRecord;

/// <summary>The trainer confirmed the sheet.</summary>
[StoredAs("session.trainer-countersigned.v1")]
public sealed record TrainerCountersigned(string Trainer, DateTimeOffset At) : SessionEvent;

/// <summary>The attendance is final; one <see cref="AttendanceSealed"/> per line of the roster follows.</summary>
[StoredAs("session.sealed.v1")]
public sealed record SessionSealed(int DeliveredMinutes, DateTimeOffset? At = null) : SessionEvent;

/// <summary>What one learner attended of the sealed half-day (R36). The local date is not in events of earlier versions.</summary>
[StoredAs("session.attendance-sealed.v1")]
public sealed record AttendanceSealed(
    Guid CohortId, Guid RecordId, long RecordVersion, int DeliveredMinutes, int AttendedMinutes, Evidence Evidence, DateOnly? On = null) : SessionEvent, IAboutRecord;

/// <summary>R32: somebody asks to correct a sealed attendance so late that another person must agree.</summary>
[StoredAs("session.attendance-correction-proposed.v1")]
public sealed record AttendanceCorrectionProposed(
    Guid RecordId, Attendance Old, Attendance New, CorrectionReason Reason, CorrectionDocument Document, string By, DateTimeOffset At)
    : SessionEvent, IAboutRecord;

/// <summary>R32: a sealed attendance was corrected. What was sealed stays as it is; this counts from now on. The local date is not in events of earlier versions.</summary>
[StoredAs("session.attendance-corrected.v1")]
public sealed record AttendanceCorrected(
    Guid CohortId, Guid RecordId, long RecordVersion, int DeliveredMinutes, Attendance Old, Attendance New,
    CorrectionReason Reason, CorrectionDocument Document, string By, DateTimeOffset At, string? ApprovedBy = null,
    DateOnly? On = null)
    : SessionEvent, IAboutRecord;

/// <summary>Keeps <see cref="Session"/> as a snapshot in the transaction that appends.</summary>
public partial class SessionSnapshot : SingleStreamProjection<Session, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public SessionSnapshot() => IncludeType<SessionEvent>();

    /// <summary>Adds it, and with it the bookings (R23).</summary>
    public static void Keep(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Projections.Add<SessionSnapshot>(ProjectionLifecycle.Inline);
        options.Schema.For<Session>().Index(s => s.CohortId);
        options.Events.EnableSideEffectsOnInlineProjections = true;
        options.Storage.ExtendedSchemaObjects.Add(Bookings.Table);
    }

    /// <inheritdoc/>
    public override Session Evolve(Session? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Session.Initial with { Id = id }).Evolve(e.Data);
    }

    /// <inheritdoc/>
    public override ValueTask RaiseSideEffects(IDocumentOperations operations, IEventSlice<Session> slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (slice.Snapshot is { } session)
            Bookings.Keep(operations, session, [.. slice.Events().Select(e => e.Data)]);
        return ValueTask.CompletedTask;
    }
}

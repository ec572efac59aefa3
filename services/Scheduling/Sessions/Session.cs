using System.Collections.Immutable;
using JasperFx.Events;
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

    /// <summary>R29: one line per seat holder at the moment when signing was opened.</summary>
    public ImmutableDictionary<Guid, Mark> Roster { get; init; } = ImmutableDictionary<Guid, Mark>.Empty;

    /// <summary>Who countersigned, or null.</summary>
    public string? CountersignedBy { get; init; }

    /// <summary>When it was countersigned, or null.</summary>
    public DateTimeOffset? CountersignedAt { get; init; }

    /// <inheritdoc/>
    public static Session Initial { get; } = new();

    /// <summary>The true minutes from start to end (R24), whatever the clocks on the wall did meanwhile.</summary>
    public int PlannedMinutes() => (int)(EndsAt - StartsAt).TotalMinutes;

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
            },
            SigningOpened e => next with
            {
                Status = SessionStatus.SigningOpen,
                Roster = e.Roster.ToImmutableDictionary(l => l.RecordId, l => new Mark(l.RecordId, l.RecordVersion)),
            },
            LearnerSigned e when Roster.TryGetValue(e.RecordId, out var mark) => next with
            {
                Roster = Roster.SetItem(e.RecordId, mark with { SignedAt = e.At, Late = e.Late }),
            },
            TrainerCountersigned e => next with { CountersignedBy = e.Trainer, CountersignedAt = e.At },
            SessionSealed => next with { Status = SessionStatus.Sealed },
            _ => next,
        };
    }
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
}

/// <summary>One line of the attendance sheet: the one effective mark of a record (R30).</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="SignedAt">When the learner signed, or null.</param>
/// <param name="Late">Signed outside the time for signing (R31).</param>
public sealed record Mark(Guid RecordId, long RecordVersion, DateTimeOffset? SignedAt = null, bool Late = false);

/// <summary>A seat holder whom a session expects.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
public sealed record RosterLine(Guid RecordId, long RecordVersion);

/// <summary>What shows that a learner was there.</summary>
public enum Evidence
{
    /// <summary>Nothing (R30): that is never "present".</summary>
    NotEvidenced,

    /// <summary>The learner's signature.</summary>
    SignedByLearner,
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
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Trainer, string Room) : SessionEvent;

/// <summary>R29: the roster was drawn up and learners may sign.</summary>
[StoredAs("session.signing-opened.v1")]
public sealed record SigningOpened(IReadOnlyList<RosterLine> Roster) : SessionEvent;

/// <summary>A learner signed; late signatures are flagged (R31).</summary>
[StoredAs("session.learner-signed.v1")]
public sealed record LearnerSigned(Guid RecordId, DateTimeOffset At, bool Late) : SessionEvent, IAboutRecord;

/// <summary>The trainer confirmed the sheet.</summary>
[StoredAs("session.trainer-countersigned.v1")]
public sealed record TrainerCountersigned(string Trainer, DateTimeOffset At) : SessionEvent;

/// <summary>The attendance is final; one <see cref="AttendanceSealed"/> per line of the roster follows.</summary>
[StoredAs("session.sealed.v1")]
public sealed record SessionSealed(int DeliveredMinutes) : SessionEvent;

/// <summary>What one learner attended of the sealed half-day (R36).</summary>
[StoredAs("session.attendance-sealed.v1")]
public sealed record AttendanceSealed(
    Guid CohortId, Guid RecordId, long RecordVersion, int DeliveredMinutes, int AttendedMinutes, Evidence Evidence) : SessionEvent, IAboutRecord;

/// <summary>Keeps <see cref="Session"/> as a snapshot in the transaction that appends.</summary>
public partial class SessionSnapshot : SingleStreamProjection<Session, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public SessionSnapshot() => IncludeType<SessionEvent>();

    /// <inheritdoc/>
    public override Session Evolve(Session? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Session.Initial with { Id = id }).Evolve(e.Data);
    }
}

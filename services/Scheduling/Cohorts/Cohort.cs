using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;
using Tremplin.Scheduling.Programmes;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>
/// A cohort is a seat ledger: who holds a seat, who has an offer, who waits, in the order of the stream.
/// Kept as an inline snapshot, decided under a row lock.
/// </summary>
public sealed record Cohort : IStreamState<Cohort>
{
    /// <summary>The cohort's id.</summary>
    public Guid Id { get; init; }

    /// <summary>How many events made this state.</summary>
    public long Version { get; init; }

    /// <summary>Where it stands.</summary>
    public CohortStatus Status { get; init; }

    /// <summary>Reference of the programme.</summary>
    public string ProgrammeRef { get; init; } = "";

    /// <summary>The version pinned at opening.</summary>
    public ProgrammeVersion? Programme { get; init; }

    /// <summary>IANA time zone of the place.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Where it is held.</summary>
    public string Place { get; init; } = "";

    /// <summary>Départements it is meant for; empty means everywhere.</summary>
    public ImmutableList<string> Territories { get; init; } = [];

    /// <summary>Seats.</summary>
    public int Capacity { get; init; }

    /// <summary>Start of the first half-day.</summary>
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>End of the last half-day.</summary>
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>One entry per training record that ever asked.</summary>
    public ImmutableDictionary<Guid, Entry> Entries { get; init; } = ImmutableDictionary<Guid, Entry>.Empty;

    /// <inheritdoc/>
    public static Cohort Initial { get; } = new();

    /// <summary>The earliest end of a live offer: what the sweeper looks for.</summary>
    public DateTimeOffset? NextDeadline => Entries.Values.Min(e => e.Standing == Standing.Offered ? e.Deadline : null);

    /// <summary>Whether a seat is free although somebody waits, as when all who wait have a time clash.</summary>
    public bool SeatIdle => Waiting().Any() && Occupied() < Capacity;

    /// <summary>R1: seats held and live offers.</summary>
    public int Occupied() => Entries.Values.Count(e => e.Standing is Standing.Seated or Standing.Offered);

    /// <summary>R3: who waits, in the order in which the stream took them.</summary>
    public IEnumerable<Entry> Waiting() => Entries.Values.Where(e => e.Standing == Standing.Waiting).OrderBy(e => e.Place);

    /// <inheritdoc/>
    public Cohort Evolve(object @event)
    {
        var next = this with { Version = Version + 1 };
        return @event switch
        {
            CohortPlanned e => next with
            {
                Status = CohortStatus.Draft,
                ProgrammeRef = e.ProgrammeRef,
                Zone = e.Zone,
                Place = e.Place,
                Territories = [.. e.Territories],
                Capacity = e.Capacity,
            },
            CohortOpened e => next with
            {
                Status = CohortStatus.Open,
                Programme = e.Programme,
                StartsAt = e.StartsAt,
                EndsAt = e.EndsAt,
            },
            SeatAssigned e => next.Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Seated)),
            RequestWaitlisted e => next.Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Waiting)),
            SeatRequestRefused e => next.Enter(
                (Entries.GetValueOrDefault(e.RecordId) ?? new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.None))
                with
                { RecordVersion = e.RecordVersion, Standing = Standing.Refused, Deadline = null }),
            RequestWithdrawn { Was: Standing.None } e =>
                next.Enter(new(e.RecordId, e.RecordVersion, Guid.Empty, next.Version, Standing.Left)),
            RequestWithdrawn e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, RecordVersion = e.RecordVersion }),
            SeatOffered e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Offered, Deadline = e.Deadline }),
            OfferAccepted e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Seated, Deadline = null }),
            OfferDeclined e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, Deadline = null }),
            OfferExpired e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, Deadline = null }),
            AssessmentRecorded e => next.Stand(e.RecordId, entry => entry with { Mark = e.Mark }),
            CohortClosed => next with { Status = CohortStatus.Closed },
            _ => next,
        };
    }

    private Cohort Enter(Entry entry) => this with { Entries = Entries.SetItem(entry.RecordId, entry) };

    private Cohort Stand(Guid record, Func<Entry, Entry> change) => this with { Entries = Entries.SetItem(record, change(Entries[record])) };
}

/// <summary>Where a cohort stands.</summary>
public enum CohortStatus
{
    /// <summary>There is no such cohort.</summary>
    Unknown,

    /// <summary>Planned; takes no requests yet.</summary>
    Draft,

    /// <summary>Takes requests.</summary>
    Open,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>Where a training record stands in a cohort.</summary>
public enum Standing
{
    /// <summary>Not in the ledger.</summary>
    None,

    /// <summary>Waits for a seat.</summary>
    Waiting,

    /// <summary>Has an offer until its deadline.</summary>
    Offered,

    /// <summary>Holds a seat.</summary>
    Seated,

    /// <summary>Withdrew, declined, or let the offer lapse.</summary>
    Left,

    /// <summary>Was not taken.</summary>
    Refused,
}

/// <summary>One line of the seat ledger.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version that was last heard of.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="Place">R3: the cohort's version at which the request was taken. Nothing done later moves it.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Deadline">End of a live offer.</param>
/// <param name="Mark">Assessment mark out of 20.</param>
public sealed record Entry(
    Guid RecordId, long RecordVersion, Guid LearnerId, long Place, Standing Standing,
    DateTimeOffset? Deadline = null, decimal? Mark = null);

/// <summary>Somebody ahead in the queue who was not offered the seat, and why.</summary>
public sealed record PassedOver(Guid RecordId, long Place, string Why);

/// <summary>Base of the events of a cohort.</summary>
public abstract record CohortEvent
{
    private protected CohortEvent() { }
}

/// <summary>A cohort was planned.</summary>
[StoredAs("cohort.planned.v1")]
public sealed record CohortPlanned(string ProgrammeRef, string Zone, string Place, IReadOnlyList<string> Territories, int Capacity) : CohortEvent;

/// <summary>The cohort takes requests; the programme's version is pinned.</summary>
[StoredAs("cohort.opened.v1")]
public sealed record CohortOpened(
    ProgrammeVersion Programme, IReadOnlyList<string> Territories, int Capacity, DateTimeOffset StartsAt, DateTimeOffset EndsAt) : CohortEvent;

/// <summary>A request got a seat at once.</summary>
[StoredAs("cohort.seat-assigned.v1")]
public sealed record SeatAssigned(Guid RecordId, long RecordVersion, Guid LearnerId) : CohortEvent, IAboutRecord;

/// <summary>No seat was free; the request waits.</summary>
[StoredAs("cohort.request-waitlisted.v1")]
public sealed record RequestWaitlisted(Guid RecordId, long RecordVersion, Guid LearnerId) : CohortEvent, IAboutRecord;

/// <summary>The cohort does not take the request.</summary>
[StoredAs("cohort.seat-request-refused.v1")]
public sealed record SeatRequestRefused(Guid RecordId, long RecordVersion, Guid LearnerId, string Reason) : CohortEvent, IAboutRecord;

/// <summary>The learner withdrew; <paramref name="Was"/> says what became free.</summary>
[StoredAs("cohort.request-withdrawn.v1")]
public sealed record RequestWithdrawn(Guid RecordId, long RecordVersion, Standing Was) : CohortEvent, IAboutRecord;

/// <summary>R10: a freed seat was offered; the event names who was ahead and why each was passed over.</summary>
[StoredAs("cohort.seat-offered.v1")]
public sealed record SeatOffered(
    Guid RecordId, long RecordVersion, DateTimeOffset Deadline, IReadOnlyList<PassedOver> PassedOver) : CohortEvent, IAboutRecord;

/// <summary>The offer became a seat.</summary>
[StoredAs("cohort.offer-accepted.v1")]
public sealed record OfferAccepted(Guid RecordId, long RecordVersion) : CohortEvent, IAboutRecord;

/// <summary>The offer was declined; the seat is free.</summary>
[StoredAs("cohort.offer-declined.v1")]
public sealed record OfferDeclined(Guid RecordId, long RecordVersion) : CohortEvent, IAboutRecord;

/// <summary>R7: nobody answered in time; the seat is free.</summary>
[StoredAs("cohort.offer-expired.v1")]
public sealed record OfferExpired(Guid RecordId, long RecordVersion, DateTimeOffset Deadline) : CohortEvent, IAboutRecord;

/// <summary>A seat holder was assessed. The last mark counts; earlier ones stay in the history.</summary>
[StoredAs("cohort.assessment-recorded.v1")]
public sealed record AssessmentRecorded(Guid RecordId, decimal Mark) : CohortEvent, IAboutRecord;

/// <summary>The cohort is over for one seat holder.</summary>
[StoredAs("cohort.training-finished.v1")]
public sealed record TrainingFinished(
    Guid RecordId, long RecordVersion, decimal? Mark, IReadOnlyList<Guid> SessionIds,
    DateOnly StartedOn, DateOnly EndedOn, ProgrammeVersion Programme) : CohortEvent, IAboutRecord;

/// <summary>The cohort is over.</summary>
[StoredAs("cohort.closed.v1")]
public sealed record CohortClosed : CohortEvent;

/// <summary>Keeps <see cref="Cohort"/> as a snapshot in the transaction that appends.</summary>
public partial class CohortSnapshot : SingleStreamProjection<Cohort, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public CohortSnapshot() => IncludeType<CohortEvent>();

    /// <inheritdoc/>
    public override Cohort Evolve(Cohort? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Cohort.Initial with { Id = id }).Evolve(e.Data);
    }
}

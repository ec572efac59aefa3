using System.Collections.Immutable;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
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

    /// <summary>The first half-day has begun.</summary>
    public bool HasStarted { get; init; }

    /// <summary>R27: when it is decided whether enough have come; null once decided, or before it opens.</summary>
    public DateTimeOffset? MinimumDueAt { get; init; }

    /// <summary>One entry per training record that ever asked, and one per group of seats that an organisation reserved.</summary>
    public ImmutableDictionary<Guid, Entry> Entries { get; init; } = ImmutableDictionary<Guid, Entry>.Empty;

    /// <inheritdoc/>
    public static Cohort Initial { get; } = new();

    /// <summary>The earliest end of a live offer or of reserved seats: what the sweeper looks for.</summary>
    public DateTimeOffset? NextDeadline => Entries.Values.Min(e => e.Standing is Standing.Offered or Standing.Reserved ? e.Deadline : null);

    /// <summary>Whether a seat is free although somebody waits, as when all who wait have a time clash.</summary>
    public bool SeatIdle => Waiting().Any() && Occupied() < Capacity;

    /// <summary>Open, and not begun, ended or cancelled.</summary>
    public static IReadOnlyList<CohortStatus> BeforeTheStart { get; } = [CohortStatus.Open, CohortStatus.Tentative, CohortStatus.Confirmed];

    /// <summary>Open, and not ended or cancelled.</summary>
    public static IReadOnlyList<CohortStatus> Live { get; } = [.. BeforeTheStart, CohortStatus.Running];

    /// <summary>Whether it may give seats: it is open, and has not begun, ended or been cancelled.</summary>
    public bool TakesRequests() => BeforeTheStart.Contains(Status);

    /// <summary>R1: seats held, live offers, and seats that are reserved and not yet named.</summary>
    public int Occupied() => Entries.Values.Where(e => e.Standing is Standing.Seated or Standing.Offered or Standing.Reserved).Sum(e => e.Seats);

    /// <summary>R27: who would come: seats held or reserved.</summary>
    public int Expected() => Entries.Values.Where(e => e.Standing is Standing.Seated or Standing.Reserved).Sum(e => e.Seats);

    /// <summary>R3, R4: who waits: by class, the displaced by the place that they had, then in the order in which the stream took them.</summary>
    public IEnumerable<Entry> Waiting() => Entries.Values.Where(e => e.Standing == Standing.Waiting)
        .OrderBy(e => e.Priority.Class).ThenBy(e => e.Priority.Rank ?? 0).ThenBy(e => e.Place);

    /// <summary>R28: whom the cancelled cohort owes a disposition.</summary>
    public IEnumerable<Entry> Displaced() => Entries.Values.Where(e => e.Standing == Standing.Displaced).OrderBy(e => e.Place);

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
                MinimumDueAt = e.StartsAt - DecideMinimum.Before,
            },
            SeatAssigned { ReservationId: { } group } e => next.Stand(group, entry => entry with { Seats = entry.Seats - 1 })
                .Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Seated)),
            SeatAssigned e => next.Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Seated)),
            CapacityOverridden e => next.Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Seated)),
            RequestWaitlisted e => next.Enter(new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.Waiting) { Priority = e.Priority ?? Priority.None }),
            ReservationWaitlisted e => next.Enter(Group(e.ReservationId, e.Organisation, e.Seats, next.Version, Standing.Waiting)),
            SeatsReserved e => next.PassOver(e.PassedOver).Enter(
                (Entries.GetValueOrDefault(e.ReservationId) ?? Group(e.ReservationId, e.Organisation, e.Seats, next.Version, Standing.None))
                with
                { Standing = Standing.Reserved, Deadline = e.NameBy }),
            ReservationEnded e => next.Stand(e.ReservationId, entry => entry with { Standing = Standing.Left, Deadline = null }),
            SeatRequestRefused e => next.Enter(
                (Entries.GetValueOrDefault(e.RecordId) ?? new(e.RecordId, e.RecordVersion, e.LearnerId, next.Version, Standing.None))
                with
                { RecordVersion = e.RecordVersion, Standing = Standing.Refused, Deadline = null }),
            RequestWithdrawn { Was: Standing.None } e =>
                next.Enter(new(e.RecordId, e.RecordVersion, Guid.Empty, next.Version, Standing.Left)),
            RequestWithdrawn e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, RecordVersion = e.RecordVersion }),
            SeatOffered e => next.PassOver(e.PassedOver).Stand(e.RecordId, entry => entry with { Standing = Standing.Offered, Deadline = e.Deadline }),
            OfferAccepted e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Seated, Deadline = null }),
            OfferDeclined e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, Deadline = null }),
            OfferExpired e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, Deadline = null }),
            AssessmentRecorded e => next.Stand(e.RecordId, entry => entry with { Mark = e.Mark }),
            LearnerAbsent e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left }),
            CapacityChanged e => next with { Capacity = e.To },
            MinimumDecided e => next with
            {
                Status = e.Result == MinimumResult.Confirm ? CohortStatus.Confirmed : CohortStatus.Tentative,
                MinimumDueAt = e.Until,
            },
            CohortStarted => next with { Status = CohortStatus.Running, HasStarted = true, MinimumDueAt = null },
            CohortCancelled => next with { Status = CohortStatus.Cancelled, MinimumDueAt = null },
            SeatLost e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Displaced, Deadline = null }),
            DispositionRecorded e => next.Stand(e.RecordId, entry => entry with { Standing = Standing.Left, Disposition = e.Disposition }),
            CohortClosed => next with { Status = CohortStatus.Closed },
            _ => next,
        };
    }

    private static Entry Group(Guid id, string organisation, int seats, long place, Standing standing) =>
        new(id, 0, Guid.Empty, place, standing) { Seats = seats, Organisation = organisation };

    private Cohort PassOver(IReadOnlyList<PassedOver> passedOver) =>
        passedOver.Aggregate(this, (s, p) => s.Stand(p.RecordId, e => e with { Passes = e.Passes + 1 }));

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

    /// <summary>Takes requests; it is not decided yet whether enough have come (R27).</summary>
    Open,

    /// <summary>Takes requests; too few had come when it was decided (R27).</summary>
    Tentative,

    /// <summary>Takes requests, and will be held.</summary>
    Confirmed,

    /// <summary>The first half-day has begun.</summary>
    Running,

    /// <summary>Over.</summary>
    Closed,

    /// <summary>Will not be held, or not to its end (R28).</summary>
    Cancelled,
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

    /// <summary>A group of seats that an organisation holds and has not named yet (R22b).</summary>
    Reserved,

    /// <summary>Lost the seat, the offer or the place by the cohort's cancellation; what becomes of it is not known yet (R28).</summary>
    Displaced,

    /// <summary>Withdrew, declined, let the offer lapse, did not appear, or went on from a cancelled cohort.</summary>
    Left,

    /// <summary>Was not taken.</summary>
    Refused,
}

/// <summary>R4 (policy): the classes that come before the order of the stream, the first first.</summary>
public enum PriorityClass
{
    /// <summary>Lost the seat or the place in a cohort that was cancelled.</summary>
    Displaced,

    /// <summary>Sent by a local support scheme (DLA).</summary>
    Referred,

    /// <summary>Belongs to a territory that the cohort is meant for.</summary>
    Territory,

    /// <summary>Nobody in particular.</summary>
    None,
}

/// <summary>R4: a class and where it comes from, recorded at entry.</summary>
/// <param name="Class">The class.</param>
/// <param name="Source">What it rests on: the cancelled cohort, the scheme, the département. No personal data.</param>
/// <param name="Rank">Among the displaced: the place that they had, lower first; null elsewhere.</param>
public sealed record Priority(PriorityClass Class, string Source, long? Rank = null)
{
    /// <summary>No class.</summary>
    public static Priority None { get; } = new(PriorityClass.None, "");
}

/// <summary>One line of the seat ledger: a training record, or a group of seats.</summary>
/// <param name="RecordId">The training record, or the reservation.</param>
/// <param name="RecordVersion">The record's version that was last heard of.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="Place">R3: the cohort's version at which the request was taken. Nothing done later moves it.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Deadline">End of a live offer.</param>
/// <param name="Mark">Assessment mark out of 20.</param>
public sealed record Entry(
    Guid RecordId, long RecordVersion, Guid LearnerId, long Place, Standing Standing,
    DateTimeOffset? Deadline = null, decimal? Mark = null)
{
    /// <summary>R4: the class that it entered with.</summary>
    public Priority Priority { get; init; } = Priority.None;

    /// <summary>1, or of a group how many seats it waits for or has not named yet.</summary>
    public int Seats { get; init; } = 1;

    /// <summary>Of a group: the organisation that reserved it; otherwise null.</summary>
    public string? Organisation { get; init; }

    /// <summary>How often it was passed over (R10, R11).</summary>
    public int Passes { get; init; }

    /// <summary>R28: what became of it after the cohort was cancelled.</summary>
    public Disposition? Disposition { get; init; }
}

/// <summary>R28: what becomes of whoever was in a cancelled cohort.</summary>
public enum Disposition
{
    /// <summary>Asks for a seat in another cohort.</summary>
    Moved,

    /// <summary>No other cohort is open; the record asks the next that opens, ahead of others.</summary>
    Waits,

    /// <summary>The record had ended, or had left this cohort already.</summary>
    Closed,
}

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
public sealed record SeatAssigned(Guid RecordId, long RecordVersion, Guid LearnerId) : CohortEvent, IAboutRecord
{
    /// <summary>R22b: the reserved seats of which this is one; null where it is none of those.</summary>
    public Guid? ReservationId { get; init; }
}

/// <summary>R1: a person with a reason gave this record a seat beyond the capacity.</summary>
[StoredAs("cohort.capacity-overridden.v1")]
public sealed record CapacityOverridden(Guid RecordId, long RecordVersion, Guid LearnerId, OverrideReason Reason) : CohortEvent, IAboutRecord;

/// <summary>No seat was free; the request waits.</summary>
[StoredAs("cohort.request-waitlisted.v1")]
public sealed record RequestWaitlisted(Guid RecordId, long RecordVersion, Guid LearnerId) : CohortEvent, IAboutRecord
{
    /// <summary>R4: the class that sorts before the order of the stream; null where there is none.</summary>
    public Priority? Priority { get; init; }
}

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

/// <summary>R22b: seats are held for an organisation, which names the learners until <paramref name="NameBy"/>; the event names who was ahead.</summary>
[StoredAs("cohort.seats-reserved.v1")]
public sealed record SeatsReserved(
    Guid ReservationId, string Organisation, int Seats, DateTimeOffset NameBy, IReadOnlyList<PassedOver> PassedOver) : CohortEvent;

/// <summary>R11: so many seats were not free together; the group waits for all of them.</summary>
[StoredAs("cohort.reservation-waitlisted.v1")]
public sealed record ReservationWaitlisted(Guid ReservationId, string Organisation, int Seats) : CohortEvent;

/// <summary>R22b: these reserved seats were not named and are free, or the group no longer waits.</summary>
[StoredAs("cohort.reservation-ended.v1")]
public sealed record ReservationEnded(Guid ReservationId, int Seats, ReservationEnd Why) : CohortEvent;

/// <summary>R11: a group was passed over so often that a coordinator should look at it.</summary>
[StoredAs("cohort.group-needs-coordinator.v1")]
public sealed record GroupNeedsCoordinator(Guid ReservationId, int Passes) : CohortEvent;

/// <summary>R12: the number of seats changed.</summary>
[StoredAs("cohort.capacity-changed.v1")]
public sealed record CapacityChanged(int From, int To) : CohortEvent;

/// <summary>R27: decided once, with the count that was used; an extension is decided again at <paramref name="Until"/>.</summary>
[StoredAs("cohort.minimum-decided.v1")]
public sealed record MinimumDecided(MinimumResult Result, int Expected, int Minimum, DateTimeOffset? Until) : CohortEvent;

/// <summary>The first half-day began.</summary>
[StoredAs("cohort.started.v1")]
public sealed record CohortStarted : CohortEvent;

/// <summary>R28: it will not be held, or, after it began, not to its end. One <see cref="SeatLost"/> follows for each that was in it.</summary>
[StoredAs("cohort.cancelled.v1")]
public sealed record CohortCancelled(CancellationReason Reason, bool Interrupted) : CohortEvent;

/// <summary>R28: a record lost its seat, its offer or its place because the cohort was cancelled.</summary>
[StoredAs("cohort.seat-lost.v1")]
public sealed record SeatLost(Guid RecordId, long RecordVersion, Standing Was, long Rank) : CohortEvent, IAboutRecord;

/// <summary>R28: what became of a record that was in the cancelled cohort.</summary>
[StoredAs("cohort.disposition-recorded.v1")]
public sealed record DispositionRecorded(Guid RecordId, Disposition Disposition, Guid? CohortId) : CohortEvent, IAboutRecord;

/// <summary>R20: the learner was in none of these sealed half-days, the first that were held; the seat is given up.</summary>
[StoredAs("cohort.learner-absent.v1")]
public sealed record LearnerAbsent(Guid RecordId, long RecordVersion, IReadOnlyList<Guid> SessionIds) : CohortEvent, IAboutRecord;

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

    /// <summary>Adds it, and what the sweepers find the few cohorts by that something is due for, among all that ever were.</summary>
    public static void Keep(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Projections.Add<CohortSnapshot>(ProjectionLifecycle.Inline);
        options.Schema.For<Cohort>().Index(c => c.Status)
            .Index([c => c.Status, c => c.StartsAt]).Index([c => c.Status, c => c.MinimumDueAt!]).Index([c => c.Status, c => c.NextDeadline!])
            .Index([c => c.SeatIdle, c => c.StartsAt]).Index([c => c.Status, c => c.EndsAt]);
    }

    /// <inheritdoc/>
    public override Cohort Evolve(Cohort? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Cohort.Initial with { Id = id }).Evolve(e.Data);
    }
}

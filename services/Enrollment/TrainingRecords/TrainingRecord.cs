using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>
/// One training of one learner, from the application to its end. One stream per (learner, programme, cycle), so there
/// is at most one live record for the three (R14). The cohort is a fact in it, not part of its identity.
/// </summary>
public sealed record TrainingRecord : IStreamState<TrainingRecord>
{
    /// <summary>The record's id.</summary>
    public Guid Id { get; init; }

    /// <summary>How many events made this state.</summary>
    public long Version { get; init; }

    /// <summary>Where it stands.</summary>
    public RecordStatus Status { get; init; }

    /// <summary>What was applied for; null before.</summary>
    public Application? Application { get; init; }

    /// <summary>The seat that is asked for, offered or held; null where none is.</summary>
    public Seat? Seat { get; init; }

    /// <summary>R18: the seat in another cohort that is asked for while this one is kept; null where none is.</summary>
    public Transfer? Transfer { get; init; }

    /// <summary>R4, R28: the class that comes before others, kept until a seat is had; null where there is none.</summary>
    public Priority? Priority { get; init; }

    /// <summary>R10: each time that somebody behind was offered a seat, by the cohort's version, and why.</summary>
    public ImmutableSortedDictionary<long, string> Passes { get; init; } = ImmutableSortedDictionary<long, string>.Empty;

    /// <summary>R21: when the training agreement was signed, its real date; null before.</summary>
    public DateTimeOffset? AgreementSignedAt { get; init; }

    /// <summary>Minutes attended by half-day. Kept whatever happens later (R19).</summary>
    public ImmutableDictionary<Guid, int> Attended { get; init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>R32: the version of the half-day at its last correction, by half-day.</summary>
    public ImmutableDictionary<Guid, long> Corrected { get; init; } = ImmutableDictionary<Guid, long>.Empty;

    /// <summary>The certificate, once completed.</summary>
    public Guid? CertificateId { get; init; }

    /// <summary>R40: what was decided last about each certificate of the record after it was issued.</summary>
    public ImmutableDictionary<Guid, CertificateChanged> CertificateChanges { get; init; } = ImmutableDictionary<Guid, CertificateChanged>.Empty;

    /// <summary>R47: the record that stays in its place, where it was closed for that; null otherwise.</summary>
    public Guid? DuplicateOf { get; init; }

    /// <summary>R47: the records that were closed for this one, each with the minutes attended there. They do not count here.</summary>
    public ImmutableDictionary<Guid, int> Duplicates { get; init; } = ImmutableDictionary<Guid, int>.Empty;

    /// <summary>Why it is ineligible or was not completed.</summary>
    public ImmutableList<string> Reasons { get; init; } = [];

    /// <inheritdoc/>
    public static TrainingRecord Initial { get; } = new();

    /// <inheritdoc/>
    public static Guid? RecordOf(Guid stream, object @event) => stream;

    /// <inheritdoc/>
    public static string? PartnerOf(TrainingRecord state) => state?.Application?.Partner;

    /// <summary>The stream of this learner, programme and cycle.</summary>
    public static Guid IdFor(Guid learner, string programme, int cycle) =>
        NameBased.Id("training-record", learner.ToString(), programme, cycle.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Whether nothing more can be asked of it.</summary>
    public bool Ended() => Status is RecordStatus.Ineligible or RecordStatus.Withdrawn or RecordStatus.Completed or RecordStatus.NotCompleted
        or RecordStatus.NoShow or RecordStatus.Duplicate;

    /// <summary>R40: the certificate that nothing has superseded; null before the first.</summary>
    public Guid? LastCertificate()
    {
        var last = CertificateId;
        while (last is { } id && CertificateChanges.GetValueOrDefault(id)?.SuccessorId is { } successor)
            last = successor;
        return last;
    }

    /// <summary>Whether it takes a seat of its cohort, or may take one any moment.</summary>
    public bool TakesSeat => Status is RecordStatus.AwaitingSeat or RecordStatus.SeatOffered or RecordStatus.Confirmed or RecordStatus.InProgress;

    /// <summary>Whether a message answers the request that is open now; anything else is late and changes nothing.</summary>
    public bool Awaits(Guid cohort, long requestVersion) =>
        !Ended() && Seat is { } seat && seat.CohortId == cohort && seat.RequestVersion == requestVersion;

    /// <inheritdoc/>
    public TrainingRecord Evolve(object @event)
    {
        var next = this with { Version = Version + 1 };
        return @event switch
        {
            ApplicationSubmitted e => next with { Status = RecordStatus.Submitted, Application = e.Application },
            EligibilityDecided { Eligible: false } e => next with { Status = RecordStatus.Ineligible, Reasons = [.. e.Reasons] },
            // Decided again at an offer it moves nobody (R17).
            EligibilityDecided => Status == RecordStatus.Submitted ? next with { Status = RecordStatus.Approved } : next,
            SeatRequested e => next with
            {
                Status = RecordStatus.AwaitingSeat,
                Seat = new(e.CohortId, next.Version) { Priority = e.Priority, AgreementRequired = e.AgreementRequired },
                Passes = Passes.Clear(),
            },
            PlacedOnWaitlist e => next with { Status = RecordStatus.Waitlisted, Seat = Seat! with { Place = e.Place } },
            SeatRefused => next with { Status = RecordStatus.Approved, Seat = null },
            SeatOffered e => next with { Status = RecordStatus.SeatOffered, Seat = Seat! with { OfferEnds = e.Deadline } },
            OfferAccepted => next with { Seat = Seat! with { Accepted = true } },
            PassedOver e => next with { Passes = Passes.SetItem(e.CohortVersion, e.Why) },
            // Attendance may overtake the word of the seat, or come along from a cohort that was left.
            SeatConfirmed e => (next with
            {
                Status = RecordStatus.Confirmed,
                Seat = Seat! with { OfferEnds = null, Confirmed = true, GivenAt = e.CohortVersion },
                Priority = null,
            }).Begun(Seat.CohortId),
            TransferRequested e => next with { Transfer = new(e.To, next.Version, e.AgreementRequired) },
            TransferRefused or TransferAbandoned => next with { Transfer = null },
            Transferred e => next with
            {
                Status = RecordStatus.AwaitingSeat,
                Seat = new(e.To, Transfer!.RequestVersion) { AgreementRequired = Transfer.AgreementRequired },
                Transfer = null,
            },
            AttendanceCorrected e => next with
            {
                Attended = Attended.SetItem(e.SessionId, e.AttendedMinutes),
                Corrected = Corrected.SetItem(e.SessionId, e.SessionVersion),
            },
            Displaced e => (next with { Priority = new(PriorityClass.Displaced, e.CohortId.ToString(), e.Rank) }) switch
            {
                { Transfer: { } t } lost when t.CohortId == e.NextCohortId => lost with
                {
                    Status = RecordStatus.AwaitingSeat,
                    Seat = new(t.CohortId, t.RequestVersion) { AgreementRequired = t.AgreementRequired },
                    Transfer = null,
                },
                var lost => lost with { Status = RecordStatus.Approved, Seat = null },
            },
            AttendanceRecorded e => (next with { Attended = Attended.SetItem(e.SessionId, e.AttendedMinutes) }).Begun(e.CohortId),
            AgreementSigned e => (next with { AgreementSignedAt = e.SignedAt }).Begun(Seat?.CohortId),
            SeatGivenUp => next with { Seat = Seat! with { OfferEnds = null } },
            NoShow => next with { Status = RecordStatus.NoShow },
            ClosedAsDuplicate e => next with { Status = RecordStatus.Duplicate, DuplicateOf = e.DuplicateOf },
            DuplicateNoted e => next with { Duplicates = Duplicates.SetItem(e.DuplicateId, e.AttendedMinutes) },
            LearnerWithdrew or OfferDeclined or OfferExpired => next with { Status = RecordStatus.Withdrawn },
            TrainingCompleted e => next with { Status = RecordStatus.Completed, CertificateId = e.CertificateId, Reasons = [] },
            TrainingNotCompleted e => next with { Status = RecordStatus.NotCompleted, Reasons = [.. e.Reasons] },
            CertificateChanged e => next with { CertificateChanges = CertificateChanges.SetItem(e.CertificateId, e) },
            _ => next,
        };
    }

    // R21: not while an agreement that is asked for is unsigned. What was sealed in a cohort that was left counts as hours only.
    private TrainingRecord Begun(Guid? cohort) =>
        Ended() || Attended.IsEmpty || Seat is null || (cohort ?? Seat.CohortId) != Seat.CohortId || (Seat.AgreementRequired && AgreementSignedAt is null)
            ? this
            : this with { Status = RecordStatus.InProgress };
}

/// <summary>Where a training record stands.</summary>
public enum RecordStatus
{
    /// <summary>There is no such record.</summary>
    Unknown,

    /// <summary>Received.</summary>
    Submitted,

    /// <summary>Not eligible; ended.</summary>
    Ineligible,

    /// <summary>Eligible, and no cohort was open or took the request yet.</summary>
    Approved,

    /// <summary>A seat was asked for; the cohort has not answered yet.</summary>
    AwaitingSeat,

    /// <summary>Waits in the cohort's queue.</summary>
    Waitlisted,

    /// <summary>A seat is offered.</summary>
    SeatOffered,

    /// <summary>Holds a seat.</summary>
    Confirmed,

    /// <summary>A half-day was sealed with this learner on the roster.</summary>
    InProgress,

    /// <summary>Completed and certified; ended.</summary>
    Completed,

    /// <summary>The criteria were not met; ended.</summary>
    NotCompleted,

    /// <summary>Withdrew, declined, or let an offer lapse; ended.</summary>
    Withdrawn,

    /// <summary>Was in none of the first half-days; ended (R20).</summary>
    NoShow,

    /// <summary>Another record is of the same person and programme, and stays; ended (R47).</summary>
    Duplicate,
}

/// <summary>What was applied for. Holds no personal data in clear.</summary>
/// <param name="LearnerId">The learner.</param>
/// <param name="SealedName">"First Last" under the learner's key.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="Cycle">1 for the first time, 2 for the next (R15).</param>
/// <param name="Partner">The partner that sent it.</param>
/// <param name="Ref">The partner's own reference.</param>
/// <param name="OrganisationRef">The organisation that the learner works or volunteers for.</param>
/// <param name="Territory">Its département.</param>
/// <param name="Role">employee, volunteer or director.</param>
/// <param name="AppliedOn">The date on the application.</param>
public sealed record Application(
    Guid LearnerId, Sealed SealedName, string Programme, int Cycle, string Partner, string Ref, string OrganisationRef,
    string Territory, string Role, DateOnly AppliedOn)
{
    /// <summary>R4: the local support scheme (DLA) that sent the learner; null where none did.</summary>
    public string? ReferredBy { get; init; }
}

/// <summary>R4 (policy): the classes that come before the order of requests, the first first.</summary>
public enum PriorityClass
{
    /// <summary>Lost the seat or the place in a cohort that was cancelled.</summary>
    Displaced,

    /// <summary>Sent by a local support scheme (DLA).</summary>
    Referred,

    /// <summary>Belongs to a territory that the cohort is meant for.</summary>
    Territory,
}

/// <summary>R4: a class and where it comes from.</summary>
/// <param name="Class">The class.</param>
/// <param name="Source">What it rests on: the cancelled cohort, the scheme, the département. No personal data.</param>
/// <param name="Rank">Among the displaced: the place that they had, lower first; null elsewhere.</param>
public sealed record Priority(PriorityClass Class, string Source, long? Rank = null);

/// <summary>R18: a seat that is asked for in another cohort.</summary>
/// <param name="CohortId">The other cohort.</param>
/// <param name="RequestVersion">The record's version at which it was asked for.</param>
/// <param name="AgreementRequired">Whether that cohort asks for a signed agreement.</param>
public sealed record Transfer(Guid CohortId, long RequestVersion, bool AgreementRequired);

/// <summary>A seat in a cohort: asked for, waited for, offered or held.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The record's version at which it was asked for.</param>
/// <param name="Place">R3: the cohort's version at which the request was taken, while it waits; lower comes first.</param>
/// <param name="OfferEnds">End of a live offer.</param>
/// <param name="Accepted">The learner said yes to the offer.</param>
/// <param name="Confirmed">The cohort said that it is theirs.</param>
public sealed record Seat(
    Guid CohortId, long RequestVersion, long? Place = null, DateTimeOffset? OfferEnds = null, bool Accepted = false, bool Confirmed = false)
{
    /// <summary>R4: the class in which it waits; null where there is none.</summary>
    public Priority? Priority { get; init; }

    /// <summary>R21: whether a signed agreement is asked for.</summary>
    public bool AgreementRequired { get; init; }

    /// <summary>R47: the cohort's version at which the seat was given; null before, and in events of earlier versions.</summary>
    public long? GivenAt { get; init; }
}

/// <summary>Base of the events of a training record.</summary>
public abstract record TrainingRecordEvent
{
    private protected TrainingRecordEvent() { }
}

/// <summary>An application arrived.</summary>
[StoredAs("training-record.application-submitted.v1")]
public sealed record ApplicationSubmitted(Application Application) : TrainingRecordEvent;

/// <summary>R17: decided by this version of the rule, on these facts.</summary>
[StoredAs("training-record.eligibility-decided.v1")]
public sealed record EligibilityDecided(
    int RuleVersion, EligibilityFacts Facts, bool Eligible, IReadOnlyList<string> Reasons) : TrainingRecordEvent;

/// <summary>A seat was asked for; the cohorts that were considered are named, with why they were not chosen.</summary>
[StoredAs("training-record.seat-requested.v1")]
public sealed record SeatRequested(Guid CohortId, Guid LearnerId, IReadOnlyList<Considered> Considered) : TrainingRecordEvent
{
    /// <summary>R4: the class in which it waits if it has to; null where there is none.</summary>
    public Priority? Priority { get; init; }

    /// <summary>R22b: the reserved seats of which it takes one; null where it takes a free one.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>R21: whether the cohort asks for a signed agreement.</summary>
    public bool AgreementRequired { get; init; }
}

/// <summary>R10: somebody behind in the queue was offered a seat; why this record could not be.</summary>
[StoredAs("training-record.passed-over.v1")]
public sealed record PassedOver(Guid CohortId, long CohortVersion, string Why) : TrainingRecordEvent;

/// <summary>R17: the seat that was offered is given back, because the learner is not eligible any more.</summary>
[StoredAs("training-record.seat-given-up.v1")]
public sealed record SeatGivenUp(Guid CohortId) : TrainingRecordEvent;

/// <summary>R18: a seat in another cohort is asked for; what the record has in its own is kept until there is one.</summary>
[StoredAs("training-record.transfer-requested.v1")]
public sealed record TransferRequested(Guid To, Guid LearnerId, bool AgreementRequired) : TrainingRecordEvent
{
    /// <summary>Whether a place in the other cohort's queue will do.</summary>
    public bool Queue { get; init; }
}

/// <summary>R18: the other cohort has no seat; nothing changes in this one.</summary>
[StoredAs("training-record.transfer-refused.v1")]
public sealed record TransferRefused(Guid To, string Reason) : TrainingRecordEvent;

/// <summary>R18: the other cohort has a seat or, if wanted, a place for it; that in the first, if there still is one, is left.</summary>
[StoredAs("training-record.transferred.v1")]
public sealed record Transferred(Guid? From, Guid To) : TrainingRecordEvent;

/// <summary>R18: the record had ended before the other cohort answered, or that one was cancelled; the seat there is given back.</summary>
[StoredAs("training-record.transfer-abandoned.v1")]
public sealed record TransferAbandoned(Guid To) : TrainingRecordEvent;

/// <summary>R28: the cohort was cancelled; what becomes of the record. A move is followed by its request.</summary>
[StoredAs("training-record.displaced.v1")]
public sealed record Displaced(Guid CohortId, Disposition Disposition, Guid? NextCohortId, long Rank) : TrainingRecordEvent;

/// <summary>R21: the training agreement was signed, at this real date.</summary>
[StoredAs("training-record.agreement-signed.v1")]
public sealed record AgreementSigned(DateTimeOffset SignedAt, string Document) : TrainingRecordEvent;

/// <summary>R20: the learner was in none of the first half-days.</summary>
[StoredAs("training-record.no-show.v1")]
public sealed record NoShow(Guid CohortId) : TrainingRecordEvent;

/// <summary>R28: what becomes of a record whose cohort was cancelled.</summary>
public enum Disposition
{
    /// <summary>It asks for a seat in another cohort.</summary>
    Moved,

    /// <summary>No other cohort is open; it asks the next that opens, ahead of others.</summary>
    Waits,
}

/// <summary>The cohort was full.</summary>
[StoredAs("training-record.placed-on-waitlist.v1")]
public sealed record PlacedOnWaitlist(Guid CohortId, long Place) : TrainingRecordEvent;

/// <summary>The cohort did not take the request.</summary>
[StoredAs("training-record.seat-refused.v1")]
public sealed record SeatRefused(Guid CohortId, string Reason) : TrainingRecordEvent;

/// <summary>A freed seat was offered.</summary>
[StoredAs("training-record.seat-offered.v1")]
public sealed record SeatOffered(Guid CohortId, DateTimeOffset Deadline) : TrainingRecordEvent;

/// <summary>The learner said yes.</summary>
[StoredAs("training-record.offer-accepted.v1")]
public sealed record OfferAccepted(Guid CohortId) : TrainingRecordEvent;

/// <summary>The learner said no.</summary>
[StoredAs("training-record.offer-declined.v1")]
public sealed record OfferDeclined(Guid CohortId) : TrainingRecordEvent;

/// <summary>Nobody answered in time.</summary>
[StoredAs("training-record.offer-expired.v1")]
public sealed record OfferExpired(Guid CohortId) : TrainingRecordEvent;

/// <summary>The cohort confirmed the seat.</summary>
[StoredAs("training-record.seat-confirmed.v1")]
public sealed record SeatConfirmed(Guid CohortId, Application Application) : TrainingRecordEvent
{
    /// <summary>R18: the half-days that are sealed for this record already, as in a cohort that it left; null where there are none.</summary>
    public IReadOnlyList<Guid>? EarlierSessionIds { get; init; }

    /// <summary>R47: the cohort's version at which the seat was given; null in events of earlier versions.</summary>
    public long? CohortVersion { get; init; }
}

/// <summary>A half-day was sealed. Its local date is not in events of earlier versions.</summary>
[StoredAs("training-record.attendance-recorded.v1")]
public sealed record AttendanceRecorded(Guid SessionId, int DeliveredMinutes, int AttendedMinutes, DateOnly? On = null) : TrainingRecordEvent
{
    /// <summary>The cohort whose half-day it was; null in events of earlier versions.</summary>
    public Guid? CohortId { get; init; }
}

/// <summary>R32: what was attended of a sealed half-day was corrected. Cohort and local date are not in events of earlier versions.</summary>
[StoredAs("training-record.attendance-corrected.v1")]
public sealed record AttendanceCorrected(
    Guid SessionId, long SessionVersion, int DeliveredMinutes, int AttendedMinutes, Guid? CohortId = null, DateOnly? On = null) : TrainingRecordEvent;

/// <summary>The learner withdrew.</summary>
[StoredAs("training-record.learner-withdrew.v1")]
public sealed record LearnerWithdrew(Guid? CohortId, WithdrawalReason Reason) : TrainingRecordEvent;

/// <summary>The criteria were met.</summary>
[StoredAs("training-record.completed.v1")]
public sealed record TrainingCompleted(Guid CertificateId, int AttendedMinutes) : TrainingRecordEvent;

/// <summary>R40: somebody decided about its certificate after it was issued.</summary>
/// <param name="CertificateId">The certificate.</param>
/// <param name="CertificateVersion">Its version after that.</param>
/// <param name="Standing">What it is now.</param>
/// <param name="Reason">Why, as a word in kebab-case.</param>
/// <param name="EffectiveOn">From which day on, UTC.</param>
/// <param name="SuccessorId">The certificate that has taken its place, or null.</param>
[StoredAs("training-record.certificate-changed.v1")]
public sealed record CertificateChanged(
    Guid CertificateId, long CertificateVersion, CertificateStanding Standing, string Reason, DateOnly EffectiveOn, Guid? SuccessorId) : TrainingRecordEvent;

/// <summary>The criteria were not met.</summary>
[StoredAs("training-record.not-completed.v1")]
public sealed record TrainingNotCompleted(int AttendedMinutes, IReadOnlyList<string> Reasons) : TrainingRecordEvent;

/// <summary>R47: its learner turned out to be somebody who has another record in the programme, which stays. The cohort is left.</summary>
[StoredAs("training-record.closed-as-duplicate.v1")]
public sealed record ClosedAsDuplicate(Guid? CohortId, Guid DuplicateOf) : TrainingRecordEvent;

/// <summary>R47: another record was closed for this one; so many minutes were attended there, and stay there.</summary>
[StoredAs("training-record.duplicate-noted.v1")]
public sealed record DuplicateNoted(Guid DuplicateId, int AttendedMinutes) : TrainingRecordEvent;

/// <summary>Why a learner withdrew. A code, so that nobody writes personal data here.</summary>
public enum WithdrawalReason
{
    /// <summary>The learner's own decision.</summary>
    Learner,

    /// <summary>The organisation's decision.</summary>
    Organisation,

    /// <summary>Dates no longer suit.</summary>
    Dates,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Keeps <see cref="TrainingRecord"/> as a snapshot, so that lists and counts need no replay.</summary>
public partial class TrainingRecordSnapshot : SingleStreamProjection<TrainingRecord, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public TrainingRecordSnapshot() => IncludeType<TrainingRecordEvent>();

    /// <inheritdoc/>
    public override TrainingRecord Evolve(TrainingRecord? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? TrainingRecord.Initial with { Id = id }).Evolve(e.Data);
    }
}

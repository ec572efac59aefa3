using MassTransit;

// Every contract about a training record carries its id and a version of it: in messages of Enrollment the one after the
// event, in those of Scheduling that of the request which is answered, in those of Certification that of the seat's
// confirmation.
namespace Tremplin.Contracts.Enrollment.V1;

/// <summary>An eligible applicant asks for a seat in a cohort.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the request.</param>
/// <param name="CohortId">The cohort asked for.</param>
/// <param name="LearnerId">The learner, by id: Scheduling knows no names.</param>
[MessageUrn("urn:tremplin:enrollment:seat-requested:v1", useDefaultPrefix: false), EntityName("enrollment.seat-requested.v1")]
public sealed record SeatRequested(Guid RecordId, long RecordVersion, Guid CohortId, Guid LearnerId)
{
    /// <summary>The class in which the request waits if it has to; null where there is none.</summary>
    public SeatPriority? Priority { get; init; }

    /// <summary>What the class rests on: the cancelled cohort, the scheme, the département. No personal data; null where there is no class.</summary>
    public string? PrioritySource { get; init; }

    /// <summary>Among the displaced: the place that they had, lower first; null elsewhere.</summary>
    public long? PriorityRank { get; init; }

    /// <summary>The reserved seats of which it takes one; null where it takes a free one.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>A free seat or nothing: the record holds a seat elsewhere and would change.</summary>
    public bool OnlyIfFree { get; init; }
}

/// <summary>The classes that come before the order of requests, the first first.</summary>
public enum SeatPriority
{
    /// <summary>Lost the seat or the place in a cohort that was cancelled.</summary>
    Displaced,

    /// <summary>Sent by a local support scheme.</summary>
    Referred,

    /// <summary>Belongs to a territory that the cohort is meant for.</summary>
    Territory,
}

/// <summary>What became of a record whose cohort was cancelled; exactly one for each.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the event.</param>
/// <param name="CohortId">The cancelled cohort.</param>
/// <param name="Disposition">What became of the record.</param>
/// <param name="NextCohortId">The cohort that it asks now, or null.</param>
[MessageUrn("urn:tremplin:enrollment:displacement-settled:v1", useDefaultPrefix: false), EntityName("enrollment.displacement-settled.v1")]
public sealed record DisplacementSettled(Guid RecordId, long RecordVersion, Guid CohortId, Disposition Disposition, Guid? NextCohortId);

/// <summary>What can become of a record whose cohort was cancelled.</summary>
public enum Disposition
{
    /// <summary>It asks for a seat in another cohort.</summary>
    Moved,

    /// <summary>No other cohort is open; it asks the next that opens, ahead of others.</summary>
    Waits,

    /// <summary>It had ended, or had left the cohort already.</summary>
    Closed,
}

/// <summary>The learner takes the seat that was offered.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="CohortId">The cohort whose offer is answered.</param>
/// <param name="AcceptedAt">When the learner said yes, UTC: in time is in time, however long the message takes.</param>
[MessageUrn("urn:tremplin:enrollment:offer-accepted:v1", useDefaultPrefix: false), EntityName("enrollment.offer-accepted.v1")]
public sealed record OfferAccepted(Guid RecordId, long RecordVersion, Guid CohortId, DateTimeOffset AcceptedAt);

/// <summary>The learner does not take the seat that was offered.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="CohortId">The cohort whose offer is answered.</param>
[MessageUrn("urn:tremplin:enrollment:offer-declined:v1", useDefaultPrefix: false), EntityName("enrollment.offer-declined.v1")]
public sealed record OfferDeclined(Guid RecordId, long RecordVersion, Guid CohortId);

/// <summary>The learner withdrew; the seat, the offer or the place in the queue is free.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the withdrawal.</param>
/// <param name="CohortId">The cohort that is left.</param>
[MessageUrn("urn:tremplin:enrollment:learner-withdrew:v1", useDefaultPrefix: false), EntityName("enrollment.learner-withdrew.v1")]
public sealed record LearnerWithdrew(Guid RecordId, long RecordVersion, Guid CohortId)
{
    /// <summary>It was closed, for its learner has another record in the programme: it leads to no certificate any more.</summary>
    public bool Duplicate { get; init; }
}

/// <summary>The learner holds a seat: what Certification needs to know of the person.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the confirmation.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="SealedName">The learner's name, sealed under the learner's key (AES-256-GCM, base64).</param>
/// <param name="OrganisationRef">The organisation that the learner works or volunteers for.</param>
/// <param name="Partner">The partner that sent the application.</param>
[MessageUrn("urn:tremplin:enrollment:seat-confirmed:v1", useDefaultPrefix: false), EntityName("enrollment.seat-confirmed.v1")]
public sealed record SeatConfirmed(
    Guid RecordId, long RecordVersion, Guid CohortId, Guid LearnerId, string SealedName, string OrganisationRef, string Partner)
{
    /// <summary>The half-days that the learner did before, in a cohort that was left: they count too.</summary>
    public IReadOnlyList<Guid> EarlierSessionIds { get; init; } = [];
}

/// <summary>Why a learner was erased.</summary>
public enum ErasureReason
{
    /// <summary>The learner asked for it.</summary>
    OnRequest,

    /// <summary>The time is over for which it may be kept.</summary>
    RetentionEnded,

    /// <summary>It should never have been kept.</summary>
    Mistake,
}

/// <summary>A learner was erased: nobody opens any more what is sealed for the learner.</summary>
/// <param name="LearnerId">The learner; of a person with several ids, each is told of.</param>
/// <param name="LearnerVersion">The learner's version after that.</param>
/// <param name="Reason">Why.</param>
[MessageUrn("urn:tremplin:enrollment:learner-erased:v1", useDefaultPrefix: false), EntityName("enrollment.learner-erased.v1")]
public sealed record LearnerErased(Guid LearnerId, long LearnerVersion, ErasureReason Reason);

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
[MessageUrn("tremplin:enrollment:seat-requested:v1", useDefaultPrefix: false), EntityName("enrollment.seat-requested.v1")]
public sealed record SeatRequested(Guid RecordId, long RecordVersion, Guid CohortId, Guid LearnerId);

/// <summary>The learner takes the seat that was offered.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="CohortId">The cohort whose offer is answered.</param>
/// <param name="AcceptedAt">When the learner said yes, UTC: in time is in time, however long the message takes.</param>
[MessageUrn("tremplin:enrollment:offer-accepted:v1", useDefaultPrefix: false), EntityName("enrollment.offer-accepted.v1")]
public sealed record OfferAccepted(Guid RecordId, long RecordVersion, Guid CohortId, DateTimeOffset AcceptedAt);

/// <summary>The learner does not take the seat that was offered.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="CohortId">The cohort whose offer is answered.</param>
[MessageUrn("tremplin:enrollment:offer-declined:v1", useDefaultPrefix: false), EntityName("enrollment.offer-declined.v1")]
public sealed record OfferDeclined(Guid RecordId, long RecordVersion, Guid CohortId);

/// <summary>The learner withdrew; the seat, the offer or the place in the queue is free.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the withdrawal.</param>
/// <param name="CohortId">The cohort that is left.</param>
[MessageUrn("tremplin:enrollment:learner-withdrew:v1", useDefaultPrefix: false), EntityName("enrollment.learner-withdrew.v1")]
public sealed record LearnerWithdrew(Guid RecordId, long RecordVersion, Guid CohortId);

/// <summary>The learner holds a seat: what Certification needs to know of the person.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the confirmation.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="SealedName">The learner's name, sealed under the learner's key (AES-256-GCM, base64).</param>
/// <param name="OrganisationRef">The organisation that the learner works or volunteers for.</param>
/// <param name="Partner">The partner that sent the application.</param>
[MessageUrn("tremplin:enrollment:seat-confirmed:v1", useDefaultPrefix: false), EntityName("enrollment.seat-confirmed.v1")]
public sealed record SeatConfirmed(
    Guid RecordId, long RecordVersion, Guid CohortId, Guid LearnerId, string SealedName, string OrganisationRef, string Partner);

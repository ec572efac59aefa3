using MassTransit;

namespace Tremplin.Contracts.Scheduling.V1;

/// <summary>A cohort takes seat requests from now on. The programme's version is pinned.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="ProgrammeVersion">The version that this cohort is taught and judged by.</param>
/// <param name="Territories">Départements (INSEE codes) it is meant for; empty means everywhere.</param>
/// <param name="Capacity">Seats.</param>
/// <param name="StartsAt">Start of the first half-day, an instant.</param>
[MessageUrn("urn:tremplin:scheduling:cohort-opened:v1", useDefaultPrefix: false), EntityName("scheduling.cohort-opened.v1")]
public sealed record CohortOpened(
    Guid CohortId, long CohortVersion, string Programme, int ProgrammeVersion, IReadOnlyList<string> Territories,
    int Capacity, DateTimeOffset StartsAt)
{
    /// <summary>Whether a signed training agreement is asked for before the training counts as begun.</summary>
    public bool AgreementRequired { get; init; }

    /// <summary>The programme's title, French; absent in messages of earlier versions.</summary>
    public string? Title { get; init; }

    /// <summary>What it leads to, as the yearly report of training providers asks (rncp, rs, cqp, other, skills-assessment, experience-validation); absent where nothing was said.</summary>
    public string? BpfObjective { get; init; }
}

/// <summary>A cohort is over; it takes no more requests.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
[MessageUrn("urn:tremplin:scheduling:cohort-closed:v1", useDefaultPrefix: false), EntityName("scheduling.cohort-closed.v1")]
public sealed record CohortClosed(Guid CohortId, long CohortVersion);

/// <summary>A cohort will not be held, or not to its end; it takes no more requests.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
[MessageUrn("urn:tremplin:scheduling:cohort-cancelled:v1", useDefaultPrefix: false), EntityName("scheduling.cohort-cancelled.v1")]
public sealed record CohortCancelled(Guid CohortId, long CohortVersion);

/// <summary>A cohort has another number of seats from now on.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="Capacity">Seats.</param>
[MessageUrn("urn:tremplin:scheduling:capacity-changed:v1", useDefaultPrefix: false), EntityName("scheduling.capacity-changed.v1")]
public sealed record CapacityChanged(Guid CohortId, long CohortVersion, int Capacity);

/// <summary>The cohort was cancelled, and with it this record's seat, offer or place in the queue.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that was granted or waited.</param>
/// <param name="CohortId">The cancelled cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="Rank">The place among those who lost theirs, from 1; it is kept in the next queue.</param>
[MessageUrn("urn:tremplin:scheduling:seat-lost:v1", useDefaultPrefix: false), EntityName("scheduling.seat-lost.v1")]
public sealed record SeatLost(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion, long Rank);

/// <summary>The learner was in none of the first half-days; the seat is given up.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
[MessageUrn("urn:tremplin:scheduling:learner-absent:v1", useDefaultPrefix: false), EntityName("scheduling.learner-absent.v1")]
public sealed record LearnerAbsent(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion);

/// <summary>The request was granted at once, or an accepted offer became a seat.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that this answers.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
[MessageUrn("urn:tremplin:scheduling:seat-assigned:v1", useDefaultPrefix: false), EntityName("scheduling.seat-assigned.v1")]
public sealed record SeatAssigned(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion);

/// <summary>No seat is free for this request; it waits in the order of the cohort's stream.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that this answers.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event: the place in the order.</param>
[MessageUrn("urn:tremplin:scheduling:request-waitlisted:v1", useDefaultPrefix: false), EntityName("scheduling.request-waitlisted.v1")]
public sealed record RequestWaitlisted(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion);

/// <summary>The cohort does not take the request, or closed before a seat became free for it.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that this answers.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="Reason">A sentence for people.</param>
[MessageUrn("urn:tremplin:scheduling:seat-refused:v1", useDefaultPrefix: false), EntityName("scheduling.seat-refused.v1")]
public sealed record SeatRefused(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion, string Reason);

/// <summary>A freed seat is offered to a waiting learner and held until the deadline.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that this answers.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="Deadline">The offer ends at this instant.</param>
[MessageUrn("urn:tremplin:scheduling:seat-offered:v1", useDefaultPrefix: false), EntityName("scheduling.seat-offered.v1")]
public sealed record SeatOffered(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion, DateTimeOffset Deadline)
{
    /// <summary>Who was ahead and was not offered the seat; absent in messages of earlier versions.</summary>
    public IReadOnlyList<PassedOver> PassedOver { get; init; } = [];
}

/// <summary>Somebody ahead in the queue who could not be offered the seat. Not a message of its own.</summary>
/// <param name="RecordId">The training record, or the reservation of a group.</param>
/// <param name="Why">Why, in words; no personal data.</param>
public sealed record PassedOver(Guid RecordId, string Why);

/// <summary>Nobody answered the offer in time; the seat goes on.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that this answers.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
[MessageUrn("urn:tremplin:scheduling:offer-expired:v1", useDefaultPrefix: false), EntityName("scheduling.offer-expired.v1")]
public sealed record OfferExpired(Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion);

/// <summary>A half-day was moved to another time, room or trainer, before signing opened.</summary>
/// <param name="SessionId">The half-day; it keeps its id.</param>
/// <param name="SessionVersion">The session's version after the event: of two moves the later counts.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="Number">Which half-day of it, from 1.</param>
/// <param name="Zone">IANA time zone of the place.</param>
/// <param name="OldStartsAt">Its start before, an instant.</param>
/// <param name="OldEndsAt">Its end before, an instant.</param>
/// <param name="OldRoom">Where in the place it was to be.</param>
/// <param name="StartsAt">Its start now, an instant.</param>
/// <param name="EndsAt">Its end now, an instant.</param>
/// <param name="Room">Where in the place it is now.</param>
[MessageUrn("urn:tremplin:scheduling:session-rescheduled:v1", useDefaultPrefix: false), EntityName("scheduling.session-rescheduled.v1")]
public sealed record SessionRescheduled(
    Guid SessionId, long SessionVersion, Guid CohortId, int Number, string Zone, DateTimeOffset OldStartsAt, DateTimeOffset OldEndsAt, string OldRoom,
    DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Room);

/// <summary>A half-day will not be held.</summary>
/// <param name="SessionId">The half-day.</param>
/// <param name="SessionVersion">The session's version after the event.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="Number">Which half-day of it, from 1.</param>
/// <param name="Zone">IANA time zone of the place.</param>
/// <param name="StartsAt">When it was to start, an instant.</param>
/// <param name="EndsAt">When it was to end, an instant.</param>
/// <param name="WithCohort">True where the whole cohort was cancelled: who is in it hears of that by itself.</param>
[MessageUrn("urn:tremplin:scheduling:session-cancelled:v1", useDefaultPrefix: false), EntityName("scheduling.session-cancelled.v1")]
public sealed record SessionCancelled(
    Guid SessionId, long SessionVersion, Guid CohortId, int Number, string Zone, DateTimeOffset StartsAt, DateTimeOffset EndsAt, bool WithCohort);

/// <summary>A half-day is sealed: what one learner attended of it.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="SessionId">The half-day.</param>
/// <param name="SessionVersion">The session's version after the event.</param>
/// <param name="DeliveredMinutes">Minutes that were held.</param>
/// <param name="AttendedMinutes">Minutes that are evidenced for this learner; 0 when not evidenced.</param>
[MessageUrn("urn:tremplin:scheduling:attendance-sealed:v1", useDefaultPrefix: false), EntityName("scheduling.attendance-sealed.v1")]
public sealed record AttendanceSealed(
    Guid RecordId, long RecordVersion, Guid CohortId, Guid SessionId, long SessionVersion, int DeliveredMinutes, int AttendedMinutes)
{
    /// <summary>The local date of the half-day; absent in messages of earlier versions.</summary>
    public DateOnly? On { get; init; }
}

/// <summary>What one learner attended of a sealed half-day was corrected (R32): this counts from now on.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="SessionId">The half-day.</param>
/// <param name="SessionVersion">The session's version after the event: of two corrections the later counts.</param>
/// <param name="DeliveredMinutes">Minutes that were held.</param>
/// <param name="AttendedMinutes">Minutes that are evidenced for this learner now; 0 when not evidenced.</param>
[MessageUrn("urn:tremplin:scheduling:attendance-corrected:v1", useDefaultPrefix: false), EntityName("scheduling.attendance-corrected.v1")]
public sealed record AttendanceCorrected(
    Guid RecordId, long RecordVersion, Guid CohortId, Guid SessionId, long SessionVersion, int DeliveredMinutes, int AttendedMinutes)
{
    /// <summary>The local date of the half-day; absent in messages of earlier versions.</summary>
    public DateOnly? On { get; init; }
}

/// <summary>The cohort is over for one learner: everything that a decision about completion needs.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the request that led to the seat.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version after the event.</param>
/// <param name="SessionIds">The sealed half-days, in order: attendance of each is announced on its own.</param>
/// <param name="AssessmentMark">Mark out of 20, or null where none was recorded.</param>
/// <param name="StartedOn">Local date of the first half-day.</param>
/// <param name="EndedOn">Local date of the last half-day.</param>
/// <param name="Programme">The pinned programme.</param>
[MessageUrn("urn:tremplin:scheduling:training-finished:v1", useDefaultPrefix: false), EntityName("scheduling.training-finished.v1")]
public sealed record TrainingFinished(
    Guid RecordId, long RecordVersion, Guid CohortId, long CohortVersion, IReadOnlyList<Guid> SessionIds,
    decimal? AssessmentMark, DateOnly StartedOn, DateOnly EndedOn, PinnedProgramme Programme);

/// <summary>A programme as a cohort was opened with it. Not a message of its own.</summary>
/// <param name="Ref">The programme's reference.</param>
/// <param name="Version">Its version.</param>
/// <param name="Title">Its title, French.</param>
/// <param name="Competences">DigComp competences, as the plan names them.</param>
/// <param name="MinAttendedShare">Share of the delivered minutes that must be attended, 0 to 1.</param>
/// <param name="MinAssessmentMark">Mark out of 20 that must be reached, or null where nothing is assessed.</param>
/// <param name="ValidityMonths">Months that a certificate is valid, or null where it does not expire.</param>
public sealed record PinnedProgramme(
    string Ref, int Version, string Title, IReadOnlyList<string> Competences,
    decimal MinAttendedShare, decimal? MinAssessmentMark, int? ValidityMonths);

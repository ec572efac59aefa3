using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.Reviews;

/// <summary>
/// R22: an application by somebody who may be a learner who is known, or another person. It is held, sealed, until a
/// coordinator has decided; then it goes on as any application. One stream for each of a partner's references.
/// </summary>
public sealed record Review : IStreamState<Review>
{
    /// <summary>The stream's id.</summary>
    public Guid Id { get; init; }

    /// <summary>What is held; null before.</summary>
    public HeldApplication? Held { get; init; }

    /// <summary>The learners who may be the same person.</summary>
    public IReadOnlyList<Candidate> Candidates { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public ReviewStatus Status { get; init; }

    /// <summary>What was decided; null before.</summary>
    public ReviewVerdict? Verdict { get; init; }

    /// <summary>The learner who was recognised, if that was the verdict.</summary>
    public Guid? LearnerId { get; init; }

    /// <summary>The training record that it led to, if it did.</summary>
    public Guid? RecordId { get; init; }

    /// <summary>Why the application was not taken in the end: a stable word.</summary>
    public string? Code { get; init; }

    /// <summary>The same in words.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    public static Review Initial { get; } = new();

    /// <summary>The stream for this reference of a partner and this programme.</summary>
    public static Guid IdFor(string partner, string reference, string programme) => NameBased.Id("review", partner, reference, programme);

    /// <inheritdoc/>
    public Review Evolve(object @event) => @event switch
    {
        ApplicationHeld e => this with { Status = ReviewStatus.Open, Held = e.Application, Candidates = e.Candidates },
        ReviewDecided { Verdict: ReviewVerdict.Withdrawn } => this with
        {
            Status = ReviewStatus.Settled,
            Verdict = ReviewVerdict.Withdrawn,
            Code = "withdrawn",
            Reason = "The application was withdrawn while it was in review.",
        },
        ReviewDecided e => this with { Status = ReviewStatus.Decided, Verdict = e.Verdict, LearnerId = e.LearnerId },
        ApplicationEntered e => this with { Status = ReviewStatus.Settled, RecordId = e.RecordId },
        ApplicationNotTaken e => this with { Status = ReviewStatus.Settled, Code = e.Code, Reason = e.Reason },
        // ApplicantRead tells who looked, and changes nothing.
        _ => this,
    };
}

/// <summary>Where a review stands.</summary>
public enum ReviewStatus
{
    /// <summary>There is no such review.</summary>
    Unknown,

    /// <summary>Waits for a coordinator.</summary>
    Open,

    /// <summary>Decided; the application is on its way.</summary>
    Decided,

    /// <summary>The application went on, or was not taken; the held person opens for nobody any more.</summary>
    Settled,
}

/// <summary>What a coordinator decides.</summary>
public enum ReviewVerdict
{
    /// <summary>It is the learner who is known.</summary>
    SamePerson,

    /// <summary>It is somebody else.</summary>
    AnotherPerson,

    /// <summary>The application is withdrawn.</summary>
    Withdrawn,
}

/// <summary>An application that is held. Nobody in it is a learner yet: it is sealed under a key of its own.</summary>
/// <param name="KeyId">Whose key opens it; destroyed when the review is settled.</param>
/// <param name="Person">The person, sealed.</param>
/// <param name="Partner">The partner that sent it.</param>
/// <param name="Ref">The partner's own reference.</param>
/// <param name="OrganisationRef">The organisation that the person works or volunteers for.</param>
/// <param name="Role">employee, volunteer or director.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="AppliedOn">The date on the application.</param>
/// <param name="CohortId">The cohort, where one is named.</param>
public sealed record HeldApplication(
    Guid KeyId, SealedPerson Person, string Partner, string Ref, string OrganisationRef, string Role, string Programme, DateOnly AppliedOn, Guid? CohortId)
{
    /// <summary>R4: the local support scheme that sent the person; null where none did.</summary>
    public string? ReferredBy { get; init; }

    /// <summary>R22b: the reserved seats of which this would be one; null where it takes a free one.</summary>
    public Guid? ReservationId { get; init; }
}

/// <summary>Base of the events of a review.</summary>
public abstract record ReviewEvent
{
    private protected ReviewEvent() { }
}

/// <summary>An application is held, for it is doubtful who applies.</summary>
[StoredAs("review.application-held.v1")]
public sealed record ApplicationHeld(HeldApplication Application, IReadOnlyList<Candidate> Candidates) : ReviewEvent;

/// <summary>Somebody read who applies; recorded before it was shown.</summary>
[StoredAs("review.applicant-read.v1")]
public sealed record ApplicantRead(ReadingPurpose Purpose) : ReviewEvent;

/// <summary>A coordinator decided who it is.</summary>
[StoredAs("review.decided.v1")]
public sealed record ReviewDecided(ReviewVerdict Verdict, Guid? LearnerId) : ReviewEvent;

/// <summary>The application went on as this training record, or as a repeat of it.</summary>
[StoredAs("review.application-entered.v1")]
public sealed record ApplicationEntered(Guid RecordId) : ReviewEvent, IAboutRecord;

/// <summary>The application went on and was refused, as it might have been without a review.</summary>
[StoredAs("review.application-not-taken.v1")]
public sealed record ApplicationNotTaken(string Code, string Reason) : ReviewEvent;

/// <summary>Keeps <see cref="Review"/> as a snapshot: the queue is a list of them.</summary>
public partial class ReviewSnapshot : SingleStreamProjection<Review, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public ReviewSnapshot() => IncludeType<ReviewEvent>();

    /// <inheritdoc/>
    public override Review Evolve(Review? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Review.Initial with { Id = id }).Evolve(e.Data);
    }
}

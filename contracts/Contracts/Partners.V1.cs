// What partners read and write, as CloudEvents 1.0. Fields may be added if they can be absent; anything else is a V2.
// A reader ignores what it does not know. No personal data in events; it enters with commands alone.
namespace Tremplin.Contracts.Partners.V1;

/// <summary>Makes a contract public and names it: <c>stream.event.vN</c>, in the type <c>org.tremplin.training.stream.event.vN</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PublicEventAttribute(string name) : Attribute
{
    /// <summary>The name, without the reversed domain.</summary>
    public string Name { get; } = name;

    /// <summary>The minor version: raised by one whenever a field is added.</summary>
    public int Minor { get; init; }

    /// <summary>The last day, year-month-day in UTC, on which it is sent beside its next major version; null while there is none.</summary>
    public string? LastDay { get; init; }

    /// <summary>Whether it is for every partner that binds to it, and not for the one whose it is.</summary>
    public bool ForAll { get; init; }
}

/// <summary>Makes a command public and names it: the end of its routing key, <c>command.vN</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PublicCommandAttribute(string name) : Attribute
{
    /// <summary>The name: the command and its major version.</summary>
    public string Name { get; } = name;

    /// <summary>The minor version: raised by one whenever a field is added.</summary>
    public int Minor { get; init; }
}

/// <summary>An application arrived.</summary>
/// <param name="ApplicationRef">The partner's own reference.</param>
/// <param name="LearnerId">The learner; the name stays sealed.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="Cycle">1 for the first time, 2 for the next.</param>
/// <param name="OrganisationRef">The organisation that the learner works or volunteers for.</param>
/// <param name="Role">employee, volunteer or director.</param>
/// <param name="AppliedOn">The date on the application.</param>
[PublicEvent("training-record.application-submitted.v1")]
public sealed record ApplicationSubmitted(
    string ApplicationRef, Guid LearnerId, string Programme, int Cycle, string OrganisationRef, string Role, DateOnly AppliedOn);

/// <summary>Eligible or not.</summary>
/// <param name="Eligible">Whether the plan trains this person.</param>
/// <param name="RuleVersion">The version of the rule that decided.</param>
/// <param name="Reasons">Each reason against, in words; empty where there is none.</param>
[PublicEvent("training-record.eligibility-decided.v1")]
public sealed record EligibilityDecided(bool Eligible, int RuleVersion, IReadOnlyList<string> Reasons);

/// <summary>A seat was asked for.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.seat-requested.v1")]
public sealed record SeatRequested(Guid CohortId);

/// <summary>The cohort is full: the learner waits.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Place">Who has the lower one comes first.</param>
[PublicEvent("training-record.placed-on-waitlist.v1")]
public sealed record PlacedOnWaitlist(Guid CohortId, long Place);

/// <summary>Somebody behind in the queue was offered a seat; why this record could not be.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Why">Why, in words.</param>
[PublicEvent("training-record.passed-over.v1")]
public sealed record PassedOver(Guid CohortId, string Why);

/// <summary>The seat that was offered is given back: the learner is not eligible any more.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.seat-given-up.v1")]
public sealed record SeatGivenUp(Guid CohortId);

/// <summary>A seat in another cohort is asked for; what the record has in its own is kept until there is one.</summary>
/// <param name="ToCohortId">The other cohort.</param>
[PublicEvent("training-record.transfer-requested.v1")]
public sealed record TransferRequested(Guid ToCohortId);

/// <summary>The other cohort has no seat; nothing changes.</summary>
/// <param name="ToCohortId">The other cohort.</param>
/// <param name="Reason">Why, in words.</param>
[PublicEvent("training-record.transfer-refused.v1")]
public sealed record TransferRefused(Guid ToCohortId, string Reason);

/// <summary>The record moves to the other cohort; the confirmation of its seat follows. Hours done are kept.</summary>
/// <param name="ToCohortId">The other cohort.</param>
/// <param name="FromCohortId">The cohort that is left, where there was one.</param>
[PublicEvent("training-record.transferred.v1")]
public sealed record Transferred(Guid ToCohortId, Guid? FromCohortId = null);

/// <summary>The record had ended before the other cohort answered, or that one was cancelled; the seat there is given back.</summary>
/// <param name="ToCohortId">The other cohort.</param>
[PublicEvent("training-record.transfer-abandoned.v1")]
public sealed record TransferAbandoned(Guid ToCohortId);

/// <summary>The cohort was cancelled. The record asks another, or waits for the next that opens; hours done are kept.</summary>
/// <param name="CohortId">The cancelled cohort.</param>
/// <param name="NextCohortId">The cohort that it asks now; absent where none is open.</param>
[PublicEvent("training-record.displaced.v1")]
public sealed record Displaced(Guid CohortId, Guid? NextCohortId = null);

/// <summary>The training agreement was signed.</summary>
/// <param name="SignedAt">When, the real date.</param>
/// <param name="Document">Where the document is kept.</param>
[PublicEvent("training-record.agreement-signed.v1")]
public sealed record AgreementSigned(DateTimeOffset SignedAt, string Document);

/// <summary>The learner was in none of the first half-days; the record has ended.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.no-show.v1")]
public sealed record NoShow(Guid CohortId);

/// <summary>The learner turned out to be one who has another record in the programme, which stays: this one has ended.</summary>
/// <param name="CohortId">The cohort that was left, where a seat was asked for.</param>
[PublicEvent("training-record.closed-as-duplicate.v1")]
public sealed record ClosedAsDuplicate(Guid? CohortId = null);

/// <summary>Another record of the same person was closed in favour of this one. Hours attended there stay there.</summary>
/// <param name="AttendedMinutes">Minutes that were attended there until then.</param>
[PublicEvent("training-record.duplicate-noted.v1")]
public sealed record DuplicateNoted(int AttendedMinutes);

/// <summary>The cohort did not take the request.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Reason">Why, in words.</param>
[PublicEvent("training-record.seat-refused.v1")]
public sealed record SeatRefused(Guid CohortId, string Reason);

/// <summary>A seat became free and is offered.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Deadline">Until when it can be accepted.</param>
[PublicEvent("training-record.seat-offered.v1")]
public sealed record SeatOffered(Guid CohortId, DateTimeOffset Deadline);

/// <summary>The learner said yes.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.offer-accepted.v1")]
public sealed record OfferAccepted(Guid CohortId);

/// <summary>The learner said no.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.offer-declined.v1")]
public sealed record OfferDeclined(Guid CohortId);

/// <summary>Nobody answered in time.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.offer-expired.v1")]
public sealed record OfferExpired(Guid CohortId);

/// <summary>The learner holds a seat.</summary>
/// <param name="CohortId">The cohort.</param>
[PublicEvent("training-record.seat-confirmed.v1")]
public sealed record SeatConfirmed(Guid CohortId);

/// <summary>A half-day was sealed.</summary>
/// <param name="SessionId">The half-day.</param>
/// <param name="DeliveredMinutes">Minutes that were taught.</param>
/// <param name="AttendedMinutes">Minutes that the learner was there.</param>
[PublicEvent("training-record.attendance-recorded.v1")]
public sealed record AttendanceRecorded(Guid SessionId, int DeliveredMinutes, int AttendedMinutes);

/// <summary>What the learner attended of a sealed half-day was corrected: this counts from now on.</summary>
/// <param name="SessionId">The half-day.</param>
/// <param name="DeliveredMinutes">Minutes that were taught.</param>
/// <param name="AttendedMinutes">Minutes that the learner was there, as corrected.</param>
[PublicEvent("training-record.attendance-corrected.v1")]
public sealed record AttendanceCorrected(Guid SessionId, int DeliveredMinutes, int AttendedMinutes);

/// <summary>The learner withdrew.</summary>
/// <param name="Reason">learner, organisation, dates or other.</param>
/// <param name="CohortId">The cohort that is left, if there was one.</param>
[PublicEvent("training-record.learner-withdrew.v1")]
public sealed record LearnerWithdrew(WithdrawalReason Reason, Guid? CohortId = null);

/// <summary>The criteria were met; there is a certificate.</summary>
/// <param name="CertificateId">The certificate.</param>
/// <param name="AttendedMinutes">Minutes that were counted.</param>
[PublicEvent("training-record.completed.v1")]
public sealed record TrainingCompleted(Guid CertificateId, int AttendedMinutes);

/// <summary>Whether a certificate stands.</summary>
public enum CertificateStanding
{
    /// <summary>It stands again, after it was suspended.</summary>
    Reinstated,

    /// <summary>It does not count until somebody has decided.</summary>
    Suspended,

    /// <summary>It never counts again.</summary>
    Revoked,

    /// <summary>Another has taken its place; it stays verifiable.</summary>
    Superseded,

    /// <summary>It is no longer shown to the public; whoever has it can still verify it.</summary>
    Withdrawn,
}

/// <summary>Somebody decided about the certificate after it was issued.</summary>
/// <param name="CertificateId">The certificate.</param>
/// <param name="Standing">What it is now.</param>
/// <param name="Reason">Why, as a word in kebab-case.</param>
/// <param name="EffectiveOn">From which day on, UTC.</param>
/// <param name="SuccessorId">The certificate that has taken its place; null unless it is superseded.</param>
[PublicEvent("training-record.certificate-changed.v1")]
public sealed record CertificateChanged(
    Guid CertificateId, CertificateStanding Standing, string Reason, DateOnly EffectiveOn, Guid? SuccessorId = null);

/// <summary>The criteria were not met.</summary>
/// <param name="AttendedMinutes">Minutes that were counted.</param>
/// <param name="Reasons">Each criterion that was not met, in words.</param>
[PublicEvent("training-record.not-completed.v1")]
public sealed record TrainingNotCompleted(int AttendedMinutes, IReadOnlyList<string> Reasons);

/// <summary>What became of a command. Sent again, the command is answered with the first outcome.</summary>
/// <param name="CommandId">The id of the command's message.</param>
/// <param name="Command">The command and its version, as in the routing key.</param>
/// <param name="Outcome">accepted or refused.</param>
/// <param name="RecordId">The training record, where there is one.</param>
/// <param name="RecordVersion">Its version after the command.</param>
/// <param name="EventsSent">For a replay: how many events were sent again.</param>
/// <param name="Code">Of a refusal: a stable word for programs. With accepted: in-review, where a coordinator has to say first who applies.</param>
/// <param name="Reason">The same as a sentence for people.</param>
[PublicEvent("command.answered.v1")]
public sealed record CommandAnswered(
    string CommandId, string Command, CommandOutcome Outcome, Guid? RecordId = null, long? RecordVersion = null,
    int? EventsSent = null, string? Code = null, string? Reason = null);

/// <summary>A message could not be read or is not allowed. It is kept in a parking queue; the others go on.</summary>
/// <param name="Pointer">The fault's place in the message, a JSON Pointer (RFC 6901); empty where it is the whole.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Command">The end of the routing key that it came with.</param>
/// <param name="MessageId">The message's id, where it could be read.</param>
#pragma warning disable CA1720 // A JSON Pointer is what it is.
[PublicEvent("message.rejected.v1")]
public sealed record MessageRejected(string Pointer, string Code, string Reason, string Command, string? MessageId = null);
#pragma warning restore CA1720

/// <summary>A service signed how far its ledger has come: whoever keeps that is a witness of every event until then.</summary>
/// <param name="Service">enrollment, scheduling or certification.</param>
/// <param name="Size">How many events the ledger holds. Of one service the newest has the greatest.</param>
/// <param name="Note">The checkpoint, a signed note (C2SP tlog-checkpoint): keep it as it is.</param>
/// <param name="Key">The key that opens it (C2SP signed-note). Keep the first; another one later is an alarm.</param>
[PublicEvent("ledger.checkpoint-signed.v1", ForAll = true)]
public sealed record CheckpointSigned(string Service, long Size, string Note, string Key);

/// <summary>Whether a command took effect.</summary>
public enum CommandOutcome
{
    /// <summary>It took effect, now or before.</summary>
    Accepted,

    /// <summary>It was refused for good.</summary>
    Refused,
}

/// <summary>Why a learner withdraws.</summary>
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

/// <summary>Applies for a training of one person.</summary>
/// <param name="ApplicationRef">The partner's own reference.</param>
/// <param name="OrganisationRef">The organisation that the person works or volunteers for.</param>
/// <param name="Person">The person.</param>
/// <param name="Role">employee, volunteer or director.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="AppliedOn">The date on the application.</param>
/// <param name="CohortId">The cohort, where one is wanted; otherwise the rule chooses.</param>
[PublicCommand("apply-for-training.v1")]
public sealed record ApplyForTraining(
    string ApplicationRef, string OrganisationRef, Applicant Person, string Role, string Programme, DateOnly AppliedOn, Guid? CohortId = null);

/// <summary>The person who applies: personal data, sealed before anything is stored.</summary>
/// <param name="FirstName">First name.</param>
/// <param name="LastName">Last name.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="BirthDate">Birth date, where it is known.</param>
public sealed record Applicant(string FirstName, string LastName, string Email, DateOnly? BirthDate = null);

/// <summary>Withdraws a learner, before or after the start.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Reason">learner, organisation, dates or other.</param>
[PublicCommand("withdraw-application.v1")]
public sealed record WithdrawApplication(Guid RecordId, WithdrawalReason Reason);

/// <summary>Takes the seat that is offered.</summary>
/// <param name="RecordId">The training record.</param>
[PublicCommand("accept-offer.v1")]
public sealed record AcceptOffer(Guid RecordId);

/// <summary>Leaves the seat that is offered.</summary>
/// <param name="RecordId">The training record.</param>
[PublicCommand("decline-offer.v1")]
public sealed record DeclineOffer(Guid RecordId);

/// <summary>Asks for events once more: all, or those after a sequence, since an instant, or of one record.</summary>
/// <param name="AfterSequence">Only those with a greater sequence.</param>
/// <param name="Since">Only those recorded at or after this instant.</param>
/// <param name="RecordId">Only those of this training record.</param>
[PublicCommand("request-replay.v1")]
public sealed record RequestReplay(long? AfterSequence = null, DateTimeOffset? Since = null, Guid? RecordId = null);

using Tremplin.Certification.Credentials;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>Whether a certificate stands. That it has expired (R43) is derived from its claims.</summary>
public enum Standing
{
    /// <summary>No such certificate was issued.</summary>
    Unknown,

    /// <summary>It stands.</summary>
    Issued,

    /// <summary>It does not count until somebody has decided.</summary>
    Suspended,

    /// <summary>R40: it never counts again.</summary>
    Revoked,

    /// <summary>R40: another has taken its place; it stays verifiable.</summary>
    Superseded,
}

/// <summary>
/// What anybody may rely on: the claims as they were when it was issued, and what became of it. One stream per certificate.
/// </summary>
public sealed record Certificate : IStreamState<Certificate>
{
    /// <summary>The frozen claims; null where no such certificate was issued.</summary>
    public CertificateIssued? Claims { get; private init; }

    /// <summary>Whether it stands.</summary>
    public Standing Standing { get; private init; }

    /// <summary>R41: why it stands as it does, as last said; null while nothing happened to it.</summary>
    public Ground? Ground { get; private init; }

    /// <summary>R40: the certificate that took its place, or null.</summary>
    public Guid? Successor { get; private init; }

    /// <summary>Why it is no longer shown to the public; null where it is.</summary>
    public Ground? Withdrawn { get; private init; }

    /// <inheritdoc/>
    public static Certificate Initial { get; } = new();

    /// <summary>R37: the first certificate of a training record; what supersedes it has an id of its own.</summary>
    public static Guid IdFor(Guid recordId) => NameBased.Id("certificate", recordId.ToString(), "1");

    /// <summary>R43: the first day on which it is no longer valid. Derived, never an event.</summary>
    public DateOnly? ExpiresOn() => Claims?.ValidUntil?.AddDays(1);

    /// <inheritdoc/>
    public Certificate Evolve(object @event) => @event switch
    {
        CertificateIssued e => this with { Claims = e, Standing = Standing.Issued },
        CertificateSuspended e => this with { Standing = Standing.Suspended, Ground = e.Ground },
        CertificateReinstated e => this with { Standing = Standing.Issued, Ground = e.Ground },
        CertificateRevoked e => this with { Standing = Standing.Revoked, Ground = e.Ground },
        CertificateSuperseded e => this with { Standing = Standing.Superseded, Ground = e.Ground, Successor = e.Successor },
        CertificateWithdrawn e => this with { Withdrawn = e.Ground },
        _ => this,
    };
}

/// <summary>R41: why something happens to a certificate, as verification shows it.</summary>
/// <param name="Reason">A code.</param>
/// <param name="LegalBasis">The law, contract or rule that it rests on; nothing about the holder. Null where none is needed.</param>
/// <param name="By">Who wanted it.</param>
/// <param name="EffectiveOn">From which day on, UTC; never after the day on which it is recorded.</param>
public sealed record Ground(GroundReason Reason, string? LegalBasis, ActorKind By, DateOnly EffectiveOn);

/// <summary>R41: why. A code, so that nobody writes personal data here.</summary>
public enum GroundReason
{
    /// <summary>It should never have been issued.</summary>
    IssuedInError,

    /// <summary>Somebody deceived.</summary>
    Fraud,

    /// <summary>The holder is not whom it names, or is named wrongly.</summary>
    IdentityError,

    /// <summary>After a correction the criteria of the programme are not met.</summary>
    CriteriaNotMet,

    /// <summary>After a correction the hours are others.</summary>
    HoursCorrected,

    /// <summary>What is printed has a mistake.</summary>
    Misprint,

    /// <summary>The holder asked for it.</summary>
    HolderRequest,

    /// <summary>Somebody looks into it.</summary>
    UnderReview,

    /// <summary>It was looked into, and is as it should be.</summary>
    Cleared,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>R41: the kind of actor.</summary>
public enum ActorKind
{
    /// <summary>Whoever runs the training.</summary>
    Coordinator,

    /// <summary>An auditor, or the funder for whom one works.</summary>
    Auditor,

    /// <summary>The holder.</summary>
    Holder,

    /// <summary>A rule, applied by the platform.</summary>
    System,
}

/// <summary>Base of the events of a certificate.</summary>
public abstract record CertificateEvent
{
    private protected CertificateEvent() { }
}

/// <summary>A certificate was issued; these are its claims, frozen.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The version of the record that was judged.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="Name">The learner's name, sealed under the learner's key.</param>
/// <param name="OrganisationRef">The learner's organisation.</param>
/// <param name="Partner">The partner that sent the application.</param>
/// <param name="ProgrammeRef">The programme.</param>
/// <param name="ProgrammeVersion">Its version.</param>
/// <param name="Title">Its title, French.</param>
/// <param name="Competences">The DigComp competences it teaches.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="StartedOn">Local date of the first half-day.</param>
/// <param name="EndedOn">Local date of the last half-day.</param>
/// <param name="DeliveredMinutes">Minutes held.</param>
/// <param name="AttendedMinutes">Minutes evidenced.</param>
/// <param name="Mark">Mark out of 20, or null.</param>
/// <param name="IssuedOn">Date of issue.</param>
/// <param name="ValidUntil">The last day on which it is valid, or null where it does not expire.</param>
/// <param name="Issuer">Who answers for it.</param>
[StoredAs("certificate.issued.v1")]
public sealed record CertificateIssued(
    Guid RecordId, long RecordVersion, Guid LearnerId, Sealed Name, string OrganisationRef, string Partner,
    string ProgrammeRef, int ProgrammeVersion, string Title, IReadOnlyList<string> Competences, Guid CohortId,
    DateOnly StartedOn, DateOnly EndedOn, int DeliveredMinutes, int AttendedMinutes, decimal? Mark,
    DateOnly IssuedOn, DateOnly? ValidUntil, string Issuer) : CertificateEvent, IAboutRecord
{
    /// <summary>R40: the certificate whose place it takes, or null.</summary>
    public Guid? Supersedes { get; init; }

    /// <summary>R39: what was made of it, once; null of those that were issued before there were documents.</summary>
    public Documents? Documents { get; init; }
}

/// <summary>R39: the documents of a certificate as they were made, once; downloading them again gives the same bytes.</summary>
/// <param name="Template">The version of their templates.</param>
/// <param name="Address">The platform's public address, under which the credential has its id.</param>
/// <param name="IssuedAt">The instant that they state, UTC.</param>
/// <param name="Place">R42: its bit in the status lists.</param>
/// <param name="Salt">What the name was hashed with, sealed under the learner's key: without it the hash says nothing.</param>
/// <param name="Sha256">Of each document, by its name, lower-case hexadecimal.</param>
public sealed record Documents(
    int Template, Uri Address, DateTimeOffset IssuedAt, StatusPlace Place, Sealed Salt, IReadOnlyDictionary<string, string> Sha256);

/// <summary>Until somebody has decided it does not count.</summary>
[StoredAs("certificate.suspended.v1")]
public sealed record CertificateSuspended(Guid RecordId, long RecordVersion, Ground Ground) : CertificateEvent, IAboutRecord;

/// <summary>It counts again.</summary>
[StoredAs("certificate.reinstated.v1")]
public sealed record CertificateReinstated(Guid RecordId, long RecordVersion, Ground Ground) : CertificateEvent, IAboutRecord;

/// <summary>R40: it never counts again.</summary>
[StoredAs("certificate.revoked.v1")]
public sealed record CertificateRevoked(Guid RecordId, long RecordVersion, Ground Ground) : CertificateEvent, IAboutRecord;

/// <summary>R40: another took its place, which was issued in the same transaction.</summary>
[StoredAs("certificate.superseded.v1")]
public sealed record CertificateSuperseded(Guid RecordId, long RecordVersion, Guid Successor, Ground Ground) : CertificateEvent, IAboutRecord;

/// <summary>The public sees no more of it than that; whoever has it can still verify it, for it is not revoked.</summary>
[StoredAs("certificate.withdrawn.v1")]
public sealed record CertificateWithdrawn(Guid RecordId, long RecordVersion, Ground Ground) : CertificateEvent, IAboutRecord;

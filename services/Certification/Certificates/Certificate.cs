using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>What anybody may rely on: the claims as they were when it was issued. One stream per certificate.</summary>
public sealed record Certificate : IStreamState<Certificate>
{
    /// <summary>The frozen claims; null where no such certificate was issued.</summary>
    public CertificateIssued? Claims { get; private init; }

    /// <inheritdoc/>
    public static Certificate Initial { get; } = new();

    /// <summary>R37: at most one for a training record, by its id.</summary>
    public static Guid IdFor(Guid recordId) => NameBased.Id("certificate", recordId.ToString(), "1");

    /// <summary>R43: the first day on which it is no longer valid. Derived, never an event.</summary>
    public DateOnly? ExpiresOn() => Claims?.ValidUntil?.AddDays(1);

    /// <inheritdoc/>
    public Certificate Evolve(object @event) => @event switch
    {
        CertificateIssued e => this with { Claims = e },
        _ => this,
    };
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
    DateOnly IssuedOn, DateOnly? ValidUntil, string Issuer) : CertificateEvent, IAboutRecord;

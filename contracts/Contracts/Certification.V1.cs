using MassTransit;

namespace Tremplin.Contracts.Certification.V1;

/// <summary>The criteria are met and a certificate was issued.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version at the confirmation of the seat that was judged.</param>
/// <param name="CertificateId">The certificate; anybody may check it by this id.</param>
/// <param name="AttendedMinutes">Minutes attended.</param>
[MessageUrn("urn:tremplin:certification:certificate-issued:v1", useDefaultPrefix: false), EntityName("certification.certificate-issued.v1")]
public sealed record CertificateIssued(Guid RecordId, long RecordVersion, Guid CertificateId, int AttendedMinutes);

/// <summary>The criteria are not met.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version at the confirmation of the seat that was judged.</param>
/// <param name="AttendedMinutes">Minutes attended.</param>
/// <param name="Reasons">Each criterion that is not met, in words.</param>
[MessageUrn("urn:tremplin:certification:completion-refused:v1", useDefaultPrefix: false), EntityName("certification.completion-refused.v1")]
public sealed record CompletionRefused(Guid RecordId, long RecordVersion, int AttendedMinutes, IReadOnlyList<string> Reasons);

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

/// <summary>Somebody decided about a certificate after it was issued.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version at the confirmation of the seat that was judged.</param>
/// <param name="CertificateId">The certificate.</param>
/// <param name="CertificateVersion">The certificate's version after that: the latest counts.</param>
/// <param name="Standing">What it is now.</param>
/// <param name="Reason">Why, as a word in kebab-case.</param>
/// <param name="EffectiveOn">From which day on, UTC.</param>
[MessageUrn("urn:tremplin:certification:certificate-changed:v1", useDefaultPrefix: false), EntityName("certification.certificate-changed.v1")]
public sealed record CertificateChanged(
    Guid RecordId, long RecordVersion, Guid CertificateId, long CertificateVersion, CertificateStanding Standing, string Reason, DateOnly EffectiveOn)
{
    /// <summary>The certificate that has taken its place; null unless it is superseded.</summary>
    public Guid? SuccessorId { get; init; }
}

using MassTransit;

namespace Tremplin.Contracts.Certification.V1;

/// <summary>The criteria are met and a certificate was issued.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version at the confirmation of the seat that was judged.</param>
/// <param name="CertificateId">The certificate; anybody may check it by this id.</param>
/// <param name="AttendedMinutes">Minutes attended.</param>
[MessageUrn("tremplin:certification:certificate-issued:v1", useDefaultPrefix: false), EntityName("certification.certificate-issued.v1")]
public sealed record CertificateIssued(Guid RecordId, long RecordVersion, Guid CertificateId, int AttendedMinutes);

/// <summary>The criteria are not met.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version at the confirmation of the seat that was judged.</param>
/// <param name="AttendedMinutes">Minutes attended.</param>
/// <param name="Reasons">Each criterion that is not met, in words.</param>
[MessageUrn("tremplin:certification:completion-refused:v1", useDefaultPrefix: false), EntityName("certification.completion-refused.v1")]
public sealed record CompletionRefused(Guid RecordId, long RecordVersion, int AttendedMinutes, IReadOnlyList<string> Reasons);

using System.Text.Json;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Contracts.Certification.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification;

/// <summary>What the other services hear of. Pure: one stored event, at most one message.</summary>
public static class Announcements
{
    /// <summary>The message that announces this event, or null where nobody needs to know.</summary>
    public static object? From(Recorded e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Data switch
        {
            // One that supersedes is told of by the one that it supersedes.
            Certificates.CertificateIssued { Supersedes: not null } => null,
            Certificates.CertificateIssued c => new Contracts.Certification.V1.CertificateIssued(c.RecordId, c.RecordVersion, e.StreamId, c.AttendedMinutes),
            CompletionDecided { Verdict: Verdict.NotMet } d =>
                new CompletionRefused(e.StreamId, d.RecordVersion, d.AttendedMinutes, d.Reasons),
            CertificateSuspended c => Changed(c.RecordId, c.RecordVersion, CertificateStanding.Suspended, c.Ground),
            CertificateReinstated c => Changed(c.RecordId, c.RecordVersion, CertificateStanding.Reinstated, c.Ground),
            CertificateRevoked c => Changed(c.RecordId, c.RecordVersion, CertificateStanding.Revoked, c.Ground),
            CertificateSuperseded c => Changed(c.RecordId, c.RecordVersion, CertificateStanding.Superseded, c.Ground) with { SuccessorId = c.Successor },
            CertificateWithdrawn c => Changed(c.RecordId, c.RecordVersion, CertificateStanding.Withdrawn, c.Ground),
            _ => null,
        };

        CertificateChanged Changed(Guid record, long version, CertificateStanding standing, Ground ground) =>
            new(record, version, e.StreamId, e.Version, standing, JsonNamingPolicy.KebabCaseLower.ConvertName(ground.Reason.ToString()), ground.EffectiveOn);
    }
}

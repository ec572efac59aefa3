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
            Certificates.CertificateIssued c => new CertificateIssued(c.RecordId, c.RecordVersion, e.StreamId, c.AttendedMinutes),
            CompletionDecided { Verdict: Verdict.NotMet } d =>
                new CompletionRefused(e.StreamId, d.RecordVersion, d.AttendedMinutes, d.Reasons),
            _ => null,
        };
    }
}

using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>It does not count until somebody has decided.</summary>
/// <param name="Ground">R41: why.</param>
public sealed record SuspendCertificate(Ground Ground) : ICommand<Certificate>
{
    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now) => Ground.Fault(state, now) ?? state.Standing switch
    {
        Standing.Suspended => Decision.Nothing,
        Standing.Issued => Decision.Accept(new CertificateSuspended(state.Claims!.RecordId, state.Claims.RecordVersion, Ground)),
        _ => Grounds.Ended(state),
    };
}

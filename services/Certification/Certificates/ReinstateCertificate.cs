using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>What was suspended counts again.</summary>
/// <param name="Ground">R41: why.</param>
public sealed record ReinstateCertificate(Ground Ground) : ICommand<Certificate>
{
    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now) => Ground.Fault(state, now) ?? state.Standing switch
    {
        Standing.Issued => Decision.Nothing,
        Standing.Suspended => Decision.Accept(new CertificateReinstated(state.Claims!.RecordId, state.Claims.RecordVersion, Ground)),
        _ => Grounds.Ended(state),
    };
}

using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>R40: it never counts again. One that was superseded is past that: its successor counts.</summary>
/// <param name="Ground">R41: why.</param>
public sealed record RevokeCertificate(Ground Ground) : ICommand<Certificate>
{
    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now) => Ground.Fault(state, now) ?? state.Standing switch
    {
        Standing.Revoked when state.Ground == Ground => Decision.Nothing,
        Standing.Issued or Standing.Suspended => Decision.Accept(new CertificateRevoked(state.Claims!.RecordId, state.Claims.RecordVersion, Ground)),
        _ => Grounds.Ended(state),
    };
}

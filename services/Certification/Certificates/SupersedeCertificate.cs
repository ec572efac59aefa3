using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>R40: another certificate takes the place of this one.</summary>
/// <param name="Successor">The other.</param>
/// <param name="Ground">R41: why.</param>
public sealed record SupersedeCertificate(Guid Successor, Ground Ground) : ICommand<Certificate>
{
    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now) => Ground.Fault(state, now) ?? state.Standing switch
    {
        Standing.Superseded when state.Successor == Successor => Decision.Nothing,
        Standing.Issued => Decision.Accept(new CertificateSuperseded(state.Claims!.RecordId, state.Claims.RecordVersion, Successor, Ground)),
        Standing.Suspended => Decision.Refuse("suspended", "The certificate is suspended: reinstate it, or revoke it."),
        _ => Grounds.Ended(state),
    };
}

using Tremplin.Defaults.Audit;

namespace Tremplin.Certification.Certificates;

/// <summary>What an auditor may hold against a certificate.</summary>
public sealed class CertificateInvariants : Invariants<Certificate>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R37", "R39", "R40", "R41"];

    /// <inheritdoc/>
    public override (string Rule, string What)? Holds(Certificate state) =>
        state is { Claims: { } claims, Standing: Standing.Issued or Standing.Suspended } ? ("R37", $"the certificate of the record {claims.RecordId}") : null;

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Certificate before, object @event, Certificate after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Claims is { } claims && after.Claims != claims)
            yield return new("R39", "The claims of an issued certificate were changed.");
        if (after.Claims is { } issued && issued.AttendedMinutes > issued.DeliveredMinutes)
            yield return new("R37", $"{issued.AttendedMinutes} minutes are certified; {issued.DeliveredMinutes} were held.");
        if (before.Standing is Standing.Revoked or Standing.Superseded && after.Standing != before.Standing)
            yield return new("R40", $"The certificate was {before.Standing}, and that is final; it became {after.Standing}.");
        if (@event is not (CertificateSuspended or CertificateReinstated or CertificateRevoked or CertificateSuperseded or CertificateWithdrawn))
            yield break;
        if (before.Claims is null)
            yield return new("R41", "Something was decided about a certificate that was never issued.");
        else if ((@event is CertificateWithdrawn ? after.Withdrawn : after.Ground) is not { } ground || !Enum.IsDefined(ground.Reason) || !Enum.IsDefined(ground.By))
            yield return new("R41", "What was decided about the certificate has no reason, or nobody who wanted it.");
    }
}

using Tremplin.Defaults.Audit;

namespace Tremplin.Certification.Certificates;

/// <summary>What an auditor may hold against a certificate.</summary>
public sealed class CertificateInvariants : Invariants<Certificate>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R37", "R39"];

    /// <inheritdoc/>
    public override (string Rule, string What)? Holds(Certificate state) =>
        state?.Claims is { } claims ? ("R37", $"the certificate of the record {claims.RecordId}") : null;

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Certificate before, object @event, Certificate after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Claims is { } claims && after.Claims != claims)
            yield return new("R39", "The claims of an issued certificate were changed.");
        if (after.Claims is { } issued && issued.AttendedMinutes > issued.DeliveredMinutes)
            yield return new("R37", $"{issued.AttendedMinutes} minutes are certified; {issued.DeliveredMinutes} were held.");
    }
}

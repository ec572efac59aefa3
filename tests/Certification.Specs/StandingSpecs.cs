using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Defaults;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

/// <summary>What becomes of a certificate after it was issued.</summary>
public class StandingSpecs
{
    private static readonly Ground Ground = new(GroundReason.Fraud, "Code pénal, art. 441-1", ActorKind.Auditor, new(2026, 11, 24));
    private static readonly Guid Other = Guid.Parse("55555555-0000-5000-8000-000000000001");

    public static TheoryData<ICommand<Certificate>> All => [new SuspendCertificate(Ground), new ReinstateCertificate(Ground), new RevokeCertificate(Ground), new SupersedeCertificate(Other, Ground), new WithdrawCertificate(Ground)];

    [Fact]
    public void Suspends_and_reinstates()
    {
        Given.The<Certificate>(Issued()).When(new SuspendCertificate(Ground)).Then(new CertificateSuspended(RecordId, 7, Ground));
        var suspended = Given.The<Certificate>(Issued(), new CertificateSuspended(RecordId, 7, Ground));
        suspended.When(new SuspendCertificate(Ground)).ThenNothing();
        suspended.When(new ReinstateCertificate(Ground)).Then(new CertificateReinstated(RecordId, 7, Ground));
        var reinstated = Given.The<Certificate>(Issued(), new CertificateSuspended(RecordId, 7, Ground), new CertificateReinstated(RecordId, 7, Ground));
        reinstated.When(new ReinstateCertificate(Ground)).ThenNothing();
        reinstated.When(new SuspendCertificate(Ground)).Then(new CertificateSuspended(RecordId, 7, Ground));
    }

    [Fact, Trait("Rule", "R40")]
    public void Revokes_what_stands_or_is_suspended_for_good()
    {
        Given.The<Certificate>(Issued()).When(new RevokeCertificate(Ground)).Then(new CertificateRevoked(RecordId, 7, Ground));
        Given.The<Certificate>(Issued(), new CertificateSuspended(RecordId, 7, Ground)).When(new RevokeCertificate(Ground)).Then(new CertificateRevoked(RecordId, 7, Ground));
        var revoked = Given.The<Certificate>(Issued(), new CertificateRevoked(RecordId, 7, Ground));
        revoked.When(new RevokeCertificate(Ground)).ThenNothing();
        revoked.When(new RevokeCertificate(Ground with { Reason = GroundReason.Other })).ThenRefuses("revoked");
        revoked.When(new ReinstateCertificate(Ground)).ThenRefuses("revoked");
        revoked.When(new SuspendCertificate(Ground)).ThenRefuses("revoked");
        revoked.When(new SupersedeCertificate(Other, Ground)).ThenRefuses("revoked");
    }

    [Fact, Trait("Rule", "R40")]
    public void Gives_its_place_to_one_other_and_leads_there()
    {
        Given.The<Certificate>(Issued()).When(new SupersedeCertificate(Other, Ground)).Then(new CertificateSuperseded(RecordId, 7, Other, Ground));
        var superseded = Given.The<Certificate>(Issued(), new CertificateSuperseded(RecordId, 7, Other, Ground));
        (superseded.State.Standing, superseded.State.Successor, superseded.State.Claims).Should().Be((Standing.Superseded, Other, Issued()), "it stays verifiable");
        superseded.When(new SupersedeCertificate(Other, Ground)).ThenNothing();
        superseded.When(new SupersedeCertificate(RecordId, Ground)).ThenRefuses("superseded");
        superseded.When(new RevokeCertificate(Ground)).ThenRefuses("superseded");
        Given.The<Certificate>(Issued(), new CertificateSuspended(RecordId, 7, Ground)).When(new SupersedeCertificate(Other, Ground)).ThenRefuses("suspended");
    }

    [Theory, Trait("Rule", "R41")]
    [MemberData(nameof(All))]
    public void Takes_effect_no_later_than_it_is_recorded_and_not_before_it_was_issued(ICommand<Certificate> command)
    {
        var at = Given.The<Certificate>(Issued());
        at.When(command, Given.Now.AddDays(-1)).ThenRefuses("effective-in-the-future");
        At(command, new(2026, 11, 23)).ThenRefuses("effective-before-issue");
        Given.The<Certificate>().When(command).ThenRefuses("unknown");

        Given.Answer At(ICommand<Certificate> asked, DateOnly day) => at.When(
            asked switch
            {
                SuspendCertificate c => c with { Ground = Ground with { EffectiveOn = day } },
                ReinstateCertificate c => c with { Ground = Ground with { EffectiveOn = day } },
                RevokeCertificate c => c with { Ground = Ground with { EffectiveOn = day } },
                SupersedeCertificate c => c with { Ground = Ground with { EffectiveOn = day } },
                WithdrawCertificate c => c with { Ground = Ground with { EffectiveOn = day } },
                _ => throw new ArgumentOutOfRangeException(nameof(asked)),
            },
            Given.Now.AddDays(30));
    }

    [Fact, Trait("Rule", "R41")]
    public void Refuses_a_legal_basis_that_is_an_essay() =>
        Given.The<Certificate>(Issued()).When(new RevokeCertificate(Ground with { LegalBasis = new('x', 201) })).ThenRefuses("legal-basis-too-long");

    [Fact]
    public void Withdraws_without_revoking()
    {
        Given.The<Certificate>(Issued()).When(new WithdrawCertificate(Ground)).Then(new CertificateWithdrawn(RecordId, 7, Ground));
        var withdrawn = Given.The<Certificate>(Issued(), new CertificateWithdrawn(RecordId, 7, Ground));
        withdrawn.State.Standing.Should().Be(Standing.Issued);
        withdrawn.When(new WithdrawCertificate(Ground with { Reason = GroundReason.Other })).ThenNothing();
        withdrawn.When(new RevokeCertificate(Ground)).Then(new CertificateRevoked(RecordId, 7, Ground));
    }
}

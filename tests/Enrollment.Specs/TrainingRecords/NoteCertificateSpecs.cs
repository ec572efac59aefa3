using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class NoteCertificateSpecs
{
    private static readonly Guid Next = Guid.Parse("99999999-0000-5000-8000-000000000002");
    private static readonly CertificateChanged Suspended = new(Certificate, 2, CertificateStanding.Suspended, "under-review", new(2026, 11, 24), null);
    private static readonly CertificateChanged Reinstated = Suspended with { CertificateVersion = 3, Standing = CertificateStanding.Reinstated, Reason = "cleared" };
    private static readonly CertificateChanged Superseded = new(Certificate, 4, CertificateStanding.Superseded, "misprint", new(2026, 11, 24), Next);

    [Fact, Trait("Rule", "R40")]
    public void Notes_what_was_decided_and_stays_completed()
    {
        Completed().When(new NoteCertificate(Suspended)).Then(Suspended);
        Completed(Suspended).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Completed && r.CertificateChanges[Certificate].Standing == CertificateStanding.Suspended);
    }

    [Fact, Trait("Rule", "R40")]
    public void Knows_the_successor()
    {
        Completed(Superseded).State.LastCertificate().Should().Be(Next);
        Completed(Superseded, Superseded with { CertificateId = Next, SuccessorId = null, Standing = CertificateStanding.Revoked }).State.LastCertificate().Should().Be(Next);
        Completed().State.LastCertificate().Should().Be(Certificate);
    }

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_or_late()
    {
        Completed(Suspended).When(new NoteCertificate(Suspended)).ThenNothing();
        Completed(Reinstated).When(new NoteCertificate(Suspended)).ThenNothing();
    }

    [Fact]
    public void Takes_it_before_the_word_of_the_certificate() => RecordWith(Confirmed()).When(new NoteCertificate(Suspended)).Then(Suspended);

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(new NoteCertificate(Suspended)).ThenRefuses("unknown");

    private static Given.Stream<TrainingRecord> Completed(params object[] events) => RecordWith([Confirmed(), new TrainingCompleted(Certificate, 420), .. events]);
}

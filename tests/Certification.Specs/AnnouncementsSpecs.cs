using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;
using static Tremplin.Certification.Specs.Sample;
using V1 = Tremplin.Contracts.Certification.V1;

namespace Tremplin.Certification.Specs;

public class AnnouncementsSpecs
{
    [Fact]
    public void Tells_of_a_certificate() =>
        Message(Issued(), Certificate.IdFor(RecordId))
            .Should().Be(new V1.CertificateIssued(RecordId, 7, Certificate.IdFor(RecordId), 630));

    [Fact]
    public void Tells_what_became_of_a_certificate()
    {
        var ground = new Ground(GroundReason.IssuedInError, "R41", ActorKind.Auditor, new(2026, 11, 24));
        foreach (var (e, standing) in ((object, V1.CertificateStanding)[])[
            (new CertificateSuspended(RecordId, 7, ground), V1.CertificateStanding.Suspended), (new CertificateReinstated(RecordId, 7, ground), V1.CertificateStanding.Reinstated),
            (new CertificateRevoked(RecordId, 7, ground), V1.CertificateStanding.Revoked), (new CertificateWithdrawn(RecordId, 7, ground), V1.CertificateStanding.Withdrawn)])
        {
            Message(e, Learner).Should().Be(new V1.CertificateChanged(RecordId, 7, Learner, 1, standing, "issued-in-error", new(2026, 11, 24)));
        }

        Message(new CertificateSuperseded(RecordId, 7, Cohort, ground), Learner)
            .Should().Be(new V1.CertificateChanged(RecordId, 7, Learner, 1, V1.CertificateStanding.Superseded, "issued-in-error", new(2026, 11, 24)) { SuccessorId = Cohort });
        Message(Issued() with { Supersedes = Learner }, Cohort).Should().BeNull("the one before says it");
    }

    [Fact]
    public void Tells_of_a_completion_that_is_refused() =>
        Message(NotMet("too little"), RecordId).Should().BeEquivalentTo(new V1.CompletionRefused(RecordId, 7, 420, ["too little"]));

    [Fact]
    public void Leaves_it_to_the_certificate_to_tell_that_the_criteria_are_met() => Message(Met(), RecordId).Should().BeNull();

    [Fact]
    public void Keeps_the_parts_of_a_file_to_itself() =>
        new object[] { Named(), Recorded(1), Ended() }.Select(e => Message(e, RecordId)).Should().OnlyContain(m => m == null);

    private static object? Message(object @event, Guid stream) =>
        Announcements.From(new(Guid.Empty, stream, 1, @event, Given.Now));
}

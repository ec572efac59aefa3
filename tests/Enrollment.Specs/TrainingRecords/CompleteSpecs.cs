using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class CompleteSpecs
{
    private static readonly Complete Certified = new(Certificate, 420, []), Refused = new(null, 210, ["too little"]);

    [Fact]
    public void Completes_with_the_certificate()
    {
        RecordWith(Confirmed(), Attended(1), Attended(2)).When(Certified).Then(new TrainingCompleted(Certificate, 420));
        RecordWith(Confirmed(), new TrainingCompleted(Certificate, 420)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Completed && r.CertificateId == Certificate && r.Reasons.IsEmpty);
    }

    [Fact]
    public void Ends_without_one_and_says_why()
    {
        RecordWith(Confirmed(), Attended(1)).When(Refused).Then(new TrainingNotCompleted(210, ["too little"]));
        RecordWith(Confirmed(), new TrainingNotCompleted(210, ["too little"])).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.NotCompleted && r.Reasons.Single() == "too little");
    }

    [Fact]
    public void Does_not_wait_for_attendance_that_is_late() =>
        RecordWith(Confirmed()).When(Certified).Then(new TrainingCompleted(Certificate, 420));

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() =>
        RecordWith(Confirmed(), new TrainingCompleted(Certificate, 420)).When(Certified).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_a_refusal_is_repeated() =>
        RecordWith(Confirmed(), new TrainingNotCompleted(210, ["too little"])).When(Refused).ThenNothing();

    [Fact, Trait("Rule", "R33")]
    public void Completes_after_a_refusal_where_a_review_led_to_a_certificate()
    {
        RecordWith(Confirmed(), new TrainingNotCompleted(210, ["too little"])).When(Certified).Then(new TrainingCompleted(Certificate, 420));
        RecordWith(Confirmed(), new TrainingNotCompleted(210, ["too little"]), new TrainingCompleted(Certificate, 420)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Completed && r.Reasons.IsEmpty);
        RecordWith(Confirmed(), new TrainingNotCompleted(210, ["too little"]), new TrainingCompleted(Certificate, 420)).When(Refused).ThenNothing();
    }

    [Fact]
    public void Changes_nothing_for_a_learner_who_withdrew() => RecordWith(Confirmed(), Withdrew()).When(Certified).ThenNothing();

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Certified).ThenRefuses("unknown");
}

using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class EndAsNoShowSpecs
{
    private static readonly EndAsNoShow End = new(Cohort, Request);

    [Fact, Trait("Rule", "R20")]
    public void Ends_the_record()
    {
        RecordWith(Confirmed(), Attended(1, 0), Attended(2, 0)).When(End).Then(new NoShow(Cohort));
        RecordWith(Confirmed(), new NoShow(Cohort)).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.NoShow && r.Ended());
    }

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Confirmed(), new NoShow(Cohort)).When(End).ThenNothing();

    [Fact]
    public void Changes_nothing_for_who_moved_on() =>
        RecordWith(Confirmed(), new TransferRequested(OtherCohort, LearnerId, false), new Transferred(Cohort, OtherCohort)).When(End).ThenNothing();
}

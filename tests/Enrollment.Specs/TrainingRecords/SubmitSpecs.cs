using AwesomeAssertions;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class SubmitSpecs
{
    private static readonly Submit Submit = new(Applied, Facts, new(Cohort, [new(OtherCohort, "meant for other territories")]));

    [Fact]
    [Trait("Rule", "R17")]
    public void Decides_at_once_and_asks_for_the_seat() =>
        Given.The<TrainingRecord>().When(Submit).Then(
            Submitted(), Eligible(), new SeatRequested(Cohort, LearnerId, [new(OtherCohort, "meant for other territories")]));

    [Fact]
    public void Waits_for_a_cohort_where_none_is_open() =>
        Given.The<TrainingRecord>().When(Submit with { Choice = new(null, []) }).Then(Submitted(), Eligible());

    [Fact]
    [Trait("Rule", "R17")]
    public void Asks_for_no_seat_when_not_eligible_and_keeps_why()
    {
        Given.The<TrainingRecord>().When(Submit with { Facts = Facts with { LegalForm = "public body" } }).Then(Submitted(), NotEligible());
        Given.The<TrainingRecord>(Submitted(), NotEligible()).State.Reasons.Should().Equal(NotEligible().Reasons);
    }

    [Fact]
    public void Refuses_a_named_cohort_that_cannot_be_had() =>
        Given.The<TrainingRecord>().When(Submit with { Choice = new(null, [], "The cohort is closed.") }).ThenRefuses("cohort-not-open");

    [Fact]
    [Trait("Rule", "R14")]
    public void Keeps_the_one_live_record_whoever_sends_it_again() =>
        RecordWith().When(Submit with { Application = Applied with { Partner = "another", Ref = "B-7" }, Choice = new(OtherCohort, []) })
            .ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_though_the_cohort_closed_meanwhile() =>
        RecordWith().When(Submit with { Choice = new CohortChoice(null, [], "The cohort is closed.") }).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_after_the_end() =>
        RecordWith(Confirmed(), Withdrew()).When(Submit).ThenNothing();

    [Fact]
    [Trait("Rule", "R14")]
    public void Gives_a_learner_one_record_per_programme_and_another_per_cycle()
    {
        var one = TrainingRecord.IdFor(LearnerId, "a", 1);
        TrainingRecord.IdFor(LearnerId, "a", 1).Should().Be(one);
        new[] { one, TrainingRecord.IdFor(LearnerId, "b", 1), TrainingRecord.IdFor(LearnerId, "a", 2), TrainingRecord.IdFor(Cohort, "a", 1) }
            .Should().OnlyHaveUniqueItems();
    }
}

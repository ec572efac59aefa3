using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class RequestSeatSpecs
{
    private static readonly RequestSeat Ask = new(new(Cohort, [new(OtherCohort, "full")]));

    [Fact]
    public void Asks_once_a_cohort_is_open() =>
        Given.The<TrainingRecord>(Submitted(), Eligible()).When(Ask).Then(new SeatRequested(Cohort, LearnerId, [new(OtherCohort, "full")]));

    [Fact]
    public void Asks_again_after_a_cohort_refused() =>
        RecordWith(new SeatRefused(Cohort, "The cohort is not open.")).When(new RequestSeat(new(OtherCohort, []))).Then(Requested(OtherCohort));

    [Fact]
    public void Changes_nothing_while_no_cohort_is_open() =>
        Given.The<TrainingRecord>(Submitted(), Eligible()).When(new RequestSeat(new(null, []))).ThenNothing();

    [Fact]
    [Trait("Rule", "R14")]
    public void Changes_nothing_while_another_request_is_open() => RecordWith().When(new RequestSeat(new(OtherCohort, []))).ThenNothing();

    [Fact]
    public void Changes_nothing_for_a_record_that_was_never_approved() =>
        Given.The<TrainingRecord>(Submitted(), NotEligible()).When(Ask).ThenNothing();

    [Fact]
    public void Changes_nothing_after_a_withdrawal() =>
        Given.The<TrainingRecord>(Submitted(), Eligible(), new LearnerWithdrew(null, WithdrawalReason.Learner)).When(Ask).ThenNothing();
}

using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class WithdrawSpecs
{
    private static readonly Withdraw Withdraw = new(WithdrawalReason.Dates);

    public static TheoryData<object[]> Live => new(
        [], [Waitlisted()], [Offered()], [Offered(), Accepted()], [Confirmed()], [Confirmed(), Attended(1)]);

    [Theory]
    [MemberData(nameof(Live), DisableDiscoveryEnumeration = true)]
    public void Leaves_the_cohort_from_every_live_state(object[] later) => RecordWith(later).When(Withdraw).Then(Withdrew());

    [Fact]
    public void Names_no_cohort_where_none_was_asked() =>
        Given.The<TrainingRecord>(Submitted(), Eligible()).When(Withdraw).Then(new LearnerWithdrew(null, WithdrawalReason.Dates));

    [Fact]
    [Trait("Rule", "R19")]
    public void Keeps_hours_done() =>
        RecordWith(Confirmed(), Attended(1), Attended(2), Withdrew()).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Withdrawn && r.Attended.Values.Sum() == 420);

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Withdrew()).When(Withdraw).ThenNothing();

    [Fact]
    public void Changes_nothing_after_an_offer_was_declined() =>
        RecordWith(Offered(), new OfferDeclined(Cohort)).When(Withdraw).ThenNothing();

    [Fact]
    public void Refuses_after_completion() =>
        RecordWith(Confirmed(), new TrainingCompleted(Certificate, 210)).When(Withdraw).ThenRefuses("record-ended");

    [Fact]
    public void Refuses_after_a_training_that_was_not_completed() =>
        RecordWith(Confirmed(), new TrainingNotCompleted(0, ["too little"])).When(Withdraw).ThenRefuses("record-ended");

    [Fact]
    public void Refuses_for_an_applicant_who_is_not_eligible() =>
        Given.The<TrainingRecord>(Submitted(), NotEligible()).When(Withdraw).ThenRefuses("record-ended");

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Withdraw).ThenRefuses("unknown");
}

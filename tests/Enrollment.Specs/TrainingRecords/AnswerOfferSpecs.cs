using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class AnswerOfferSpecs
{
    private static readonly AnswerOffer Accept = new(true), Decline = new(false);

    [Fact]
    public void Takes_the_seat() => RecordWith(Waitlisted(), Offered()).When(Accept).Then(Accepted());

    [Fact]
    public void Leaves_the_seat() => RecordWith(Waitlisted(), Offered()).When(Decline).Then(new OfferDeclined(Cohort));

    [Fact]
    [Trait("Rule", "R7")]
    public void Takes_the_seat_in_the_last_instant() => RecordWith(Offered()).When(Accept, Deadline.AddTicks(-1)).Then(Accepted());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Rule", "R7")]
    public void Refuses_an_answer_from_the_deadline_on(bool accept) =>
        RecordWith(Offered()).When(new AnswerOffer(accept), Deadline).ThenRefuses("offer-expired");

    [Fact]
    [Trait("Rule", "R7")]
    public void Says_that_the_offer_expired_also_after_the_cohort_said_so() =>
        RecordWith(Offered(), new OfferExpired(Cohort)).When(Accept, Deadline.AddHours(1)).ThenRefuses("offer-expired");

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_accepted_again() => RecordWith(Offered(), Accepted()).When(Accept).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_accepted_again_after_the_deadline() =>
        RecordWith(Offered(), Accepted()).When(Accept, Deadline.AddDays(1)).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_accepted_again_after_the_seat() =>
        RecordWith(Offered(), Accepted(), Confirmed()).When(Accept).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_accepted_again_in_progress_before_the_word_of_the_seat() =>
        RecordWith(Offered(), Accepted(), Attended(1)).When(Accept).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_declined_again() => RecordWith(Offered(), new OfferDeclined(Cohort)).When(Decline).ThenNothing();

    [Fact]
    public void Refuses_to_decline_what_was_accepted() => RecordWith(Offered(), Accepted()).When(Decline).ThenRefuses("offer-accepted");

    [Fact]
    public void Refuses_to_decline_a_seat_that_was_accepted() =>
        RecordWith(Offered(), Accepted(), Confirmed()).When(Decline).ThenRefuses("offer-accepted");

    [Fact]
    public void Refuses_to_accept_what_was_declined() =>
        RecordWith(Offered(), new OfferDeclined(Cohort)).When(Accept).ThenRefuses("no-offer");

    [Fact]
    public void Refuses_to_accept_after_a_withdrawal() => RecordWith(Offered(), Accepted(), Withdrew()).When(Accept).ThenRefuses("no-offer");

    [Fact]
    public void Refuses_while_no_seat_is_offered() => RecordWith(Waitlisted()).When(Accept).ThenRefuses("no-offer");

    [Fact]
    public void Refuses_a_seat_that_was_never_an_offer() => RecordWith(Confirmed()).When(Accept).ThenRefuses("no-offer");

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Accept).ThenRefuses("unknown");
}

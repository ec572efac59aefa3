using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class OfferSeatSpecs
{
    private static readonly OfferSeat Offer = new(Cohort, Request, Deadline, "association");

    [Fact]
    [Trait("Rule", "R6")]
    public void Holds_the_seat_until_the_deadline()
    {
        RecordWith(Waitlisted()).When(Offer).Then(Eligible(), Offered());
        RecordWith(Waitlisted(), Offered()).State.Seat.Should().Be(new Seat(Cohort, Request, 14, Deadline));
    }

    [Fact]
    public void Overtakes_the_word_of_the_waitlist() => RecordWith().When(Offer).Then(Eligible(), Offered());

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Waitlisted(), Offered()).When(Offer).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_after_the_answer() =>
        RecordWith(Waitlisted(), Offered(), Accepted()).When(Offer).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_after_the_seat() =>
        RecordWith(Offered(), Accepted(), Confirmed()).When(Offer).ThenNothing();

    [Fact]
    [Trait("Rule", "R9")]
    public void Comes_too_late_for_a_learner_who_withdrew() => RecordWith(Waitlisted(), Withdrew()).When(Offer).ThenNothing();

    [Fact]
    [Trait("Rule", "R7")]
    public void Comes_too_late_after_the_expiry_that_overtook_it() =>
        RecordWith(Waitlisted(), new OfferExpired(Cohort)).When(Offer).ThenNothing();

    [Fact]
    public void Comes_too_late_after_the_refusal_that_overtook_it() =>
        RecordWith(Waitlisted(), new SeatRefused(Cohort, "closed")).When(Offer).ThenNothing();

    [Fact]
    public void Ignores_an_offer_to_an_older_request() =>
        RecordWith(new SeatRefused(Cohort, "closed"), Requested()).When(Offer).ThenNothing();

    [Fact]
    public void Ignores_another_cohort() => RecordWith(Waitlisted()).When(Offer with { CohortId = OtherCohort }).ThenNothing();

    [Fact]
    [Trait("Rule", "R17")]
    public void Gives_the_seat_back_when_the_learner_is_not_eligible_any_more()
    {
        var changed = Offer with { LegalForm = "public body" };
        RecordWith(Waitlisted()).When(changed).Then(NotEligible(), new SeatGivenUp(Cohort));
        RecordWith(Waitlisted(), NotEligible(), new SeatGivenUp(Cohort)).State.Status.Should().Be(RecordStatus.Ineligible);
        RecordWith(Waitlisted(), NotEligible(), new SeatGivenUp(Cohort)).When(changed).ThenNothing();
    }

    [Fact]
    [Trait("Rule", "R17")]
    public void Deciding_again_moves_nobody() => RecordWith(Waitlisted(), Eligible()).State.Status.Should().Be(RecordStatus.Waitlisted);
}

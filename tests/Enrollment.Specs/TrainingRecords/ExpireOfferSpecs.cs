using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

[Trait("Rule", "R7")]
public class ExpireOfferSpecs
{
    private static readonly ExpireOffer Expire = new(Cohort, Request);

    [Fact]
    public void Withdraws_the_record()
    {
        RecordWith(Waitlisted(), Offered()).When(Expire).Then(new OfferExpired(Cohort));
        RecordWith(Waitlisted(), Offered(), new OfferExpired(Cohort)).State.Status.Should().Be(RecordStatus.Withdrawn);
    }

    [Fact]
    public void Wins_over_an_acceptance_that_reached_the_cohort_later() =>
        RecordWith(Offered(), Accepted()).When(Expire).Then(new OfferExpired(Cohort));

    [Fact]
    public void Is_taken_before_the_offer_that_it_overtook() => RecordWith(Waitlisted()).When(Expire).Then(new OfferExpired(Cohort));

    [Fact]
    public void Loses_to_a_seat() => RecordWith(Offered(), Accepted(), Confirmed()).When(Expire).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Offered(), new OfferExpired(Cohort)).When(Expire).ThenNothing();

    [Fact]
    public void Changes_nothing_after_the_learner_declined() => RecordWith(Offered(), new OfferDeclined(Cohort)).When(Expire).ThenNothing();

    [Fact]
    public void Ignores_the_end_of_an_offer_to_an_older_request() =>
        RecordWith(new SeatRefused(Cohort, "closed"), Requested()).When(Expire).ThenNothing();

    [Fact]
    public void Ignores_another_cohort() => RecordWith(Offered()).When(Expire with { CohortId = OtherCohort }).ThenNothing();
}

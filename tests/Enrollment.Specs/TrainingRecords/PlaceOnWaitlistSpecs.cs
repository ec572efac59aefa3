using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class PlaceOnWaitlistSpecs
{
    private static readonly PlaceOnWaitlist Place = new(Cohort, Request, 14);

    [Fact]
    [Trait("Rule", "R3")]
    public void Keeps_the_place_in_the_cohorts_order()
    {
        RecordWith().When(Place).Then(Waitlisted());
        RecordWith(Waitlisted()).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Waitlisted && r.Seat!.Place == 14);
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Waitlisted()).When(Place).ThenNothing();

    [Fact]
    public void Comes_too_late_after_the_offer_that_overtook_it() => RecordWith(Offered()).When(Place).ThenNothing();

    [Fact]
    public void Comes_too_late_after_the_seat() => RecordWith(Confirmed()).When(Place).ThenNothing();

    [Fact]
    public void Comes_too_late_after_attendance() => RecordWith(Attended(1)).When(Place).ThenNothing();

    [Fact]
    public void Comes_too_late_after_the_offer_expired() => RecordWith(new OfferExpired(Cohort)).When(Place).ThenNothing();

    [Fact]
    public void Comes_too_late_after_a_withdrawal() => RecordWith(Withdrew()).When(Place).ThenNothing();

    [Fact]
    public void Ignores_an_answer_to_an_older_request() =>
        RecordWith(new SeatRefused(Cohort, "closed"), Requested(OtherCohort)).When(Place).ThenNothing();

    [Fact]
    public void Ignores_an_answer_to_an_older_request_to_the_same_cohort() =>
        RecordWith(new SeatRefused(Cohort, "closed"), Requested()).When(Place).ThenNothing();

    [Fact]
    public void Takes_no_seat_while_it_waits() =>
        (RecordWith().State.TakesSeat, RecordWith(Waitlisted()).State.TakesSeat, RecordWith(Waitlisted(), Offered()).State.TakesSeat)
            .Should().Be((true, false, true));
}

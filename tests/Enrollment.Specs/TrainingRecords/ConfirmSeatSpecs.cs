using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class ConfirmSeatSpecs
{
    private static readonly ConfirmSeat Confirm = new(Cohort, Request);

    [Fact]
    public void Takes_the_seat_that_was_free_at_once() => RecordWith().When(Confirm).Then(Confirmed());

    [Fact]
    [Trait("Rule", "R47")]
    public void Keeps_where_in_the_order_of_the_cohort_it_was_given()
    {
        RecordWith().When(Confirm with { CohortVersion = 12 }).Then(Confirmed() with { CohortVersion = 12 });
        RecordWith(Confirmed() with { CohortVersion = 12 }).State.Seat!.GivenAt.Should().Be(12);
    }

    [Fact]
    public void Takes_the_seat_after_an_accepted_offer() => RecordWith(Waitlisted(), Offered(), Accepted()).When(Confirm).Then(Confirmed());

    [Fact]
    public void Leaves_no_offer_open() => RecordWith(Offered(), Accepted(), Confirmed()).State.Seat!.OfferEnds.Should().BeNull();

    [Fact]
    public void Keeps_a_record_in_progress_when_attendance_came_first()
    {
        RecordWith(Attended(2), Attended(3), Attended(1)).When(Confirm).Then(Confirmed() with { EarlierSessionIds = [HalfDay(1), HalfDay(2), HalfDay(3)] });
        RecordWith(Attended(1), Confirmed()).State.Status.Should().Be(RecordStatus.InProgress);
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Confirmed()).When(Confirm).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_in_progress() => RecordWith(Confirmed(), Attended(1)).When(Confirm).ThenNothing();

    [Fact]
    public void Ignores_a_seat_nobody_requested() =>
        Given.The<TrainingRecord>(Submitted(), Eligible()).When(Confirm).ThenNothing();

    [Fact]
    public void Ignores_another_cohort() => RecordWith().When(Confirm with { CohortId = OtherCohort }).ThenNothing();

    [Fact]
    public void Ignores_an_answer_to_an_older_request() =>
        RecordWith(new SeatRefused(Cohort, "full"), Requested()).When(Confirm).ThenNothing();

    [Fact]
    public void Takes_the_answer_to_the_newest_request() =>
        RecordWith(new SeatRefused(Cohort, "full"), Requested()).When(Confirm with { RequestVersion = 5 }).Then(Confirmed());

    [Fact]
    public void Comes_too_late_for_a_learner_who_withdrew() => RecordWith(Withdrew()).When(Confirm).ThenNothing();
}

using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class RequestSeatSpecs
{
    private static RequestSeat Asks(Guid record, long version = 1) => new(record, version, LearnerOf(record));

    [Fact, Trait("Rule", "R2")]
    public void Gives_a_free_seat_at_once() => Given(OpenCohortOf(1)).When(Asks(Awa)).Then(Seated(Awa));

    [Fact, Trait("Rule", "R2")]
    public void Puts_on_the_waitlist_when_all_seats_are_held() =>
        Given(OpenCohortOf(1, Seated(Awa))).When(Asks(Bilal)).Then(Waits(Bilal));

    [Fact, Trait("Rule", "R1")]
    public void Counts_a_live_offer_as_a_held_seat() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Start)))
            .When(Asks(Chloe))
            .Then(Waits(Chloe));

    [Fact, Trait("Rule", "R5")]
    public void Lets_nobody_take_a_free_seat_while_somebody_waits() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Awa, 2, Standing.Seated)))
            .When(Asks(Chloe))
            .Then(Waits(Chloe));

    [Fact, Trait("Rule", "R18")]
    public void Gives_a_transfer_a_free_seat_or_nothing()
    {
        Given(OpenCohortOf(1)).When(Asks(Awa) with { OnlyIfFree = true }).Then(Seated(Awa));
        Given(OpenCohortOf(1, Seated(Awa))).When(Asks(Bilal) with { OnlyIfFree = true }).Then(new SeatRequestRefused(Bilal, 1, LearnerOf(Bilal), "The cohort is full."));
    }

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_the_record_has_the_seat() => Given(OpenCohortOf(2, Seated(Awa))).When(Asks(Awa)).ThenNothing();

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_the_record_waits() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal))).When(Asks(Bilal)).ThenNothing();

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_the_request_was_refused() =>
        Given(Planned(1), new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open.")).When(Asks(Awa)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_the_withdrawal_came_first() =>
        Given(OpenCohortOf(1, new RequestWithdrawn(Awa, 2, Standing.None))).When(Asks(Awa)).ThenNothing();

    [Fact, Trait("Rule", "R9")]
    public void Takes_a_new_request_of_a_record_that_left_at_the_tail() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), new RequestWithdrawn(Bilal, 2, Standing.Waiting)))
            .When(Asks(Bilal, 3))
            .Then(Waits(Bilal, 3));

    [Fact]
    public void Frees_the_seat_of_a_record_that_asks_again() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal)))
            .When(Asks(Awa, 3))
            .Then(new RequestWithdrawn(Awa, 3, Standing.Seated), Waits(Awa, 3));

    [Fact]
    public void Moves_a_waiting_record_that_asks_again_to_the_tail() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal)))
            .When(Asks(Bilal, 3))
            .Then(new RequestWithdrawn(Bilal, 3, Standing.Waiting), Waits(Bilal, 3));

    [Fact]
    public void Gives_the_seat_again_when_nobody_waits() =>
        Given(OpenCohortOf(1, Seated(Awa)))
            .When(Asks(Awa, 3))
            .Then(new RequestWithdrawn(Awa, 3, Standing.Seated), Seated(Awa, 3));

    [Fact]
    public void Does_not_take_a_request_before_the_cohort_is_open() =>
        Given(Planned(1)).When(Asks(Awa)).Then(new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open."));

    [Fact]
    public void Does_not_take_a_request_after_the_cohort_is_closed() =>
        Given(OpenCohortOf(1, new CohortClosed())).When(Asks(Awa))
            .Then(new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open."));

    [Fact]
    public void Does_not_take_a_request_once_the_cohort_has_started() =>
        Given(OpenCohortOf(1)).When(Asks(Awa), Start)
            .Then(new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort has started."));

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(Asks(Awa)).ThenRefused("unknown");
}

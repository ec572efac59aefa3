using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class CancelCohortSpecs
{
    private static readonly CancelCohort Cancel = new(CancellationReason.TooFew);

    private static readonly CohortCancelled Cancelled = new(CancellationReason.TooFew, Interrupted: false);

    [Fact, Trait("Rule", "R28")]
    public void Tells_everybody_in_it_once_seats_before_offers_before_the_queue() =>
        Given(OpenCohortOf(2, Seated(Awa), Waits(Bilal), Seated(Chloe), Waits(Diego), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Start), Waits(Awa, 5)))
            .When(Cancel)
            .Then(
                Cancelled, new SeatLost(Chloe, 1, Standing.Seated, 1), new SeatLost(Bilal, 1, Standing.Offered, 2),
                new SeatLost(Diego, 1, Standing.Waiting, 3), new SeatLost(Awa, 5, Standing.Waiting, 4));

    [Fact, Trait("Rule", "R28")]
    public void Ranks_those_who_lose_the_same_by_the_place_that_they_had() =>
        Given(OpenCohortOf(4, Seated(Diego), Seated(Bilal), Seated(Chloe), Seated(Awa))).When(Cancel).Then(
            Cancelled, new SeatLost(Diego, 1, Standing.Seated, 1), new SeatLost(Bilal, 1, Standing.Seated, 2),
            new SeatLost(Chloe, 1, Standing.Seated, 3), new SeatLost(Awa, 1, Standing.Seated, 4));

    [Fact, Trait("Rule", "R28")]
    public void Ends_several_groups_in_the_order_in_which_they_asked() =>
        Given(OpenCohortOf(3, Reserved(2) with { ReservationId = Id(53) }, Reserved(1), GroupWaits(2) with { ReservationId = Id(51) })).When(Cancel).Then(
            Cancelled, new ReservationEnded(Id(53), 2, ReservationEnd.CohortOver), new ReservationEnded(Group, 1, ReservationEnd.CohortOver),
            new ReservationEnded(Id(51), 2, ReservationEnd.CohortOver));

    [Fact, Trait("Rule", "R28")]
    public void Ends_reservations_and_groups() =>
        Given(OpenCohortOf(3, Reserved(2), Seated(Awa) with { ReservationId = Group })).When(Cancel)
            .Then(Cancelled, new ReservationEnded(Group, 1, ReservationEnd.CohortOver), new SeatLost(Awa, 1, Standing.Seated, 1));

    [Fact, Trait("Rule", "R28")]
    public void Is_an_interruption_once_it_has_begun()
    {
        Given(OpenCohortOf(1, new CohortStarted())).When(Cancel).Then(Cancelled with { Interrupted = true });
        Given(OpenCohortOf(1)).When(Cancel, Start).Then(Cancelled with { Interrupted = true });
    }

    [Fact]
    public void May_happen_before_it_opens() => Given(Planned(1)).When(Cancel).Then(Cancelled);

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_asked_again() => Given(OpenCohortOf(1, Cancelled)).When(Cancel).ThenNothing();

    [Fact, Trait("Rule", "R28")]
    public void Refuses_when_it_was_held_to_its_end() => Given(OpenCohortOf(1, new CohortClosed())).When(Cancel).ThenRefused("cohort-closed");

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(Cancel).ThenRefused("unknown");

    [Fact, Trait("Rule", "R28")]
    public void Gives_no_new_seat() =>
        Given(OpenCohortOf(1, Cancelled)).When(new RequestSeat(Awa, 1, LearnerOf(Awa))).Then(new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open."));

    [Fact, Trait("Rule", "R28")]
    public void Makes_offers_void() =>
        Given(OpenCohortOf(1, Waits(Awa), Offered(Awa, Start), Cancelled, new SeatLost(Awa, 1, Standing.Offered, 1)))
            .When(new AcceptOffer(Awa, 2, Now, Nobody)).ThenNothing();

    [Fact]
    public void Cannot_be_closed_as_if_it_had_been_held() =>
        Given(OpenCohortOf(1, Cancelled)).When(new CloseCohort([new(SessionId, true, Start, new(2026, 3, 16))])).ThenRefused("cohort-cancelled");
}

public class RecordDispositionSpecs
{
    private static readonly object[] AwaLost = OpenCohortOf(1, Seated(Awa), new CohortCancelled(CancellationReason.Room, false), new SeatLost(Awa, 1, Standing.Seated, 1));

    private static readonly RecordDisposition Moved = new(Awa, Disposition.Moved, Id(101));

    [Fact, Trait("Rule", "R28")]
    public void Takes_the_one_disposition() => Given(AwaLost).When(Moved).Then(new DispositionRecorded(Awa, Disposition.Moved, Id(101)));

    [Fact, Trait("Rule", "R28")]
    public void Takes_no_second_one() =>
        Given([.. AwaLost, new DispositionRecorded(Awa, Disposition.Waits, null)]).When(Moved).ThenNothing();

    [Fact, Trait("Rule", "R28")]
    public void Takes_none_for_who_had_left() => Given(OpenCohortOf(1)).When(Moved).ThenNothing();

    [Fact, Trait("Rule", "R28")]
    public void Counts_a_withdrawal_that_was_on_its_way_as_the_disposition() =>
        Given(AwaLost).When(new Withdraw(Awa, 2, Nobody)).Then(new RequestWithdrawn(Awa, 2, Standing.Displaced));

    [Fact, Trait("Rule", "R28")]
    public void Counts_a_no_that_was_on_its_way_as_the_disposition() =>
        Given(AwaLost).When(new DeclineOffer(Awa, 2, Nobody)).Then(new DispositionRecorded(Awa, Disposition.Closed, null));

    [Fact, Trait("Rule", "R28")]
    public void Says_who_is_without_one_by_the_place_that_they_had() =>
        Given([
            .. OpenCohortOf(3, Seated(Chloe), Seated(Awa), Seated(Bilal), new CohortCancelled(CancellationReason.Room, false)),
            new SeatLost(Chloe, 1, Standing.Seated, 1), new SeatLost(Awa, 1, Standing.Seated, 2), new SeatLost(Bilal, 1, Standing.Seated, 3),
        ]).State<Cohort>().Displaced().Select(e => e.RecordId).Should().Equal(Chloe, Awa, Bilal);

    [Fact, Trait("Rule", "R28")]
    public void Is_done_when_nobody_is_without_one()
    {
        Assert.Single(Given(AwaLost).State<Cohort>().Displaced());
        Assert.Empty(Given([.. AwaLost, new DispositionRecorded(Awa, Disposition.Waits, null)]).State<Cohort>().Displaced());
    }
}

using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class ReserveSeatsSpecs
{
    private static ReserveSeats Asks(int seats) => new(Group, "cap-ouest", seats);

    [Fact, Trait("Rule", "R22b")]
    public void Holds_the_seats_until_the_learners_are_to_be_named() => Given(OpenCohortOf(3)).When(Asks(3)).Then(Reserved(3));

    [Fact, Trait("Rule", "R22b")]
    public void Ends_before_the_cut_off_at_the_latest() =>
        Given(OpenCohortOf(3)).When(Asks(3), Start - TimeSpan.FromDays(3)).Then(Reserved(3) with { NameBy = Start - Promotion.CutOff });

    [Fact, Trait("Rule", "R11")]
    public void Waits_for_all_of_them_where_not_all_are_free() => Given(OpenCohortOf(3, Seated(Awa))).When(Asks(3)).Then(GroupWaits(3));

    [Fact, Trait("Rule", "R5")]
    public void Comes_after_those_who_wait() =>
        Given(OpenCohortOf(2, Seated(Awa), Seated(Bilal), Waits(Chloe), new RequestWithdrawn(Awa, 2, Standing.Seated))).When(Asks(1)).Then(GroupWaits(1));

    [Fact, Trait("Rule", "R1")]
    public void Counts_as_taken() => Given(OpenCohortOf(3, Reserved(3))).When(new RequestSeat(Awa, 1, LearnerOf(Awa))).Then(Waits(Awa));

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_asked_again() => Given(OpenCohortOf(3, Reserved(3))).When(Asks(3)).ThenNothing();

    [Fact]
    public void Refuses_the_id_of_another_organisations_group() =>
        Given(OpenCohortOf(3, Reserved(3))).When(Asks(3) with { Organisation = "another" }).ThenRefused("id-taken");

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Refuses_a_group_that_can_never_have_its_seats(int seats) => Given(OpenCohortOf(3)).When(Asks(seats)).ThenRefused("seats-out-of-range");

    [Fact, Trait("Rule", "R8")]
    public void Refuses_after_the_cut_off() => Given(OpenCohortOf(3)).When(Asks(1), Start - Promotion.CutOff).ThenRefused("not-open");

    [Fact]
    public void Refuses_before_the_cohort_is_open() => Given(Planned(3)).When(Asks(1)).ThenRefused("not-open");

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(Asks(1)).ThenRefused("unknown");

    [Fact, Trait("Rule", "R22b")]
    public void Gives_a_named_learner_one_of_the_seats_whoever_waits() =>
        Given(OpenCohortOf(2, Reserved(2), Waits(Chloe)))
            .When(new RequestSeat(Awa, 1, LearnerOf(Awa)) { ReservationId = Group })
            .Then(Seated(Awa) with { ReservationId = Group });

    [Fact, Trait("Rule", "R1")]
    public void Gives_no_more_seats_than_the_group_holds() =>
        Given(OpenCohortOf(3, Reserved(1), Seated(Awa) with { ReservationId = Group }))
            .When(new RequestSeat(Bilal, 1, LearnerOf(Bilal)) { ReservationId = Group })
            .Then(new SeatRequestRefused(Bilal, 1, LearnerOf(Bilal), "The reservation holds no seat any more, or not yet."));

    [Fact, Trait("Rule", "R11")]
    public void Gives_nobody_a_seat_of_a_group_that_waits() =>
        Given(OpenCohortOf(1, Seated(Awa), GroupWaits(1)))
            .When(new RequestSeat(Bilal, 1, LearnerOf(Bilal)) { ReservationId = Group })
            .Then(new SeatRequestRefused(Bilal, 1, LearnerOf(Bilal), "The reservation holds no seat any more, or not yet."));

    [Fact, Trait("Rule", "R22b")]
    public void Lapses_when_nobody_is_named_in_time_and_goes_on() =>
        Given(OpenCohortOf(2, Reserved(2), Waits(Chloe))).When(new ExpireOffers(Nobody), NameBy + Promotion.Grace)
            .Then(new ReservationEnded(Group, 2, ReservationEnd.NotNamed), Offered(Chloe, NameBy + Promotion.Grace + Promotion.OfferStands));

    [Fact, Trait("Rule", "R22b")]
    public void Lapses_by_the_seats_that_are_not_named_only() =>
        Given(OpenCohortOf(2, Reserved(2), Seated(Awa) with { ReservationId = Group })).When(new ExpireOffers(Nobody), NameBy + Promotion.Grace)
            .Then(new ReservationEnded(Group, 1, ReservationEnd.NotNamed));
}

public class GiveBackSeatsSpecs
{
    [Fact, Trait("Rule", "R22b")]
    public void Offers_the_seats_on() =>
        Given(OpenCohortOf(2, Reserved(2), Waits(Chloe))).When(new GiveBackSeats(Group, Nobody))
            .Then(new ReservationEnded(Group, 2, ReservationEnd.GivenBack), Offered(Chloe, Now + Promotion.OfferStands));

    [Fact]
    public void Leaves_the_queue() =>
        Given(OpenCohortOf(1, Seated(Awa), GroupWaits(1))).When(new GiveBackSeats(Group, Nobody)).Then(new ReservationEnded(Group, 1, ReservationEnd.GivenBack));

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_asked_again() =>
        Given(OpenCohortOf(2, Reserved(2), new ReservationEnded(Group, 2, ReservationEnd.GivenBack))).When(new GiveBackSeats(Group, Nobody)).ThenNothing();

    [Fact]
    public void Refuses_what_is_no_reservation() => Given(OpenCohortOf(2, Seated(Awa))).When(new GiveBackSeats(Awa, Nobody)).ThenRefused("unknown");

    [Fact]
    public void Refuses_an_unknown_reservation() => Given(OpenCohortOf(2)).When(new GiveBackSeats(Group, Nobody)).ThenRefused("unknown");
}

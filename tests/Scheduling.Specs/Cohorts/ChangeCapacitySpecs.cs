using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class ChangeCapacitySpecs
{
    private static readonly DateTimeOffset Until = Now + Promotion.OfferStands;

    private static ChangeCapacity To(int seats) => new(seats, Nobody);

    [Fact, Trait("Rule", "R12")]
    public void Offers_each_new_seat_in_one_decision() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), Waits(Diego))).When(To(3))
            .Then(new CapacityChanged(1, 3), Offered(Bilal, Until), Offered(Chloe, Until));

    [Fact, Trait("Rule", "R12")]
    public void Falls_to_what_is_taken_and_not_below()
    {
        Given(OpenCohortOf(3, Seated(Awa), Seated(Bilal))).When(To(2)).Then(new CapacityChanged(3, 2));
        Given(OpenCohortOf(3, Seated(Awa), Seated(Bilal))).When(To(1)).ThenRefused("seats-taken");
        Given(OpenCohortOf(3, Reserved(2))).When(To(1)).ThenRefused("seats-taken");
    }

    [Fact, Trait("Rule", "R1")]
    public void Counts_from_then_on() =>
        Given(OpenCohortOf(3, Seated(Awa), new CapacityChanged(3, 1))).When(new RequestSeat(Bilal, 1, LearnerOf(Bilal))).Then(Waits(Bilal));

    [Fact]
    public void Changes_nothing_where_it_is_the_same() => Given(OpenCohortOf(3)).When(To(3)).ThenNothing();

    [Fact]
    public void Takes_what_the_programme_allows_and_no_more()
    {
        Given(OpenCohortOf(3)).When(To(12)).Then(new CapacityChanged(3, 12));
        Given(OpenCohortOf(3)).When(To(13)).ThenRefused("too-many-seats");
    }

    [Fact]
    public void Refuses_none_at_all() => Given(Planned(3)).When(To(0)).ThenRefused("no-seats");

    [Fact]
    public void May_change_before_it_opens() => Given(Planned(3)).When(To(40)).Then(new CapacityChanged(3, 40));

    [Fact]
    public void Refuses_when_the_cohort_is_over()
    {
        Given(OpenCohortOf(3, new CohortClosed())).When(To(4)).ThenRefused("cohort-over");
        Given(OpenCohortOf(3, new CohortCancelled(CancellationReason.Room, false))).When(To(4)).ThenRefused("cohort-over");
    }

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(To(4)).ThenRefused("unknown");
}

public class OverrideCapacitySpecs
{
    private static readonly OverrideCapacity Bilals = new(Bilal, OverrideReason.Mistake);

    private static readonly CapacityOverridden Given1 = new(Bilal, 1, LearnerOf(Bilal), OverrideReason.Mistake);

    [Fact, Trait("Rule", "R1")]
    public void Gives_a_seat_beyond_the_capacity_and_says_why() => Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal))).When(Bilals).Then(Given1);

    [Fact, Trait("Rule", "R1")]
    public void Offers_no_seat_until_there_is_one_within_the_capacity() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), Given1)).When(new Withdraw(Awa, 2, Nobody)).Then(new RequestWithdrawn(Awa, 2, Standing.Seated));

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_asked_again() => Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Given1)).When(Bilals).ThenNothing();

    [Fact]
    public void Refuses_who_does_not_wait() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Bilal, 2, Standing.Waiting))).When(Bilals).ThenRefused("not-waiting");

    [Fact]
    public void Refuses_a_group() =>
        Given(OpenCohortOf(1, Seated(Awa), GroupWaits(1))).When(new OverrideCapacity(Group, OverrideReason.Funder)).ThenRefused("not-waiting");

    [Fact]
    public void Refuses_a_stranger() => Given(OpenCohortOf(1)).When(Bilals).ThenRefused("unknown");

    [Fact]
    public void Refuses_once_the_cohort_has_begun() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new CohortStarted())).When(Bilals).ThenRefused("not-open");
}

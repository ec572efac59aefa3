using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class DecideMinimumSpecs
{
    private static readonly DateTimeOffset Due = Start - DecideMinimum.Before, CutOff = Start - Promotion.CutOff;

    private static CohortOpened ForSix => new(Basics with { MinSize = 2 }, ["69"], 3, Start, End);

    private static object[] Cohort(params object[] then) => [Planned(3), ForSix, .. then];

    [Fact, Trait("Rule", "R27")]
    public void Confirms_with_the_count_that_it_used() =>
        Given(Cohort(Seated(Awa), Seated(Bilal))).When(new DecideMinimum(), Due).Then(new MinimumDecided(MinimumResult.Confirm, 2, 2, null));

    [Fact, Trait("Rule", "R27")]
    public void Counts_reserved_seats_and_neither_offers_nor_the_queue() =>
        Given(Cohort(Reserved(1), Waits(Awa), Offered(Awa, Due), Waits(Bilal))).When(new DecideMinimum(), Due)
            .Then(new MinimumDecided(MinimumResult.Extend, 1, 2, CutOff));

    [Fact, Trait("Rule", "R27")]
    public void Does_not_decide_before_the_instant() => Given(Cohort(Seated(Awa), Seated(Bilal))).When(new DecideMinimum(), Due - TimeSpan.FromSeconds(1)).ThenNothing();

    [Fact, Trait("Rule", "R27")]
    public void Does_not_decide_again_when_somebody_withdraws_later() =>
        Given(Cohort(Seated(Awa), Seated(Bilal), new MinimumDecided(MinimumResult.Confirm, 2, 2, null), new RequestWithdrawn(Bilal, 2, Standing.Seated)))
            .When(new DecideMinimum(), CutOff).ThenNothing();

    [Fact, Trait("Rule", "R27")]
    public void Decides_once_more_at_the_cut_off_and_then_leaves_it_to_a_person()
    {
        object[] extended = Cohort(Seated(Awa), new MinimumDecided(MinimumResult.Extend, 1, 2, CutOff));
        Given(extended).When(new DecideMinimum(), CutOff - TimeSpan.FromSeconds(1)).ThenNothing();
        Given(extended).When(new DecideMinimum(), CutOff).Then(new MinimumDecided(MinimumResult.Extend, 1, 2, null));
        Given([.. extended, new MinimumDecided(MinimumResult.Extend, 1, 2, null)]).When(new DecideMinimum(), Start).ThenNothing();
        Given([.. extended, Seated(Bilal)]).When(new DecideMinimum(), CutOff).Then(new MinimumDecided(MinimumResult.Confirm, 2, 2, null));
    }

    [Fact]
    public void Is_tentative_then_confirmed()
    {
        Given(Cohort(new MinimumDecided(MinimumResult.Extend, 1, 2, CutOff))).State<Scheduling.Cohorts.Cohort>().Status.Should().Be(CohortStatus.Tentative);
        Given(Cohort(new MinimumDecided(MinimumResult.Confirm, 2, 2, null))).State<Scheduling.Cohorts.Cohort>().Status.Should().Be(CohortStatus.Confirmed);
    }

    [Fact, Trait("Rule", "R27")]
    public void Lets_a_person_hold_it_for_fewer() =>
        Given(Cohort(Seated(Awa))).When(new DecideMinimum(MinimumResult.Confirm)).Then(new MinimumDecided(MinimumResult.Confirm, 1, 2, null));

    [Fact]
    public void Lets_a_person_extend()
    {
        var until = Start - TimeSpan.FromDays(2);
        Given(Cohort(Seated(Awa))).When(new DecideMinimum(MinimumResult.Extend, until)).Then(new MinimumDecided(MinimumResult.Extend, 1, 2, until));
        Given(Cohort(new MinimumDecided(MinimumResult.Extend, 1, 2, until))).When(new DecideMinimum(MinimumResult.Extend, until)).ThenNothing();
    }

    [Fact, Trait("Rule", "R27")]
    public void Lets_a_person_extend_to_another_instant_or_say_before_the_instant_that_too_few_came()
    {
        var until = Start - TimeSpan.FromDays(2);
        Given(Cohort(new MinimumDecided(MinimumResult.Extend, 0, 2, CutOff))).When(new DecideMinimum(MinimumResult.Extend, until)).Then(new MinimumDecided(MinimumResult.Extend, 0, 2, until));
        Given(Cohort()).When(new DecideMinimum(MinimumResult.Extend, Due)).Then(new MinimumDecided(MinimumResult.Extend, 0, 2, Due));
    }

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_a_person_confirms_again() =>
        Given(Cohort(new MinimumDecided(MinimumResult.Confirm, 1, 2, null))).When(new DecideMinimum(MinimumResult.Confirm)).ThenNothing();

    [Fact]
    public void Refuses_an_extension_without_a_fitting_end()
    {
        Given(Cohort()).When(new DecideMinimum(MinimumResult.Extend)).ThenRefused("until-out-of-range");
        Given(Cohort()).When(new DecideMinimum(MinimumResult.Extend, Now)).ThenRefused("until-out-of-range");
        Given(Cohort()).When(new DecideMinimum(MinimumResult.Extend, Start)).ThenRefused("until-out-of-range");
    }

    [Fact]
    public void Refuses_a_person_once_it_has_begun() => Given(Cohort(new CohortStarted())).When(new DecideMinimum(MinimumResult.Confirm)).ThenRefused("not-open");

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(new DecideMinimum()).ThenRefused("unknown");
}

public class StartCohortSpecs
{
    [Fact]
    public void Begins_with_the_first_half_day()
    {
        Given(OpenCohortOf(1)).When(new StartCohort(), Start).Then(new CohortStarted());
        Given(OpenCohortOf(1)).When(new StartCohort(), Start - TimeSpan.FromSeconds(1)).ThenNothing();
    }

    [Fact]
    public void Begins_once_and_not_when_it_is_over()
    {
        Given(OpenCohortOf(1, new CohortStarted())).When(new StartCohort(), Start).ThenNothing();
        Given(OpenCohortOf(1, new CohortCancelled(CancellationReason.Room, false))).When(new StartCohort(), Start).ThenNothing();
        Given(Planned(1)).When(new StartCohort(), Start).ThenNothing();
    }

    [Fact]
    public void Takes_nobody_from_then_on() =>
        Given(OpenCohortOf(1, new CohortStarted())).When(new RequestSeat(Awa, 1, LearnerOf(Awa)))
            .Then(new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort has started."));
}

using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

/// <summary>The rule for a promoted learner: classes, groups, and whom an offer names.</summary>
public class PromotionSpecs
{
    private static readonly DateTimeOffset Until = Now + Promotion.OfferStands;

    private static readonly Priority Dla = new(PriorityClass.Referred, "dla-44"), Here = new(PriorityClass.Territory, "69");

    private static Priority Displaced(long rank) => new(PriorityClass.Displaced, "33333333", rank);

    private static RequestWaitlisted Waits(Guid record, Priority priority) => Examples.Waits(record) with { Priority = priority };

    private static Withdraw AwaLeaves(params Guid[] hindered) => new(Awa, 2, hindered.ToDictionary(h => h, _ => "time clash"));

    private static readonly RequestWithdrawn AwaLeft = new(Awa, 2, Standing.Seated);

    [Fact, Trait("Rule", "R4")]
    public void Goes_by_class_before_the_order_of_the_stream() =>
        Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), Waits(Chloe, Here), Waits(Diego, Dla))).When(AwaLeaves()).Then(AwaLeft, Offered(Diego, Until));

    [Fact, Trait("Rule", "R28")]
    public void Puts_the_displaced_first_in_the_order_that_they_had() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal, Dla), Waits(Chloe, Displaced(2)), Waits(Diego, Displaced(1)))).When(AwaLeaves()).Then(AwaLeft, Offered(Diego, Until));

    [Fact, Trait("Rule", "R3")]
    public void Keeps_the_order_of_the_stream_within_a_class() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal, Dla), Waits(Chloe, Dla))).When(AwaLeaves()).Then(AwaLeft, Offered(Bilal, Until));

    [Fact, Trait("Rule", "R4")]
    public void Records_the_class_and_its_source_at_entry() =>
        Given(OpenCohortOf(1, Seated(Awa))).When(new RequestSeat(Bilal, 1, LearnerOf(Bilal)) { Priority = Dla }).Then(Waits(Bilal, Dla));

    [Fact, Trait("Rule", "R10")]
    public void Names_those_ahead_by_class_whom_it_passed_over() =>
        Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), Waits(Chloe, Dla))).When(AwaLeaves(Chloe))
            .Then(AwaLeft, Offered(Bilal, Until, new PassedOver(Chloe, 5, "time clash")));

    [Fact, Trait("Rule", "R10")]
    public void Names_those_ahead_of_a_group_whom_it_passed_over() =>
        Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), GroupWaits(1))).When(AwaLeaves(Bilal))
            .Then(AwaLeft, Reserved(1, new PassedOver(Bilal, 4, "time clash")));

    [Fact, Trait("Rule", "R11")]
    public void Passes_over_a_group_that_is_too_large_and_says_so() =>
        Given(OpenCohortOf(2, Seated(Awa), Seated(Bilal), GroupWaits(2), Examples.Waits(Chloe))).When(AwaLeaves())
            .Then(AwaLeft, Offered(Chloe, Until, new PassedOver(Group, 5, "group too large: needs 2 seats together, 1 free")));

    [Fact, Trait("Rule", "R11")]
    public void Gives_a_group_all_its_seats_at_once() =>
        Given(OpenCohortOf(2, Seated(Awa), Seated(Bilal), GroupWaits(2), Examples.Waits(Chloe), new RequestWithdrawn(Bilal, 2, Standing.Seated)))
            .When(AwaLeaves()).Then(AwaLeft, Reserved(2));

    [Fact, Trait("Rule", "R11")]
    public void Keeps_the_rank_of_a_group_that_was_passed_over() =>
        Given(OpenCohortOf(
                2, Seated(Awa), Seated(Bilal), GroupWaits(2), Examples.Waits(Chloe), Examples.Waits(Diego),
                new RequestWithdrawn(Bilal, 2, Standing.Seated), Offered(Chloe, Until, new PassedOver(Group, 5, "group too large")), new OfferDeclined(Chloe, 1)))
            .When(AwaLeaves()).Then(AwaLeft, Reserved(2));

    [Fact, Trait("Rule", "R3"), Trait("Rule", "R11")]
    public void Leaves_a_group_that_gets_its_seats_at_its_place() =>
        Given(OpenCohortOf(2, Seated(Awa), GroupWaits(2), new RequestWithdrawn(Awa, 2, Standing.Seated), Reserved(2))).State<Cohort>().Entries[Group].Place.Should().Be(4);

    [Fact, Trait("Rule", "R11")]
    public void Asks_a_coordinator_once_a_group_was_passed_over_three_times()
    {
        var pass = new PassedOver(Group, 5, "group too large: needs 2 seats together, 1 free");
        object[] twice =
        [
            .. OpenCohortOf(2, Seated(Awa), Seated(Bilal), GroupWaits(2), Examples.Waits(Chloe), Examples.Waits(Diego), Examples.Waits(Id(5)), Examples.Waits(Id(6))),
            new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Chloe, Until, pass), new OfferDeclined(Chloe, 1), Offered(Diego, Until, pass),
        ];
        Given(twice).When(new DeclineOffer(Diego, 2, Nobody)).Then(new OfferDeclined(Diego, 1), Offered(Id(5), Until, pass), new GroupNeedsCoordinator(Group, 3));
        Given([.. twice, new OfferDeclined(Diego, 1), Offered(Id(5), Until, pass), new GroupNeedsCoordinator(Group, 3)])
            .When(new DeclineOffer(Id(5), 2, Nobody)).Then(new OfferDeclined(Id(5), 1), Offered(Id(6), Until, pass));
    }

    [Fact, Trait("Rule", "R8")]
    public void Offers_nothing_once_the_cohort_has_begun_or_is_cancelled()
    {
        Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), new CohortStarted())).When(AwaLeaves()).Then(AwaLeft);
        Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), new CohortCancelled(CancellationReason.Room, false))).When(AwaLeaves()).Then(AwaLeft);
    }

    [Fact, Trait("Rule", "R8")]
    public void Goes_on_offering_while_the_cohort_is_tentative_or_confirmed()
    {
        foreach (var result in Enum.GetValues<MinimumResult>())
            Given(OpenCohortOf(1, Seated(Awa), Examples.Waits(Bilal), new MinimumDecided(result, 1, 1, null))).When(AwaLeaves()).Then(AwaLeft, Offered(Bilal, Until));
    }
}

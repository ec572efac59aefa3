using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class WithdrawSpecs
{
    private static readonly Dictionary<Guid, string> BilalIsBusy = new() { [Bilal] = "time clash" };

    private static readonly RequestWithdrawn AwaLeft = new(Awa, 2, Standing.Seated);

    [Fact, Trait("Rule", "R6")]
    public void Offers_the_freed_seat_to_the_first_in_the_queue_for_two_days() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe)))
            .When(new Withdraw(Awa, 2, Nobody))
            .Then(AwaLeft, Offered(Bilal, Now + TimeSpan.FromHours(48)));

    [Fact, Trait("Rule", "R3")]
    public void Offers_it_by_place_and_not_by_record() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Chloe), Waits(Bilal)))
            .When(new Withdraw(Awa, 2, Nobody))
            .Then(AwaLeft, Offered(Chloe, Now + TimeSpan.FromHours(48)));

    [Fact, Trait("Rule", "R6")]
    public void Cuts_the_offer_so_that_it_ends_a_day_before_the_start() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal)))
            .When(new Withdraw(Awa, 2, Nobody), Start - TimeSpan.FromHours(30))
            .Then(AwaLeft, Offered(Bilal, Start - TimeSpan.FromHours(24)));

    [Fact, Trait("Rule", "R8")]
    public void Offers_nothing_within_a_day_of_the_start() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal)))
            .When(new Withdraw(Awa, 2, Nobody), Start - TimeSpan.FromHours(24))
            .Then(AwaLeft);

    [Fact, Trait("Rule", "R8")]
    public void Offers_nothing_in_a_closed_cohort() =>
        Given(OpenCohortOf(1, Seated(Awa), new CohortClosed())).When(new Withdraw(Awa, 2, Nobody)).Then(AwaLeft);

    [Fact, Trait("Rule", "R10")]
    public void Names_who_was_passed_over_and_why() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe)))
            .When(new Withdraw(Awa, 2, BilalIsBusy))
            .Then(AwaLeft, Offered(Chloe, Now + TimeSpan.FromHours(48), new PassedOver(Bilal, 4, "time clash")));

    [Fact, Trait("Rule", "R10")]
    public void Does_not_name_those_behind_the_winner() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Chloe), Waits(Bilal)))
            .When(new Withdraw(Awa, 2, BilalIsBusy))
            .Then(AwaLeft, Offered(Chloe, Now + TimeSpan.FromHours(48)));

    [Fact, Trait("Rule", "R10")]
    public void Leaves_the_seat_free_when_nobody_can_take_it() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal))).When(new Withdraw(Awa, 2, BilalIsBusy)).Then(AwaLeft);

    [Fact]
    public void Offers_on_when_the_learner_had_an_offer() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), AwaLeft, Offered(Bilal, Start)))
            .When(new Withdraw(Bilal, 2, Nobody))
            .Then(new RequestWithdrawn(Bilal, 2, Standing.Offered), Offered(Chloe, Now + TimeSpan.FromHours(48)));

    [Fact]
    public void Frees_no_seat_when_the_learner_waited() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe)))
            .When(new Withdraw(Bilal, 2, Nobody))
            .Then(new RequestWithdrawn(Bilal, 2, Standing.Waiting));

    [Fact]
    public void Frees_no_seat_when_the_request_was_refused() =>
        Given(OpenCohortOf(1, new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open.")))
            .When(new Withdraw(Awa, 2, Nobody))
            .Then(new RequestWithdrawn(Awa, 2, Standing.Refused));

    [Fact]
    public void Is_taken_before_the_cohort_is_open() =>
        Given(Planned(1), new SeatRequestRefused(Awa, 1, LearnerOf(Awa), "The cohort is not open."))
            .When(new Withdraw(Awa, 2, Nobody))
            .Then(new RequestWithdrawn(Awa, 2, Standing.Refused));

    [Fact]
    public void Remembers_a_withdrawal_that_overtook_its_request() =>
        Given(OpenCohortOf(1)).When(new Withdraw(Awa, 2, Nobody)).Then(new RequestWithdrawn(Awa, 2, Standing.None));

    [Fact, Trait("Rule", "R13")]
    public void Changes_nothing_the_second_time() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), AwaLeft, Offered(Bilal, Start)))
            .When(new Withdraw(Awa, 2, Nobody))
            .ThenNothing();

    [Fact]
    public void Changes_nothing_when_a_newer_request_was_taken() =>
        Given(OpenCohortOf(1, Seated(Awa, 3))).When(new Withdraw(Awa, 2, Nobody)).ThenNothing();

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(new Withdraw(Awa, 2, Nobody)).ThenRefused("unknown");
}

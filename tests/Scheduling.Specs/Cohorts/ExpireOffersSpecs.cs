using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class ExpireOffersSpecs
{
    private static readonly DateTimeOffset Deadline = Now + TimeSpan.FromHours(48);

    private static readonly object[] TwoHaveOffers = OpenCohortOf(
        2, Seated(Awa), Seated(Id(9)), Waits(Bilal), Waits(Chloe), Waits(Diego),
        new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Deadline),
        new RequestWithdrawn(Id(9), 2, Standing.Seated), Offered(Chloe, Deadline + TimeSpan.FromHours(1)));

    [Fact, Trait("Rule", "R7")]
    public void Ends_what_is_due_and_offers_the_seat_on() =>
        Given(TwoHaveOffers)
            .When(new ExpireOffers(Nobody), Deadline + Promotion.Grace)
            .Then(new OfferExpired(Bilal, 1, Deadline), Offered(Diego, Deadline + Promotion.Grace + TimeSpan.FromHours(48)));

    [Fact]
    public void Ends_several_in_the_order_of_the_queue() =>
        Given(TwoHaveOffers)
            .When(new ExpireOffers(Nobody), Deadline + Promotion.Grace + TimeSpan.FromHours(1))
            .Then(
                new OfferExpired(Bilal, 1, Deadline), new OfferExpired(Chloe, 1, Deadline + TimeSpan.FromHours(1)),
                Offered(Diego, Deadline + Promotion.Grace + TimeSpan.FromHours(49)));

    [Fact, Trait("Rule", "R7")]
    public void Changes_nothing_while_an_answer_given_in_time_may_be_on_its_way() =>
        Given(TwoHaveOffers).When(new ExpireOffers(Nobody), Deadline + Promotion.Grace - TimeSpan.FromSeconds(1)).ThenNothing();

    [Fact, Trait("Rule", "R7")]
    public void Changes_nothing_the_second_time() =>
        Given([.. TwoHaveOffers, new OfferExpired(Bilal, 1, Deadline), Offered(Diego, Deadline + TimeSpan.FromHours(48))])
            .When(new ExpireOffers(Nobody), Deadline + Promotion.Grace)
            .ThenNothing();

    [Fact, Trait("Rule", "R7")]
    public void Loses_to_an_earlier_acceptance() =>
        Given([.. TwoHaveOffers, new OfferAccepted(Bilal, 1)]).When(new ExpireOffers(Nobody), Deadline + Promotion.Grace).ThenNothing();

    [Fact, Trait("Rule", "R10")]
    public void Offers_a_seat_that_stayed_free_once_somebody_can_take_it() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Awa, 2, Standing.Seated), Waits(Chloe)))
            .When(new ExpireOffers(new Dictionary<Guid, string> { [Bilal] = "time clash" }))
            .Then(Offered(Chloe, Deadline, new PassedOver(Bilal, 4, "time clash")));

    [Fact, Trait("Rule", "R7"), Trait("Rule", "R22b")]
    public void Is_due_at_the_earliest_end_of_a_live_offer_or_of_reserved_seats()
    {
        Given(TwoHaveOffers).State<Cohort>().NextDeadline.Should().Be(Deadline);
        Given([.. TwoHaveOffers, new OfferAccepted(Bilal, 1)]).State<Cohort>().NextDeadline.Should().Be(Deadline + TimeSpan.FromHours(1));
        Given(OpenCohortOf(2, Reserved(1), Waits(Awa))).State<Cohort>().NextDeadline.Should().Be(NameBy);
        Given(OpenCohortOf(1, Waits(Awa), Offered(Awa, Deadline), new RequestWithdrawn(Awa, 2, Standing.Offered))).State<Cohort>().NextDeadline.Should().BeNull();
    }

    [Fact, Trait("Rule", "R10")]
    public void Is_due_while_a_seat_is_free_although_somebody_waits()
    {
        object[] idle = OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Awa, 2, Standing.Seated));
        Given(idle).State<Cohort>().SeatIdle.Should().BeTrue();
        Given([.. idle, Offered(Bilal, Deadline), Waits(Chloe)]).State<Cohort>().SeatIdle.Should().BeFalse();
        Given(OpenCohortOf(1)).State<Cohort>().SeatIdle.Should().BeFalse();
    }

    [Fact]
    public void Changes_nothing_in_an_unknown_cohort() => Given().When(new ExpireOffers(Nobody)).ThenNothing();
}

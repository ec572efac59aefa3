using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class AcceptOfferSpecs
{
    private static readonly DateTimeOffset Deadline = Now + TimeSpan.FromHours(48);

    private static readonly object[] BilalHasAnOffer = OpenCohortOf(
        1, Seated(Awa), Waits(Bilal), Waits(Chloe), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Deadline));

    [Fact]
    public void Gives_the_seat_before_the_deadline() =>
        Given(BilalHasAnOffer)
            .When(new AcceptOffer(Bilal, 2, Deadline - TimeSpan.FromSeconds(1), Nobody), Deadline - TimeSpan.FromSeconds(1))
            .Then(new OfferAccepted(Bilal, 1));

    [Fact, Trait("Rule", "R7")]
    public void Gives_the_seat_when_an_answer_in_time_arrives_after_the_deadline() =>
        Given(BilalHasAnOffer)
            .When(new AcceptOffer(Bilal, 2, Deadline - TimeSpan.FromSeconds(1), Nobody), Deadline + TimeSpan.FromMinutes(5))
            .Then(new OfferAccepted(Bilal, 1));

    [Fact, Trait("Rule", "R7")]
    public void Ends_the_offer_at_the_deadline_and_offers_the_seat_on() =>
        Given(BilalHasAnOffer)
            .When(new AcceptOffer(Bilal, 2, Deadline, Nobody), Deadline)
            .Then(new OfferExpired(Bilal, 1, Deadline), Offered(Chloe, Deadline + TimeSpan.FromHours(48)));

    [Fact, Trait("Rule", "R7")]
    public void Changes_nothing_after_the_offer_expired() =>
        Given([.. BilalHasAnOffer, new OfferExpired(Bilal, 1, Deadline)]).When(new AcceptOffer(Bilal, 2, Now, Nobody)).ThenNothing();

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_the_second_time() =>
        Given([.. BilalHasAnOffer, new OfferAccepted(Bilal, 1)]).When(new AcceptOffer(Bilal, 2, Now, Nobody)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_the_record_waits() =>
        Given(BilalHasAnOffer).When(new AcceptOffer(Chloe, 2, Now, Nobody)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_answers_an_earlier_offer() =>
        Given([
            .. BilalHasAnOffer, new OfferExpired(Bilal, 1, Deadline), Waits(Bilal, 3),
            new SeatOffered(Bilal, 3, Deadline + TimeSpan.FromHours(48), [])])
            .When(new AcceptOffer(Bilal, 2, Now, Nobody))
            .ThenNothing();

    [Fact]
    public void Refuses_a_record_that_never_asked() =>
        Given(BilalHasAnOffer).When(new AcceptOffer(Diego, 2, Now, Nobody)).ThenRefused("unknown");
}

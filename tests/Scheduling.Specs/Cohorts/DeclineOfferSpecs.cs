using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class DeclineOfferSpecs
{
    private static readonly DateTimeOffset Deadline = Now + TimeSpan.FromHours(48);

    private static readonly object[] BilalHasAnOffer = OpenCohortOf(
        1, Seated(Awa), Waits(Bilal), Waits(Chloe), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Deadline));

    [Fact, Trait("Rule", "R6")]
    public void Offers_the_seat_on() =>
        Given(BilalHasAnOffer).When(new DeclineOffer(Bilal, 2, Nobody)).Then(new OfferDeclined(Bilal, 1), Offered(Chloe, Deadline));

    [Fact, Trait("Rule", "R10")]
    public void Names_who_was_passed_over() =>
        Given([.. BilalHasAnOffer, Waits(Diego)])
            .When(new DeclineOffer(Bilal, 2, new Dictionary<Guid, string> { [Chloe] = "time clash" }))
            .Then(new OfferDeclined(Bilal, 1), Offered(Diego, Deadline, new PassedOver(Chloe, 5, "time clash")));

    [Fact, Trait("Rule", "R13")]
    public void Changes_nothing_the_second_time() =>
        Given([.. BilalHasAnOffer, new OfferDeclined(Bilal, 1)]).When(new DeclineOffer(Bilal, 2, Nobody)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_the_offer_was_accepted() =>
        Given([.. BilalHasAnOffer, new OfferAccepted(Bilal, 1)]).When(new DeclineOffer(Bilal, 2, Nobody)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_answers_an_earlier_offer() =>
        Given([.. BilalHasAnOffer, new OfferDeclined(Bilal, 1), Waits(Bilal, 3), new SeatOffered(Bilal, 3, Deadline, [])])
            .When(new DeclineOffer(Bilal, 2, Nobody))
            .ThenNothing();

    [Fact]
    public void Refuses_a_record_that_never_asked() =>
        Given(BilalHasAnOffer).When(new DeclineOffer(Diego, 2, Nobody)).ThenRefused("unknown");
}

using Tremplin.Enrollment.Offerings;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Offerings;

public class AnnounceCapacitySpecs
{
    [Fact, Trait("Rule", "R12")]
    public void Takes_the_latest_word()
    {
        Given.The<Offering>(new CohortAnnounced(Announced)).When(new AnnounceCapacity(14, 9)).Then(new CapacityAnnounced(14, 9));
        Given.The<Offering>(new CohortAnnounced(Announced), new CapacityAnnounced(14, 9)).When(new AnnounceCapacity(10, 8)).ThenNothing();
        Given.The<Offering>(new CohortAnnounced(Announced), new CapacityAnnounced(14, 9)).When(new AnnounceCapacity(14, 9)).ThenNothing();
    }

    [Fact]
    public void Waits_for_the_opening_that_it_overtook() =>
        Assert.Throws<InvalidOperationException>(() => new AnnounceCapacity(14, 9).Decide(Offering.Initial, Given.Now));
}

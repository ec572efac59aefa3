using AwesomeAssertions;
using Tremplin.Enrollment.Offerings;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Offerings;

public class EndCohortSpecs
{
    [Fact]
    public void Closes_the_offering()
    {
        Given.The<Offering>(new CohortAnnounced(Announced)).When(new EndCohort()).Then(new CohortEnded());
        Given.The<Offering>(new CohortAnnounced(Announced), new CohortEnded()).State.Open.Should().BeFalse();
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() =>
        Given.The<Offering>(new CohortAnnounced(Announced), new CohortEnded()).When(new EndCohort()).ThenNothing();

    [Fact]
    public void Asks_to_be_sent_again_when_it_overtook_the_opening() =>
        Given.The<Offering>().Invoking(o => o.When(new EndCohort())).Should().Throw<InvalidOperationException>();
}

using AwesomeAssertions;
using Tremplin.Enrollment.Offerings;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Offerings;

public class AnnounceCohortSpecs
{
    [Fact]
    public void Opens_the_offering()
    {
        Given.The<Offering>().When(new AnnounceCohort(Announced)).Then(new CohortAnnounced(Announced));
        Given.The<Offering>(new CohortAnnounced(Announced)).State.Open.Should().BeTrue();
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() =>
        Given.The<Offering>(new CohortAnnounced(Announced)).When(new AnnounceCohort(Announced)).ThenNothing();

    [Fact]
    public void Reopens_nothing_when_it_comes_again_after_the_end() =>
        Given.The<Offering>(new CohortAnnounced(Announced), new CohortEnded()).When(new AnnounceCohort(Announced)).ThenNothing();
}

using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;

namespace Tremplin.Certification.Specs;

public class InitialsSpecs
{
    [Theory]
    [InlineData("Marie-Claude Dupont", "M.-C. D.")]
    [InlineData("émilie de la Tour", "É. D. L. T.")]
    [InlineData("  Nguyễn   Văn  ", "N. V.")]
    [InlineData("Jeanne d’Arc", "J. D.")]
    [InlineData("<script>alert(1)</script>", "S.")]
    [InlineData("--", "")]
    [InlineData("𐐨𐐩 X", "𐐀. X.")]
    public void Are_all_that_is_shown_of_a_name(string name, string initials) => Initials.Of(name).Should().Be(initials);
}

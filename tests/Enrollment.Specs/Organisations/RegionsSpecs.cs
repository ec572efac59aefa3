using AwesomeAssertions;
using Tremplin.Enrollment.Organisations;
using Xunit;

namespace Tremplin.Enrollment.Specs.Organisations;

public class RegionsSpecs
{
    [Fact]
    public void Knows_every_département_and_overseas_collectivity()
    {
        string[] metropolitan = [.. Enumerable.Range(1, 95).Where(n => n != 20).Select(n => n.ToString("00", System.Globalization.CultureInfo.InvariantCulture)), "2A", "2B"];
        Regions.Départements.Should().BeEquivalentTo([.. metropolitan, "971", "972", "973", "974", "976", "975", "977", "978", "984", "986", "987", "988", "989"]);
        metropolitan.Select(d => Regions.Of(d).Code).Distinct().Should().HaveCount(13);
    }

    [Theory]
    [InlineData("01", "84", "Auvergne-Rhône-Alpes")]
    [InlineData("2B", "94", "Corse")]
    [InlineData("45", "24", "Centre-Val de Loire")]
    [InlineData("974", "04", "La Réunion")]
    [InlineData("988", "988", "Nouvelle-Calédonie")]
    [InlineData("99", "", "")]
    public void Knows_the_region_of_a_département(string département, string code, string name) => Regions.Of(département).Should().Be(new Region(code, name));
}

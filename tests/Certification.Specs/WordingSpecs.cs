using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;

namespace Tremplin.Certification.Specs;

public class WordingSpecs
{
    [Theory]
    [InlineData("2026-11-24", "24 novembre 2026", "24 November 2026")]
    [InlineData("2027-08-01", "1er août 2027", "1 August 2027")]
    [InlineData("2028-02-29", "29 février 2028", "29 February 2028")]
    public void Writes_dates_by_hand(string date, string french, string english)
    {
        var day = DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        (Wording.French.Date(day), Wording.English.Date(day)).Should().Be((french, english));
    }

    [Theory]
    [InlineData(0, "0 min")]
    [InlineData(59, "59 min")]
    [InlineData(60, "1 h")]
    [InlineData(1008, "16 h 48 min")]
    [InlineData(1260, "21 h")]
    public void Writes_hours_and_minutes(int minutes, string text) => Wording.Duration(minutes).Should().Be(text);

    [Theory]
    [InlineData("Marie-Claude Dupont", "M.-C. D.")]
    [InlineData("émilie de la Tour", "É. D. L. T.")]
    [InlineData("  Nguyễn   Văn  ", "N. V.")]
    [InlineData("Jeanne d’Arc", "J. D.")]
    [InlineData("<script>alert(1)</script>", "S.")]
    [InlineData("--", "")]
    [InlineData("𐐨𐐩 X", "𐐀. X.")]
    public void Shortens_a_name_to_initials(string name, string initials) => Wording.Initials(name).Should().Be(initials);

    [Theory]
    [InlineData("en", "fr", "en")]
    [InlineData(null, "en-GB,fr", "en")]
    [InlineData(null, "de,fr-CA,en", "fr")]
    [InlineData(null, "de", "fr")]
    [InlineData(null, "", "fr")]
    [InlineData("de", "EN", "en")]
    public void Speaks_the_language_asked_for_and_french_otherwise(string? lang, string preferred, string code) =>
        Wording.For(lang, preferred.Split(',')).Code.Should().Be(code);
}

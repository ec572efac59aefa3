using System.Net;
using Tremplin.Portal.Certificates;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>How a certificate is put into words, and whom a limit counts as one.</summary>
public class CertificateWordsSpecs
{
    [Theory]
    [InlineData("2026-11-24", "24 novembre 2026", "24 November 2026")]
    [InlineData("2027-08-01", "1er août 2027", "1 August 2027")]
    [InlineData("2028-02-29", "29 février 2028", "29 February 2028")]
    public void Writes_dates_by_hand(string date, string french, string english) =>
        (Words.French.Date(Sample.Day(date)), Words.English.Date(Sample.Day(date))).Should().Be((french, english));

    [Theory]
    [InlineData(0, "0 min")]
    [InlineData(59, "59 min")]
    [InlineData(60, "1 h")]
    [InlineData(1008, "16 h 48 min")]
    [InlineData(1260, "21 h")]
    public void Writes_hours_and_minutes(int minutes, string text) => CertificateWords.Duration(minutes).Should().Be(text);

    [Theory]
    [InlineData("siren:123456782", "SIREN 123 456 782")]
    [InlineData("siret:12345678200010", "SIRET 123 456 782 00010")]
    [InlineData("rna:W751234567", "RNA W751234567")]
    [InlineData("asso-cap-ouest", "asso-cap-ouest")]
    [InlineData("siren:12", "siren:12")]
    public void Writes_the_number_of_an_organisation_as_people_do(string reference, string text) => CertificateWords.Organisation(reference).Should().Be(text);

    [Fact]
    public void Shows_a_code_that_it_does_not_know() => CertificateWords.Of(Words.French, CertificateWords.Reasons, "new-reason").Should().Be("new-reason");

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData(null, "255.255.255.255")]
    public void Counts_a_subscriber_as_one(string? address, string counted) =>
        Limits.Neighbourhood(address is null ? null : IPAddress.Parse(address)).Should().Be(IPAddress.Parse(counted));
}

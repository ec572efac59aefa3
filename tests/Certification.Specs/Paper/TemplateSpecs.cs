using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AwesomeAssertions;
using Tremplin.Certification.Paper;
using Xunit;

namespace Tremplin.Certification.Specs.Paper;

public class TemplateSpecs
{
    private static readonly Guid Id = Guid.Parse("55555555-0000-5000-8000-000000000001");

    /// <summary>Where every letter stands, on a certificate and on a <i>certificat de réalisation</i>.</summary>
    [Fact]
    [Trait("Rule", "R39")]
    public void Has_another_version_where_it_looks_different()
    {
        const string Salt = "0123456789abcdef0123456789abcdef", Name = "Zoë Łukasiewicz-N’Guyễn, Юлия";
        byte[][] papers =
        [
            CertificatePdf.Of(Id, Sample.Issued(), Name, Salt, new($"https://tremplin.example/certificates/{Id}?holder=token")),
            RealisationPdf.Of(Id, Sample.Issued(), Name, Salt, new(Name: "Les Ateliers")),
        ];
        var look = string.Join('\n', papers.SelectMany(paper => Printed.Read(paper).Pages).SelectMany(page => page.Letters
            .Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Value} {l.FontName} {l.PointSize:F1} {l.StartBaseLine.X:F1} {l.StartBaseLine.Y:F1}"))
            .Append($"{page.Shapes} {page.Links}")));
        (Template.Version, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(look)))).Should().Be(
            (1, "6e45500927cf47227941ccbbaf8dae3458d62ee778cfea0ce0bb8af8821af928"), "what was issued says with which version it was drawn: raise the version with the look");
    }
}

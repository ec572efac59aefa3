using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Paper;
using Xunit;

namespace Tremplin.Certification.Specs.Paper;

public class RealisationPdfSpecs
{
    private const string Salt = "0123456789abcdef0123456789abcdef";
    private static readonly Guid Id = Guid.Parse("55555555-0000-5000-8000-000000000001");

    private static readonly Provider Known = new(
        "Les Ateliers du numérique", "12 rue de l’Œuvre, 35000 Rennes", "53 35 01234 35", "Anaïs Żurek", "directrice");

    [Fact]
    public void Says_what_a_funder_asks_for()
    {
        var page = Printed.Read(Of("Zoë Łukasiewicz-N’Guyễn", Sample.Issued() with { OrganisationRef = "siren:123456782", AttendedMinutes = 600 }, Known))
            .Pages.Should().ContainSingle().Subject;
        string[] facts =
        [
            "Certificat de réalisation", "Les Ateliers du numérique", "12 rue de l’Œuvre, 35000 Rennes", "53 35 01234 35", "Anaïs Żurek", "directrice",
            "Zoë Łukasiewicz-N’Guyễn", "SIREN 123 456 782", "Action de formation (article L. 6313-1, 1° du code du travail)",
            "Travailler à distance avec des outils collaboratifs", "du 17 novembre 2026 au 24 novembre 2026",
            "Durée suivie 10 h", "Durée dispensée 10 h 30 min", "Fait à", "Cachet et signature", Id.ToString(), Salt,
        ];
        facts.Where(f => !page.Text.Contains(Printed.Close(f))).Should().BeEmpty("it stands in {0}", page.Text);
        (page.Images, page.Links).Should().Be((0, 0));
    }

    [Fact]
    public void Leaves_a_line_for_each_fact_that_is_not_known()
    {
        var (known, unknown) = (Printed.Read(Of("Ana", provider: Known)).Pages[0], Printed.Read(Of("Ana", provider: new(Address: " "))).Pages[0]);
        unknown.Shapes.Should().Be(known.Shapes + 5);
        unknown.Text.Should().Contain("Dénomination").And.Contain("Représentant");
    }

    [Fact]
    public void Stays_on_the_page_however_long_its_texts_are()
    {
        var word = string.Concat(Enumerable.Repeat("Confédération ", 40));
        var claims = Sample.Issued() with { Title = word, OrganisationRef = word };
        var name = string.Concat(Enumerable.Repeat("Wilhelmine-Œuvrard ", 11))[..200];
        var page = Printed.Read(Of(name, claims, new(word, word, word, word, word))).Pages[0];
        Printed.Misplaced(page).Should().BeEmpty();
        page.Text.Should().Contain(Printed.Close(name)).And.Contain("cofinancementeuropéen");
    }

    [Fact]
    public void Says_why_there_is_a_box() =>
        Printed.Read(Of("王小明")).Pages[0].Text.Should().Contain("□□□").And.Contain(Printed.Close("□ remplace une lettre"));

    [Fact]
    [Trait("Rule", "R39")]
    public void Is_the_same_for_the_same_claims_and_tells_no_name_by_its_hash()
    {
        Of("Zoë").Should().Equal(Of("Zoë"));
        RealisationPdf.Of(Id, Sample.Issued(), "Zoë", Salt[1..] + "0", Known).Should().NotEqual(Of("Zoë"));
        Printed.Read(Of("Zoë")).FontsEmbedded.Should().NotBeEmpty().And.OnlyContain(embedded => embedded);
    }

    private static byte[] Of(string name, CertificateIssued? claims = null, Provider? provider = null) =>
        RealisationPdf.Of(Id, claims ?? Sample.Issued(), name, Salt, provider ?? Known);
}

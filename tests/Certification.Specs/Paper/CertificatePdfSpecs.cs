using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Paper;
using Xunit;

namespace Tremplin.Certification.Specs.Paper;

public class CertificatePdfSpecs
{
    private const string Salt = "0123456789abcdef0123456789abcdef";
    private static readonly Guid Id = Guid.Parse("55555555-0000-5000-8000-000000000001");
    private static readonly Uri Link = new($"https://tremplin.example/certificates/{Id}?holder=Zm9yLWhvbGRlcnMtb25seS1mb3ItaG9sZGVycy1vbmx5LTE");

    [Fact]
    public void Says_in_french_and_in_english_what_was_certified()
    {
        var printed = Printed.Read(Of("Zoë Łukasiewicz-N’Guyễn", Sample.Issued() with { OrganisationRef = "siren:123456782", AttendedMinutes = 600 }));
        printed.Pages.Should().HaveCount(2).And.OnlyContain(p => p.Width == 595 && p.Height == 842);
        string[] facts =
        [
            "Zoë Łukasiewicz-N’Guyễn", "Travailler à distance avec des outils collaboratifs", "SIREN 123 456 782", "2.4 Collaborer",
            "5.2 Identifier des besoins", "10 h", "10 h 30 min", "Tremplin", Id.ToString(), Salt, Link.AbsoluteUri,
        ];
        Says(printed.Pages[0], [
            .. facts, "Certificat de formation", "a suivi et validé la formation", "10 h sur 10 h 30 min",
            "du 17 novembre 2026 au 24 novembre 2026", "Délivré le 24 novembre 2026", "Valable jusqu’au 24 novembre 2028",
            "outils-collaboratifs, version 2", "Avec ce code, chacun peut vérifier que le nom appartient au certificat signé",
        ]);
        Says(printed.Pages[1], [
            .. facts, "Training certificate", "attended and completed the training", "10 h of 10 h 30 min",
            "from 17 November 2026 to 24 November 2026", "Issued on 24 November 2026", "Valid until 24 November 2028",
            "With this code anybody can check that the name belongs to the signed certificate",
        ]);
        printed.Title.Should().Be("Certificat de formation – Travailler à distance avec des outils collaboratifs");
        printed.Language.Should().Be("fr");
        printed.Pages.Should().OnlyContain(p => p.Links == 1, "the code can be clicked where there is no camera");
    }

    [Fact]
    public void Says_that_it_does_not_expire()
    {
        var printed = Printed.Read(Of("Ana", Sample.Issued() with { ValidUntil = null }));
        Says(printed.Pages[0], "Sans limite de durée");
        Says(printed.Pages[1], "Does not expire");
    }

    [Theory]
    [InlineData("Œuvrard Noël-Çelik")]
    [InlineData("Ğülşen İpek Yıldız")]
    [InlineData("Świętosława Żądło, Đặng Thị Mỹ Hạnh")]
    [InlineData("Ștefan Țepeș, Kõiv Ünal, Jānis Bērziņš, Őry Ű")]
    [InlineData("Ɛsɔ Ŋɔnɔ Ɓalde, Əliyev Nərgiz")]
    [InlineData("Юлия Ґонтарчук Ёлкина Џ")]
    [InlineData("Γιώργος Παπαδόπουλος ΐ")]
    [InlineData("A̋ D’Ö “x” «y» O'Brien – № 1 €")]
    public void Keeps_every_letter_of_a_name(string name)
    {
        var printed = Printed.Read(Of(name));
        printed.Pages.Should().OnlyContain(p => p.Text.Contains(Printed.Close(name)));
        printed.Pages.SelectMany(p => p.Text).Should().NotContain('□');
    }

    [Fact]
    public void Writes_a_letter_with_its_accent_beside_it_as_one() =>
        Printed.Read(Of("Zoe\u0308 Nguye\u0302\u0303n")).Pages.Should().OnlyContain(p => p.Text.Contains("Zo\u00EBNguy\u1EC5n"));

    [Theory]
    [InlineData("王小明 Wang", "□□□Wang")]
    [InlineData("Léa 🎓👩‍🏫", "Léa□□□")]
    [InlineData("محمد", "□□□□")]
    [InlineData("Léa\u0001\tD\u200Bupont", "LéaDupont")]
    [InlineData("Léa \uD83C", "Léa□")]
    public void Shows_a_box_and_says_why_where_the_font_lacks_a_letter(string name, string shown)
    {
        var printed = Printed.Read(Of(name));
        printed.Pages.Should().OnlyContain(p => p.Text.Contains(shown));
        if (shown.Contains('□'))
        {
            Says(printed.Pages[0], "□ remplace une lettre que la police de ce document n’a pas");
            Says(printed.Pages[1], "□ stands for a letter that this document’s font lacks");
        }
    }

    /// <summary>Each file of both weights, letter by letter: the name is bold, the organisation is not.</summary>
    [Fact]
    public void Draws_every_letter_that_the_font_has()
    {
        var drawn = 0;
        foreach (var first in Enumerable.Range(0, 10).Select(n => n * 0x80).Concat([0x1E00, 0x1E80, 0x2000, 0x2080, 0x2100]))
        {
            var all = string.Concat(Enumerable.Range(Math.Max(first, '!'), 0x80).Select(c => (char)c));
            var text = Printed.Read(Of(all, Sample.Issued() with { OrganisationRef = all })).Pages[0].Text;
            drawn += all.Count(letter => !char.IsWhiteSpace(letter) && text.Count(letter.Equals) > 1);
        }

        drawn.Should().BeGreaterThan(1200);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    [InlineData(60)]
    public void Stays_on_the_page_however_long_its_texts_are(int competences)
    {
        var claims = Sample.Issued() with
        {
            Title = string.Concat(Enumerable.Repeat("Préparer un projet numérique ", 14)),
            OrganisationRef = new('w', 300),
            ProgrammeRef = string.Concat(Enumerable.Repeat("programme-", 20)),
            Issuer = string.Concat(Enumerable.Repeat("Émetteur ", 20)),
            Competences = [.. Enumerable.Range(1, competences).Select(n => $"{n}. Gérer des données, des informations et des contenus numériques dans un cadre professionnel partagé")],
        };
        var name = string.Concat(Enumerable.Repeat("Wilhelmine-Œuvrard ", 11))[..200];
        var printed = Printed.Read(Of(name, claims, new Uri(Link, $"/{new string('c', 120)}?holder=x")));
        printed.Pages.SelectMany(Printed.Misplaced).Should().BeEmpty();
        printed.Pages.Should().OnlyContain(p => p.Text.Contains(Printed.Close(name)));
        Says(printed.Pages[0], competences < 60 ? "1. Gérer des données" : "de plus, à lire à l’adresse ci-dessous");
        Says(printed.Pages[0], "Valable jusqu’au", "Délivré par");
    }

    [Fact]
    public void Stays_on_the_page_with_one_endless_word() =>
        Printed.Read(Of(new('W', 200), Sample.Issued() with { Title = new('M', 400) })).Pages.SelectMany(Printed.Misplaced).Should().BeEmpty();

    [Fact]
    [Trait("Rule", "R39")]
    public void Is_the_same_for_the_same_claims()
    {
        var first = Of("Zoë Łukasiewicz-N’Guyễn");
        Of("Zoë Łukasiewicz-N’Guyễn").Should().Equal(first);
        Of("Zoe Łukasiewicz-N’Guyễn").Should().NotEqual(first);
        CertificatePdf.Of(Id, Sample.Issued(), "Zoë Łukasiewicz-N’Guyễn", Salt[1..] + "0", Link).Should().NotEqual(first);
    }

    [Fact]
    public void Embeds_its_fonts_and_shows_no_raster_image()
    {
        var pdf = Of("Юлия Zoë N’Guyễn Παπά Ɛsɔ");
        var printed = Printed.Read(pdf);
        printed.FontsEmbedded.Should().HaveCountGreaterThan(4).And.OnlyContain(embedded => embedded);
        printed.Pages.Should().OnlyContain(p => p.Images == 0 && p.Shapes > 0);
        pdf.Length.Should().BeLessThan(60_000);
    }

    private static byte[] Of(string name, CertificateIssued? claims = null, Uri? link = null) =>
        CertificatePdf.Of(Id, claims ?? Sample.Issued(), name, Salt, link ?? Link);

    private static void Says(Printed.Sheet page, params string[] texts) =>
        texts.Where(t => !page.Text.Contains(Printed.Close(t))).Should().BeEmpty("it stands in {0}", page.Text);
}

using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class CertificatePageSpecs
{
    private static readonly DateOnly Today = new(2026, 12, 1);

    [Fact]
    public void Says_in_french_what_was_certified() => Page(Wording.French).Should()
        .StartWith("<!DOCTYPE html>\n<html lang=\"fr\">").And
        .ContainAll(
            Taught.Title, "<li>2.4 Collaborer</li>", "<dt>Titulaire</dt><dd>M. D.</dd>", "10 h 30 min sur 10 h 30 min",
            "asso-cap-ouest",
            "17 novembre 2026", "24 novembre 2026", "24 novembre 2028", ">Valide<", "outils-collaboratifs, version 2", "Tremplin",
            Certificate.IdFor(RecordId).ToString(), "<a href=\"?lang=en\" lang=\"en\" hreflang=\"en\">English</a>");

    [Fact]
    public void Says_in_english_what_was_certified() => Page(Wording.English).Should()
        .StartWith("<!DOCTYPE html>\n<html lang=\"en\">").And
        .ContainAll(
            $"lang=\"fr\">{Taught.Title}", "<dt>Holder</dt><dd>M. D.</dd>", "10 h 30 min of 10 h 30 min",
            "<time datetime=\"2026-11-24\">24 November 2026</time>", ">Valid<",
            "<a href=\"?lang=fr\" lang=\"fr\" hreflang=\"fr\">Français</a>");

    [Fact]
    public void Is_valid_on_its_last_day() => Page(Wording.English, today: new(2028, 11, 24)).Should().Contain(">Valid<");

    [Fact]
    public void Has_expired_on_the_day_after() =>
        Page(Wording.English, today: new(2028, 11, 25)).Should().Contain(">Expired since 25 November 2028<").And.NotContain(">Valid<");

    [Fact]
    public void Says_that_it_does_not_expire() =>
        Page(Wording.French, Issued() with { ValidUntil = null }, today: new(2099, 1, 1))
            .Should().Contain("Sans limite de durée").And.Contain(">Valide<");

    [Fact]
    public void Says_that_the_name_was_erased() =>
        Page(Wording.French, holder: null).Should().Contain("<dt>Titulaire</dt><dd>Nom effacé</dd>");

    [Fact]
    public void Encodes_every_value()
    {
        const string attack = "<script>alert('x')</script>\"&";
        var page = Page(
            Wording.French,
            Issued() with { Title = attack, Competences = [attack], OrganisationRef = attack, ProgrammeRef = attack, Issuer = attack },
            holder: attack, other: attack);
        page.Should().NotContain("<script").And.NotContain("'x'");
        page.Split("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;").Should().HaveCount(8);
    }

    [Fact]
    public void Shows_neither_learner_nor_record_nor_partner_nor_mark() =>
        Page(Wording.French).Should().NotContainAny(Learner.ToString(), RecordId.ToString(), "c2VhbGVk", "14");

    [Fact]
    public void Has_one_heading_and_no_script() =>
        Page(Wording.French).Should().Contain("<h1>", Exactly.Once()).And.NotContain("<script").And.NotContain(" style=");

    [Fact]
    public void Allows_its_own_style_and_nothing_else()
    {
        var page = Page(Wording.French);
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style)));
        CertificateHtml.ContentSecurityPolicy.Should().StartWith($"default-src 'none'; style-src 'sha256-{hash}';");
    }

    [Fact]
    public void Says_in_the_same_style_that_there_is_no_such_certificate() =>
        CertificateHtml.Sorry(Wording.English, Wording.English.NotFound, Wording.English.NotFoundDetail, "?lang=fr")
            .Should().ContainAll("<html lang=\"en\">", "<h1>No certificate at this address</h1>", "<style>");

    [Theory]
    [InlineData(null, "text/html,application/xhtml+xml,*/*", true)]
    [InlineData(null, "image/png,text/html", true)]
    [InlineData(null, "application/json,text/html", false)]
    [InlineData(null, "*/*", false)]
    [InlineData(null, "", false)]
    [InlineData("html", "application/json", true)]
    [InlineData("json", "text/html", false)]
    [InlineData("xml", "text/html", true)]
    public void Is_a_page_for_people_and_json_for_programs(string? format, string accepted, bool page) =>
        CertificatePage.WantsHtml(format, accepted.Split(',')).Should().Be(page);

    private static string Page(
        Wording words, CertificateIssued? claims = null, string? holder = "M. D.", DateOnly? today = null, string? other = null) =>
        CertificateHtml.Of(
            words, Certificate.IdFor(RecordId), Certificate.Initial.Evolve(claims ?? Issued()), holder, today ?? Today,
            other ?? $"?lang={words.Other.Code}");
}

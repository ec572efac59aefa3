using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tremplin.Portal.Certificates;
using Tremplin.Portal.Language;
using static Tremplin.Portal.Specs.Certificates.Sample;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>What the page of a certificate says, to everybody and to who has the holder's link.</summary>
public class CertificatePageSpecs
{
    [Fact]
    public async Task Says_in_french_what_was_certified() => Text(await Page(Answer(), Words.French)).Should().ContainAll(
        "Certificat de formation", "Travailler à distance avec des outils collaboratifs", "2.4 Collaborer", "5.2 Identifier des besoins",
        "Titulaire M.-C. D.", "24 h 30 min sur 28 h", "SIREN 123 456 782", "du 17 novembre 2026 au 24 novembre 2026", "Délivré le 24 novembre 2026",
        "Valable jusqu’au 24 novembre 2028", "Valide", "outils-collaboratifs , version 2", "Délivré par Tremplin", Id(1).ToString(), "Vérifier");

    [Fact]
    public async Task Says_in_english_what_was_certified()
    {
        var page = await Page(Answer());
        Text(page).Should().ContainAll("Training certificate", "Holder M.-C. D.", "24 h 30 min of 28 h", "from 17 November 2026 to 24 November 2026", "Valid");
        page.Should().ContainAll("lang=\"fr\" data-claim=\"title\">Travailler", "datetime=\"2026-11-24\">24 November 2026</time>", "value=\"1470\">24 h 30 min</data>");
    }

    [Theory]
    [Trait("Rule", "R41")]
    [InlineData("suspended", "Suspended", "it is being looked at again", "Suspendu", "réexamen en cours")]
    [InlineData("revoked", "Revoked", "fraud", "Révoqué", "fraude")]
    [InlineData("superseded", "Replaced by another certificate", "an error about who the holder is", "Remplacé par un autre certificat", "erreur sur l’identité du titulaire")]
    public async Task Says_of_a_decision_from_when_it_holds_when_it_was_recorded_and_why(string state, string is_, string why, string est, string pourquoi)
    {
        Text(await Page(Answer(state))).Should().ContainAll(is_, "With effect from 20 November 2026", "Recorded on 24 November 2026, 11:00:00", "Paris time",
            "Reason " + why, "Decided by a coordinator of the training plan").And.NotContain("This certifies");
        Text(await Page(Answer(state), Words.French)).Should().ContainAll(est, "Prend effet le 20 novembre 2026", "Enregistré le 24 novembre 2026, 11:00:00",
            "heure de Paris", "Motif " + pourquoi, "Décidé par un coordinateur").And.NotContain("Ce certificat atteste");
    }

    [Fact]
    public async Task Says_on_what_legal_basis_it_was_revoked() =>
        Text(await Page(Answer("revoked"))).Should().Contain("Legal basis Article L. 6362-7 du code du travail");

    [Fact]
    [Trait("Rule", "R40")]
    public async Task Leads_from_one_that_was_replaced_to_its_successor_and_back()
    {
        (await Page(Answer("superseded"))).Should().Contain($"<a href=\"/certificates/{Id(2)}\" rel=\"noreferrer\">See the certificate that replaced it</a>").And.Contain("2.4 Collaborer");
        (await Page(Answer())).Should().Contain($"It replaces <a href=\"/certificates/{Id(3)}\"");
    }

    [Fact]
    [Trait("Rule", "R43")]
    public async Task Has_expired_on_the_day_after_the_last_and_is_not_revoked() =>
        Text(await Page(Answer("expired"))).Should().Contain("Expired since 25 November 2028").And.NotContain("Revoked").And.NotContain("Reason");

    [Theory]
    [InlineData("suspended", "Suspended")]
    [InlineData("revoked", "Revoked")]
    [InlineData("superseded", "Replaced by another certificate")]
    public async Task Says_what_became_of_it_also_when_its_last_day_is_over(string state, string words)
    {
        var answer = Answer(state);
        answer["expiredSince"] = "2028-11-25";
        Text(await Page(answer)).Should().Contain(words).And.NotContain("Expired");
    }

    [Fact]
    public async Task Offers_neither_papers_nor_a_signature_where_there_are_none()
    {
        var answer = Answer(opened: true);
        (answer["credential"], answer["holder"]!["salt"]) = (null, null);
        var page = await Page(answer, token: Token);
        page.Should().NotContainAny("/credential", ".pdf", "id=\"verify\"", "<script");
        Text(page).Should().Contain(Name).And.Contain("before certificates were signed");
    }

    [Fact]
    public async Task Says_that_it_does_not_expire()
    {
        var answer = Answer();
        answer["validUntil"] = null;
        (await Page(answer, Words.French)).Should().Contain("Sans limite de durée").And.NotContain("data-claim=\"validUntil\"");
    }

    [Fact]
    public async Task Says_that_the_name_was_erased()
    {
        var answer = Answer();
        answer["holder"] = new JsonObject { ["initials"] = null, ["name"] = null, ["salt"] = null, ["erased"] = true };
        Text(await Page(answer, Words.French, Token)).Should().Contain("Titulaire Nom effacé").And.NotContain("PDF");
    }

    [Fact]
    public async Task Says_of_one_that_was_withdrawn_that_it_was_and_nothing_else()
    {
        Text(await Page(Answer("withdrawn"), Words.French)).Should().Contain("Retiré à la demande du titulaire").And.Contain(Id(1).ToString())
            .And.NotContainAny("Titulaire", "Motif", "Programme", "2026", "Vérifier");
        Text(await Page(Answer("withdrawn"))).Should().Contain("Withdrawn at the holder’s request").And.NotContainAny("Valid", "Verify");
    }

    [Fact]
    public async Task Shows_the_name_and_the_papers_to_who_has_the_holders_link_alone()
    {
        var holders = await Page(Answer(opened: true), token: Token);
        Text(holders).Should().Contain("Holder " + Name).And.NotContain("M.-C. D.").And.Contain(Salt);
        foreach (var paper in (string[])["certificate.pdf", "realisation.pdf", "holder-credential"])
            holders.Should().Contain($"href=\"/certificates/{Id(1)}/{paper}?holder={Token}\" rel=\"noreferrer\"");

        // Certification gives no name to a wrong token, and the page leads nowhere then.
        foreach (var token in (string?[])[null, "guessed"])
        {
            var page = await Page(Answer(), token: token);
            page.Should().NotContain("holder=").And.NotContain(".pdf").And.NotContain("salt");
            Text(page).Should().NotContain(Name);
        }
    }

    [Fact]
    public async Task Encodes_every_value()
    {
        const string attack = "<script>alert('x')</script>\"&";
        var answer = Answer("revoked", opened: true);
        (answer["organisation"], answer["issuer"], answer["credential"]) = (attack, attack, attack);
        (answer["programme"]!["title"], answer["programme"]!["ref"], answer["programme"]!["competences"]) = (attack, attack, new JsonArray(attack));
        (answer["holder"]!["name"], answer["holder"]!["salt"]) = (attack, attack);
        foreach (var field in (string[])["reason", "legalBasis", "actorKind"])
            answer["since"]![field] = attack;
        var page = await Page(answer, token: attack);
        page.Should().NotContain("<script>").And.NotContain("'x'");
        page.Split("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;").Should().HaveCount(13);
    }

    [Fact]
    public async Task Shows_neither_learner_nor_record_nor_partner_nor_mark()
    {
        var answer = Answer(opened: true);
        foreach (var field in (string[])["learnerId", "recordId", "partner", "mark", "name"])
            answer[field] = "unwanted";
        (await Page(answer, token: Token)).Should().NotContain("unwanted");
    }

    [Fact]
    public async Task Has_one_heading_of_the_first_rank_and_no_style_of_its_own()
    {
        foreach (var state in States)
            (await Page(Answer(state, opened: state != "withdrawn"), token: Token)).Should().Contain("<h1>", Exactly.Once()).And.NotContain("style=");
    }

    [Fact]
    public async Task Without_a_script_says_how_to_verify_and_shows_no_button() =>
        (await Page(Answer())).Should().Contain("Whatever verifies Open Badges 3.0 can check it")
            .And.Contain($">https://tremplin.example/certificates/{Id(1)}/credential</a>").And.MatchRegex("<div id=\"verify\" hidden[^>]*>\\s*<button");

    [Fact]
    public void Has_words_for_every_code_in_both_languages()
    {
        CertificateWords.States.Keys.Should().BeEquivalentTo(States);
        CertificateWords.Reasons.Keys.Should().BeEquivalentTo(
            "issued-in-error", "fraud", "identity-error", "criteria-not-met", "holder-request", "under-review", "other");
        CertificateWords.Actors.Keys.Should().BeEquivalentTo("coordinator", "auditor", "system", "holder");
    }

    [Theory]
    [InlineData(null, "text/html,application/xhtml+xml,*/*", true)]
    [InlineData(null, "image/png,text/html", true)]
    [InlineData(null, "application/json,text/html", false)]
    [InlineData(null, "text/html;q=0.5,application/json", false)]
    [InlineData(null, "application/json;q=0,text/html;q=0.1", true)]
    [InlineData(null, "*/*", false)]
    [InlineData(null, "", false)]
    [InlineData("html", "application/json", true)]
    [InlineData("json", "text/html", false)]
    [InlineData("xml", "text/html", true)]
    public void Is_a_page_for_people_and_json_for_programs(string? format, string accepted, bool page) =>
        CertificateDoor.WantsHtml(Asking(accepted, format)).Should().Be(page);

    // What a person reads, with single spaces.
    private static string Text(string page) => Regex.Replace(
        System.Net.WebUtility.HtmlDecode(Regex.Replace(page, "<[^>]+>", " ", RegexOptions.None, TimeSpan.FromSeconds(1))), "\\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(1));
}

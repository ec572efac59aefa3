using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tremplin.Certification.Credentials;
using Tremplin.Cli.Machine;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>The page of a certificate in a real browser: anybody can read it, and it verifies itself.</summary>
[Collection(PublicSite.Name)]
public class InTheBrowser(PublicSite site, Chromium browser) : IClassFixture<Chromium>
{
    private static readonly string Axe = Path.Combine(SourceTree.Root, "tests/Portal.Specs/node/node_modules/axe-core/axe.min.js");

    /// <summary>Each a change of one place in the credential that is handed out.</summary>
    private static readonly Dictionary<string, Action<JsonObject>> Forgeries = new(StringComparer.Ordinal)
    {
        ["title"] = badge => badge["credentialSubject"]!["achievement"]!["name"] = "Autre formation",
        ["hours"] = badge => badge["credentialSubject"]!["result"]![1]!["value"] = "PT99H0M",
        ["date"] = badge => badge["credentialSubject"]!["activityEndDate"] = "2026-11-25T23:59:59Z",
        ["term"] = badge => badge["credentialSubject"]!["constructor"] = "unknown",
        ["index"] = badge => badge["credentialStatus"]![0]!["statusListIndex"] = "5",
        ["list"] = badge => badge["credentialStatus"]![0]!["statusListCredential"] = "https://elsewhere.example/status-lists/1/revocation",
        ["issuer"] = badge => badge["issuer"]!["id"] = "did:web:elsewhere.example",
        ["created"] = badge => badge["proof"]![0]!["created"] = "2026-11-24T10:30:01Z",
        ["signature"] = badge => badge["proof"]![0]!["proofValue"] = "z" + new string('1', 64),
        ["unsigned"] = badge => badge["proof"] = new JsonArray(),
    };

    public static TheoryData<string, string> Pages { get; } = new(
        from state in Sample.States.Append("unknown")
        from language in (string[])["fr", "en"]
        select (state, language));

    public static TheoryData<string> Forged { get; } = new(Forgeries.Keys);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Can_be_read_by_everybody(string state, string language)
    {
        var id = state == "unknown" ? Guid.NewGuid() : site.Issue(state);
        foreach (var (query, dark, width) in ((string, bool, int)[])[("", false, 1280), ("", true, 390), ($"&holder={Sample.Token}", false, 390)])
        {
            await browser.Open(Page(id, language, query), width, dark: dark);
            if (state is not ("unknown" or "withdrawn"))
                await Verify();
            await browser.Evaluate(await File.ReadAllTextAsync(Axe));
            var found = await browser.Evaluate("axe.run(document).then(r => ({ passed: r.passes.length, faults: r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')) }))");
            found.GetProperty("faults").EnumerateArray().Select(f => f.GetString()).Should().BeEmpty();
            found.GetProperty("passed").GetInt32().Should().BeGreaterThan(10);
            (await browser.Evaluate("document.documentElement.lang")).GetString().Should().Be(language);
            (await browser.Evaluate("document.documentElement.scrollWidth <= innerWidth")).GetBoolean().Should().BeTrue("nothing is cut off");
        }
    }

    [Theory]
    [InlineData("valid")]
    [InlineData("expired")]
    [InlineData("suspended")]
    [InlineData("revoked")]
    [InlineData("superseded")]
    public async Task Is_verified_in_every_state_by_what_this_site_publishes(string state)
    {
        var id = site.Issue(state);
        await browser.Open(Page(id, "en"));
        (await Verify()).Should().BeEquivalentTo(new Verdict("valid", ["signature", "claims", "state"], []));
        browser.Loaded.Should().OnlyContain(u => u.Authority == site.Url.Authority);
        browser.Complaints.Should().BeEmpty();

        // Read out as it comes, in the words of the page.
        (await Said()).Should().StartWith("The signature is valid, and this page says what was signed.").And.Contain("The signed status lists say the same");
        await browser.Open(Page(id, "fr", $"&holder={Sample.Token}"));
        (await Verify()).Should().BeEquivalentTo(new Verdict("valid", ["signature", "claims", "state", "name"], []));
        (await Said()).Should().StartWith("La signature est valide").And.Contain("Le nom de cette page est celui qui a été signé.");
        (await browser.Evaluate("document.querySelector('#verify [role=status]') !== null")).GetBoolean().Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task Is_not_valid_where_one_place_of_the_credential_is_changed(string what)
    {
        await browser.Open(Page(site.Issue("valid", Forgeries[what]), "en"));
        var verdict = await Verify();
        verdict.Outcome.Should().Be("not-valid", what);
        verdict.Failed.Should().Contain("signature");
        (await Said()).Should().StartWith("Not valid");
    }

    [Fact]
    public async Task Is_not_valid_where_the_page_says_something_else_than_what_was_signed()
    {
        foreach (var (change, failed) in ((Action<JsonObject>, string)[])
            [
                (c => c["programme"]!["title"] = "Autre formation", "claims"), (c => c["attendedMinutes"] = 1680, "claims"), (c => c["endedOn"] = "2026-11-25", "claims"),
                (c => c["validUntil"] = null, "claims"), (c => c["issuedOn"] = "2026-11-23", "claims"), (c => c["programme"]!["competences"] = new JsonArray("2.4 Collaborer"), "claims"),
                (c => c["state"] = "revoked", "state"), (c => c["state"] = "suspended", "state"), (c => c["holder"]!["name"] = "Quelqu’un d’Autre", "name"),
            ])
        {
            var id = site.Issue("valid");
            var answer = Sample.Answer("valid", id, site.Url.ToString(), opened: true);
            change(answer);
            site.Certification.Has($"certificates/{id}?holder={Sample.Token}", answer);
            await browser.Open(Page(id, "fr", $"&holder={Sample.Token}"));
            (await Verify()).Should().Match<Verdict>(v => v.Outcome == "not-valid" && v.Failed.Single() == failed);
        }
    }

    [Fact]
    public async Task Is_not_valid_where_a_status_list_says_something_else()
    {
        foreach (var (state, purpose, set) in ((string, StatusPurpose, bool)[])
            [("valid", StatusPurpose.Revocation, true), ("valid", StatusPurpose.Suspension, true), ("revoked", StatusPurpose.Revocation, false), ("suspended", StatusPurpose.Suspension, false)])
        {
            var id = site.Issue(state);
            site.Belie(id, purpose, set);
            await browser.Open(Page(id, "en"));
            (await Verify()).Should().BeEquivalentTo(new Verdict("not-valid", ["signature", "claims"], ["state"]));
        }
    }

    /// <summary>Of the W3C Recommendation: a document whose nodes have ids, and one where three have none.</summary>
    [Fact]
    public async Task Verifies_what_the_W3C_signed_and_not_when_it_is_changed()
    {
        await browser.Open(Page(site.Issue("valid"), "en"));
        var vectors = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "tests/Certification.Specs/Credentials/w3c-eddsa-rdfc-2022.json"));
        var verified = await browser.Evaluate(
            $$"""
            (async file => {
              const { isSigned } = await import('/credential.js');
              const terms = await (await fetch('/terms.json')).json();
              return Promise.all(Object.values(file.vectors).flatMap(({ context, vocabulary, signed }) => {
                const [id, method] = [signed.issuer.id ?? signed.issuer, signed.proof.verificationMethod];
                const did = { id, assertionMethod: [method], verificationMethod: [{ id: method, controller: id, publicKeyMultibase: file.publicKeyMultibase }] };
                return [signed, { ...signed, name: 'changed' }].map(it => isSigned(it, did, { ...terms, [context]: vocabulary }));
              }));
            })({{vectors}})
            """);
        verified.EnumerateArray().Select(v => v.GetBoolean()).Should().Equal(true, false, true, false);
    }

    [Fact]
    public async Task Says_that_nothing_answers_and_that_thebrowser_is_too_old()
    {
        var id = site.Issue("valid");
        await browser.Open(Page(id, "en"));
        await browser.Evaluate("window.fetch = () => Promise.reject(new TypeError('offline'))");
        (await Verify()).Outcome.Should().Be("unanswered");
        await browser.Open(Page(id, "fr"));
        await browser.Evaluate("crypto.subtle.constructor.prototype.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))");
        (await Verify()).Outcome.Should().Be("unsupported");
        (await Said()).Should().Contain("Ce navigateur ne sait pas vérifier");
    }

    [Fact]
    public async Task Fits_on_a_sheet_of_A4()
    {
        foreach (var state in Sample.States)
        {
            await browser.Open(Page(site.Issue(state), "fr"));
            var paper = Encoding.Latin1.GetString(await browser.Printed());
            Regex.Matches(paper, "/MediaBox \\[0 0 (?<w>\\d+)[.\\d]* (?<h>\\d+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Value).Should().ContainSingle(state).Which.Should().Be("/MediaBox [0 0 594.95996 841");
        }
    }

    [Fact]
    public async Task Shows_no_button_without_scripts()
    {
        var id = site.Issue("valid");
        await browser.Open(Page(id, "en"), script: false);
        (await Visible("#verify")).Should().BeFalse();
        (await Visible("[data-claim=title]")).Should().BeTrue();
        await browser.Open(Page(id, "en"));
        (await Visible("#verify button")).Should().BeTrue();
    }

    private Uri Page(Guid id, string language, string query = "") => new(site.Url, $"certificates/{id}?format=html&lang={language}{query}");

    private async Task<bool> Visible(string selector) => (await browser.Evaluate($"document.querySelector('{selector}').checkVisibility()")).GetBoolean();

    private async Task<string> Said() => (await browser.Evaluate("document.querySelector('#verify [role=status]').innerText")).GetString()!;

    // Presses the button, and waits until it says something final.
    private async Task<Verdict> Verify() => JsonSerializer.Deserialize<Verdict>(
        await browser.Evaluate(
            """
            new Promise(done => {
              const verify = document.getElementById('verify');
              const outcome = () => [...verify.querySelectorAll('[data-outcome]')].find(it => !it.hidden)?.dataset.outcome;
              const checks = look => [...verify.querySelectorAll(`li.${look}`)].map(it => it.dataset.check);
              new MutationObserver(() => {
                if (outcome() !== undefined && outcome() !== 'running')
                  done({ outcome: outcome(), passed: checks('passed'), failed: checks('failed') });
              }).observe(verify, { subtree: true, attributes: true });
              verify.querySelector('button').click();
            })
            """), JsonSerializerOptions.Web)!;

    private sealed record Verdict(string Outcome, string[] Passed, string[] Failed);
}

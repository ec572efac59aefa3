using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>The public addresses of certificates, as programs and browsers without scripts get them.</summary>
[Collection(PublicSite.Name)]
public class PublicDocumentsSpecs(PublicSite site)
{
    public static TheoryData<string, string> HandedOn { get; } = new()
    {
        { "certificates/{id}/credential", "application/vc" },
        { "certificates/{id}/holder-credential?holder=" + Sample.Token, "application/vc" },
        { "certificates/{id}/certificate.pdf?holder=" + Sample.Token, "application/pdf" },
        { "certificates/{id}/realisation.pdf?holder=" + Sample.Token, "application/pdf" },
        { "status-lists/7/revocation", "application/vc" },
        { "status-lists/7/suspension", "application/vc" },
        { ".well-known/did.json", "application/did+json" },
    };

    [Theory]
    [MemberData(nameof(HandedOn))]
    public async Task Hands_on_the_bytes_and_what_says_how_to_keep_them(string address, string type)
    {
        var (path, body) = (address.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal), Guid.NewGuid().ToByteArray());
        var did = path == ".well-known/did.json" ? await site.Anybody.GetByteArrayAsync(path) : null;
        if (did is null)
            site.Certification.Has(path, body, type, "\"a\"", "public, max-age=60", "attachment; filename=certificat.pdf");
        using var answer = await site.Anybody.GetAsync(path);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).Should().Equal(did ?? body);
        answer.Content.Headers.ContentType!.ToString().Should().Be(type);
        answer.Headers.CacheControl!.Public.Should().BeTrue();
        (did is not null || answer.Content.Headers.ContentDisposition!.FileName == "certificat.pdf").Should().BeTrue();
        answer.Headers.Contains("X-Inside").Should().BeFalse();
        answer.Headers.Contains("Set-Cookie").Should().BeFalse();
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.Contains("Content-Security-Policy").Should().Be(type != "application/pdf");
        // Pages of other sites may read what is for everybody, and nothing of the holder's.
        answer.Headers.Contains("Access-Control-Allow-Origin").Should().Be(!path.Contains("holder=", StringComparison.Ordinal));

        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "If-None-Match", answer.Headers.ETag!.ToString() } } };
        using var same = await site.Anybody.SendAsync(again);
        same.StatusCode.Should().Be(HttpStatusCode.NotModified);
        same.Headers.CacheControl!.Public.Should().BeTrue();
        same.Headers.ETag.Should().Be(answer.Headers.ETag);

        using var head = await site.Anybody.SendAsync(new(HttpMethod.Head, path));
        head.StatusCode.Should().Be(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.Should().Be((did ?? body).Length);
        (await head.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        var asked = site.Certification.Asked.Count;
        (await site.Anybody.PostAsync(path, new StringContent(""))).IsSuccessStatusCode.Should().BeFalse();
        site.Certification.Asked.Should().HaveCount(asked);
    }

    [Fact]
    public async Task Hands_on_json_at_the_address_of_the_page()
    {
        var id = site.Issue("revoked");
        using var answer = await site.Anybody.SendAsync(Asks($"certificates/{id}", "application/json"));
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.Vary.Should().Equal("Accept");
        JsonNode.DeepEquals(JsonNode.Parse(await answer.Content.ReadAsStringAsync()), Parsed(Sample.Answer("revoked", id, site.Url.ToString()))).Should().BeTrue();
        (await site.Anybody.GetStringAsync($"certificates/{id}?format=json&holder={Sample.Token}")).Should().Contain(Sample.Salt);

        static JsonNode? Parsed(JsonNode node) => JsonNode.Parse(node.ToJsonString());
    }

    [Fact]
    public async Task Shows_the_page_to_browsers_which_keep_nothing_and_load_nothing_from_elsewhere()
    {
        var id = site.Issue("valid");
        using var answer = await site.Anybody.SendAsync(Asks($"certificates/{id}?lang=en", "text/html"));
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        answer.Headers.Vary.Should().Contain(["Accept", "Accept-Language"]);
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
        answer.Headers.GetValues("X-Robots-Tag").Should().Equal("noindex");
        answer.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'").And.EndWith("; script-src 'self'; connect-src 'self'").And.NotContain("unsafe");
        var page = await answer.Content.ReadAsStringAsync();
        page.Should().StartWith("<!DOCTYPE html>").And.Contain("<html lang=\"en\">").And.Contain("Training certificate").And.Contain("M.-C. D.").And.NotContain(Sample.Name);
        page.Replace(site.Url.ToString(), "", StringComparison.Ordinal).Should().NotContainAny("http://", "https://", "\"//");

        using var head = await site.Anybody.SendAsync(Asks($"certificates/{id}", "text/html", HttpMethod.Head));
        head.StatusCode.Should().Be(HttpStatusCode.OK);
        head.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
        (await head.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Keeps_the_holders_token_when_the_language_changes() =>
        (await Read($"certificates/{site.Issue("valid")}?holder={Sample.Token}&lang=en")).Should().Contain("Marie-Claude").And.Contain($"?holder={Sample.Token}&amp;lang=fr");

    [Fact]
    public async Task Lets_the_other_pages_run_no_script()
    {
        foreach (var address in (string[])["sign-in", $"certificates/{Guid.NewGuid()}"])
        {
            using var answer = await site.Anybody.SendAsync(Asks(address, "text/html"));
            answer.Headers.GetValues("Content-Security-Policy").Single().Should().NotContain("script-src");
        }
    }

    [Theory]
    [InlineData("text/html", "Aucun certificat à cette adresse")]
    [InlineData("application/json", "urn:tremplin:problem:unknown")]
    public async Task Answers_an_unknown_number_a_malformed_one_and_a_guessed_token_alike(string accept, string words)
    {
        var known = site.Issue("valid");
        var unknown = await Said($"certificates/{Guid.NewGuid()}");
        unknown.Status.Should().Be(HttpStatusCode.NotFound);
        unknown.Text.Should().Contain(words);
        foreach (var address in (string[])["certificates/nothing", $"certificates/{Guid.NewGuid()}?holder={Sample.Token}", "certificates/..%2Faudit", "certificates/1%3Fcohort=1"])
            (await Said(address)).Should().Be(unknown);
        // A wrong token is as none.
        var everybodys = await Said($"certificates/{known}");
        foreach (var token in (string[])["guessed", "x' OR 1=1", new string('A', 42), new string('A', 44)])
            (await Said($"certificates/{known}?holder={Uri.EscapeDataString(token)}")).Should().Be(everybodys);

        async Task<(HttpStatusCode Status, string Text)> Said(string address)
        {
            using var answer = await site.Anybody.SendAsync(Asks(address, accept));
            // What was asked for is repeated nowhere but in the link to the other language, and by a problem's number.
            return (answer.StatusCode, System.Text.RegularExpressions.Regex.Replace(
                await answer.Content.ReadAsStringAsync(), "href=\"/certificates/[^\"]*lang=[^\"]*\"|certificate [0-9a-f-]{36}|\"traceId\":\"[^\"]*\"", "", default, TimeSpan.FromSeconds(1)));
        }
    }

    [Fact]
    public async Task Asks_once_for_whatever_it_is_and_sends_on_nothing_but_numbers_and_a_token()
    {
        site.Certification.Asked.Clear();
        foreach (var address in (string[])
            [
                $"certificates/{Sample.Id(1)}?holder={Sample.Token}&cohort=1&x=y", "certificates/..%2F..%2Faudit%2Fevents", "certificates/..%2F/credential",
                $"certificates/{Sample.Id(1)}/certificate.pdf?holder=a%26b=c", $"certificates/{Sample.Id(1):N}/credential?holder={Sample.Token}",
                "status-lists/1/revocation?x=y", "status-lists/%2B1/revocation", "status-lists/1/..%2Faudit", "status-lists/99999999999/revocation",
                $"certificates/{Sample.Id(1)}/history", "certificates?cohort=1", ".well-known/other.json", "audit/events",
            ])
        {
            using var asked = Asks(address, "*/*");
            asked.Headers.Add("Authorization", "Bearer stolen");
            asked.Headers.Add("Cookie", "a=b");
            asked.Headers.Add("X-Forwarded-For", "192.0.2.1");
            (await site.Anybody.SendAsync(asked)).StatusCode.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Redirect, HttpStatusCode.OK);
        }

        site.Certification.Asked.Select(a => a.Address).Should().Equal(
            $"/certificates/{Sample.Id(1)}?holder={Sample.Token}", $"/certificates/{Guid.Empty}", $"/certificates/{Guid.Empty}/credential",
            $"/certificates/{Sample.Id(1)}/certificate.pdf", $"/certificates/{Sample.Id(1)}/credential", "/status-lists/1/revocation");
        site.Certification.Asked.SelectMany(a => a.Headers.Keys).Distinct().Should().BeSubsetOf(["Accept", "Host", "traceparent"]);
    }

    [Fact]
    public async Task Says_in_words_that_nothing_answers()
    {
        var lonely = await site.Another(new(StringComparer.Ordinal) { ["Services__Certification"] = "http://127.0.0.1:1/" });
        using var page = await site.Anybody.SendAsync(Asks(new Uri(lonely, $"certificates/{Sample.Id(1)}?lang=en").ToString(), "text/html"));
        page.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await page.Content.ReadAsStringAsync()).Should().Contain("This page cannot be made now");
        using var head = await site.Anybody.SendAsync(Asks(new Uri(lonely, $"certificates/{Sample.Id(1)}").ToString(), "text/html", HttpMethod.Head));
        head.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        using var json = await site.Anybody.SendAsync(Asks(new Uri(lonely, $"certificates/{Sample.Id(1)}/credential").ToString(), "application/vc"));
        json.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        json.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [Fact]
    public async Task Limits_how_often_an_address_asks_and_believes_the_gateway_alone_who_it_is()
    {
        var limits = new Dictionary<string, string>(StringComparer.Ordinal) { ["Public__AtOnce"] = "3", ["Public__PerMinute"] = "1" };
        var behind = await site.Another(new(limits, StringComparer.Ordinal) { ["Gateway__Networks"] = "127.0.0.0/8,10.0.0.0/8" });
        foreach (var (client, allowed) in ((string, bool)[])[("192.0.2.1", true), ("192.0.2.1", true), ("192.0.2.1", true), ("192.0.2.1", false),
            ("192.0.2.2", true), ("192.0.2.9, 192.0.2.1, 10.1.2.3", false), ("192.0.2.1, 192.0.2.3", true)])
            (await Ask(behind, client) != HttpStatusCode.TooManyRequests).Should().Be(allowed, client);

        using var refused = Asks(new Uri(behind, $"certificates/{Sample.Id(1)}?lang=en").ToString(), "text/html");
        refused.Headers.Add("X-Forwarded-For", "192.0.2.1");
        using var page = await site.Anybody.SendAsync(refused);
        page.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        page.Headers.RetryAfter!.Delta.Should().BePositive();
        (await page.Content.ReadAsStringAsync()).Should().Contain("<html lang=\"en\">").And.Contain("Too many requests came from your network");
        using var file = Asks(new Uri(behind, ".well-known/did.json").ToString(), "*/*");
        file.Headers.Add("X-Forwarded-For", "192.0.2.1");
        using var problem = await site.Anybody.SendAsync(file);
        problem.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        JsonElement.Parse(await problem.Content.ReadAsStringAsync()).GetProperty("status").GetInt32().Should().Be(429);
        // What is not open to everybody has other limits.
        (await site.Anybody.GetAsync(new Uri(behind, "sign-in"))).StatusCode.Should().Be(HttpStatusCode.OK);

        var open = await site.Another(limits);
        var answers = new List<HttpStatusCode>();
        for (var n = 1; n <= 4; n++)
            answers.Add(await Ask(open, $"192.0.2.{n}"));
        answers[..3].Should().NotContain(HttpStatusCode.TooManyRequests);
        answers[3].Should().Be(HttpStatusCode.TooManyRequests, "without a gateway that is known nobody is believed");

        async Task<HttpStatusCode> Ask(Uri portal, string client)
        {
            using var asked = Asks(new Uri(portal, $"certificates/{Guid.NewGuid()}").ToString(), "application/json");
            asked.Headers.Add("X-Forwarded-For", client);
            using var answer = await site.Anybody.SendAsync(asked);
            return answer.StatusCode;
        }
    }

    private static HttpRequestMessage Asks(string address, string accept, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Get, new Uri(address, UriKind.RelativeOrAbsolute)) { Headers = { { "Accept", accept } } };

    private async Task<string> Read(string address)
    {
        using var answer = await site.Anybody.SendAsync(Asks(address, "text/html"));
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }
}

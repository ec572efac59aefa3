using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tremplin.Certification.Credentials;
using Tremplin.Cli.Demo;
using UglyToad.PdfPig;

namespace Tremplin.Scenarios;

/// <summary>What becomes of a certificate after it is issued: its documents, its bits, its successor, its key and its holder.</summary>
public sealed class Certificates(OnePlatform one) : IDisposable
{
    private static readonly string[] Documents = ["credential", "holder-credential", "certificate.pdf", "realisation.pdf"];

    private readonly Dictionary<Guid, Guid> _records = [];
    private readonly HttpClient _anybody = new() { BaseAddress = one.Platform.Portal.Url };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _anybody.Dispose();

    [Fact]
    [Trait("Rule", "R39"), Trait("Rule", "R45")]
    public async Task Its_documents_are_the_same_bytes_ever_after_whoever_asks_and_whatever_key_signs_now()
    {
        var id = await Certified("Zoë", "Łukasiewicz-N’Guyễn");
        var token = await Token(id);
        var first = await Downloads(id, token);
        foreach (var (name, bytes) in first)
            Convert.ToHexStringLower(SHA256.HashData(bytes)).Should().Be(await Recorded(id, name), "the event holds the hash of {0}", name);
        Encoding.UTF8.GetString(first["credential"]).Should().NotContain("Guy").And.NotContain("Zo");
        Json(first["holder-credential"])["credentialSubject"]!["identifier"]![0]!["identityHash"]!.ToString().Should().Be("Zoë Łukasiewicz-N’Guyễn");
        foreach (var form in (string[])["credential", "holder-credential"])
        {
            DataIntegrity.Verifies(Json(first[form]), await Did()).Should().BeTrue();
            Json(first[form])["credentialStatus"]!.AsArray().Should().HaveCount(2);
        }

        // The key is retired, the template has another provider in it, and everything is started again.
        var old = (await Did())["verificationMethod"]![0]!["publicKeyMultibase"]!.ToString();
        var secrets = Path.Combine(one.Platform.Folder, "secrets");
        await File.WriteAllTextAsync(Path.Combine(secrets, "certificates-retired-2026.pub"), old, Stop);
        File.Delete(Path.Combine(secrets, "certificates.key"));
        one.Platform.Certification[0].Set("Certificates__Provider__Name", "Les Ateliers de l’Île");
        await one.Platform.Certification[0].RestartAsync(Stop);
        (await Downloads(id, token)).Should().BeEquivalentTo(first);
        (await Did())["verificationMethod"]!.AsArray().Select(m => m!["publicKeyMultibase"]!.ToString()).Should().HaveCountGreaterThan(1).And.Contain(old);
        DataIntegrity.Verifies(Json(first["credential"]), await Did()).Should().BeTrue("a retired key still verifies");
        var next = await Certified("Ines", "Moreau");
        Text((await Downloads(next, await Token(next)))["realisation.pdf"]).Should().Contain("Ateliersdel’Île", "what is printed now has the new template");
        Text(first["realisation.pdf"]).Should().NotContain("Ateliers");
        var younger = await Bytes($"certificates/{next}/credential");
        DataIntegrity.Verifies(Json(younger), await Did()).Should().BeTrue();
        Json(younger)["proof"]![0]!["verificationMethod"]!.ToString().Should().NotBe(Json(first["credential"])["proof"]![0]!["verificationMethod"]!.ToString());
    }

    [Fact]
    public async Task Nobody_learns_a_name_without_the_link_and_nobody_else_has_the_link()
    {
        var id = await Certified("Fatou", "Ndiaye-Kermarrec");
        var token = await Token(id);
        var holder = JsonDocument.Parse(await _anybody.GetStringAsync($"certificates/{id}?format=json&holder={token}", Stop)).RootElement.GetProperty("holder");
        holder.GetProperty("name").GetString().Should().Be("Fatou Ndiaye-Kermarrec");
        var identity = Json(await Bytes($"certificates/{id}/credential"))["credentialSubject"]!["identifier"]![0]!;
        identity["identityHash"]!.ToString().Should().Be("sha256$" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            holder.GetProperty("name").GetString() + holder.GetProperty("salt").GetString()))), "with the salt anybody can check that the name belongs to the signed credential");

        foreach (var guess in (string[])["", "guess", new('A', 43), token[..^1] + (token[^1] == 'A' ? 'B' : 'A')])
        {
            (await _anybody.GetStringAsync($"certificates/{id}?format=json&holder={guess}", Stop)).Should().Be(await _anybody.GetStringAsync($"certificates/{id}?format=json", Stop)).And.NotContain("Fatou");
            foreach (var document in Documents.Skip(1))
                (await Status($"certificates/{id}/{document}?holder={guess}")).Should().Be(HttpStatusCode.NotFound);
        }

        var unknown = Guid.NewGuid();
        foreach (var document in Documents)
            (await Status($"certificates/{unknown}/{document}?holder={token}")).Should().Be(HttpStatusCode.NotFound);
        using var trainer = one.Platform.Client("Certification", "trainer");
        using var refused = await trainer.GetAsync($"certificates/{id}/link", Stop);
        refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    [Trait("Rule", "R40"), Trait("Rule", "R41"), Trait("Rule", "R42")]
    public async Task Its_bits_say_whether_it_is_suspended_or_revoked_and_the_page_says_why()
    {
        var id = await Certified("Malo", "Le Bras");
        var other = await Certified("Nora", "Petit");
        var place = Places(Json(await Bytes($"certificates/{id}/credential")));
        place["revocation"].Index.Should().Be(place["suspension"].Index, "one place, in a list for each");
        (await Bits(place)).Should().Be((false, false));

        await Ask(id, "suspend", new { reason = "UnderReview", by = "Auditor" });
        (await Bits(place)).Should().Be((false, true));
        (await Ask(id, "suspend", new { reason = "UnderReview", by = "Auditor" })).GetProperty("standing").GetString().Should().Be("Suspended", "asked again it changes nothing");
        await Ask(id, "reinstate", new { reason = "Cleared" });
        (await Bits(place)).Should().Be((false, false));
        using var list = await _anybody.GetAsync(place["revocation"].List.PathAndQuery.TrimStart('/'), Stop);
        using (var again = new HttpRequestMessage(HttpMethod.Get, list.RequestMessage!.RequestUri) { Headers = { IfNoneMatch = { list.Headers.ETag! } } })
        using (var unchanged = await _anybody.SendAsync(again, Stop))
            unchanged.StatusCode.Should().Be(HttpStatusCode.NotModified);

        await Ask(id, "revoke", new { reason = "Fraud", legalBasis = "Code pénal, art. 441-1", by = "Auditor", effectiveOn = "2026-11-02" });
        (await Bits(place)).Should().Be((true, false));
        (await Bits(Places(Json(await Bytes($"certificates/{other}/credential"))))).Should().Be((false, false), "the other's bits are its own");
        var shown = JsonDocument.Parse(await _anybody.GetStringAsync($"certificates/{id}?format=json", Stop)).RootElement;
        var since = shown.GetProperty("since");
        (shown.GetProperty("state").GetString(), since.GetProperty("reason").GetString(), since.GetProperty("effectiveOn").GetString(), since.GetProperty("actorKind").GetString())
            .Should().Be(("revoked", "fraud", "2026-11-02", "auditor"));
        using var refused = await one.Api.Certification.PostAsync($"certificates/{id}/reinstate", JsonContent(new { reason = "Cleared" }), Stop);
        (await refused.Content.ReadAsStringAsync(Stop)).Should().Contain("final");
        await Story.Until(async () => (await Record(id)).GetProperty("certificateStanding").GetString() == "Revoked", "the record and its partner know");
    }

    [Fact]
    [Trait("Rule", "R42")]
    public async Task A_list_that_is_four_fifths_full_is_left_for_the_next_and_stays_readable()
    {
        var before = Places(Json(await Bytes($"certificates/{await Certified("Anouk", "Vidal")}/credential")))["revocation"];
        var number = int.Parse(before.List.Segments[^2].Trim('/'), System.Globalization.CultureInfo.InvariantCulture);
        await one.Platform.Sql("certification",
            $"""
            INSERT INTO certification.printed_certificate
            SELECT gen_random_uuid(), {number}, i, 'null', '', '', '', '' FROM generate_series(0, {StatusList.Length / 5 * 4}) i
            ON CONFLICT DO NOTHING
            """);
        try
        {
            // It counts when it starts, and then now and then.
            await one.Platform.Certification[0].RestartAsync(Stop);
            var after = Places(Json(await Bytes($"certificates/{await Certified("Basile", "Weber")}/credential")));
            after["revocation"].List.Segments[^2].Trim('/').Should().Be($"{number + 1}");
            (await Bits(after)).Should().Be((false, false));
            (await Status(before.List.PathAndQuery.TrimStart('/'))).Should().Be(HttpStatusCode.OK);
        }
        finally
        {
            await one.Platform.Sql("certification", "DELETE FROM certification.printed_certificate WHERE issued = 'null'");
        }
    }

    [Fact]
    [Trait("Rule", "R37"), Trait("Rule", "R40")]
    public async Task Under_another_name_it_is_issued_anew_and_the_old_link_leads_to_the_new_one()
    {
        var id = await Certified("Elise", "Durant");
        var (token, before) = (await Token(id), await Downloads(id, await Token(id)));
        var command = Guid.NewGuid().ToString();
        var next = (await Ask(id, "reissue", new { reason = "IdentityError", name = "Élise Durand", by = "Holder" }, command)).GetProperty("id").GetGuid();
        (await Ask(id, "reissue", new { reason = "IdentityError", name = "Élise Durand", by = "Holder" }, command)).GetProperty("id").GetGuid().Should().Be(next, "the same request has the same answer");
        next.Should().NotBe(id);

        JsonDocument.Parse(await _anybody.GetStringAsync($"certificates/{id}?format=json", Stop)).RootElement.GetProperty("successor").GetGuid().Should().Be(next);
        (await Downloads(id, token)).Should().BeEquivalentTo(before, "it stays what it was");
        var shown = JsonDocument.Parse(await _anybody.GetStringAsync($"certificates/{next}?format=json&holder={await Token(next)}", Stop)).RootElement;
        (shown.GetProperty("state").GetString(), shown.GetProperty("supersedes").GetGuid(), shown.GetProperty("holder").GetProperty("name").GetString()).Should().Be(("valid", id, "Élise Durand"));
        DataIntegrity.Verifies(Json(await Bytes($"certificates/{next}/credential")), await Did()).Should().BeTrue();
        Places(Json(await Bytes($"certificates/{next}/credential")))["revocation"].Should().NotBe(Places(Json(before["credential"]))["revocation"], "no bit is used twice");
        using var refused = await one.Api.Certification.PostAsync($"certificates/{id}/reissue", JsonContent(new { reason = "Misprint" }), Stop);
        (await refused.Content.ReadAsStringAsync(Stop)).Should().Contain($"{next}");
        await Story.Until(async () => (await Record(id)).GetProperty("certificateId").GetGuid() == next, "the record and its partner know");
    }

    [Fact]
    public async Task Whoever_is_erased_keeps_a_certificate_that_verifies_and_the_public_sees_that_it_is_withdrawn()
    {
        var id = await Certified("Ousmane", "Traoré-Fontaine");
        var token = await Token(id);
        var kept = await Downloads(id, token);
        var record = await Record(id);
        await Api.Send(one.Api.Enrollment, HttpMethod.Delete, $"learners/{record.GetProperty("learnerId").GetGuid()}?reason=OnRequest");
        await Story.Until(async () => (await _anybody.GetStringAsync($"certificates/{id}?format=json", Stop)).Contains("\"withdrawn\"", StringComparison.Ordinal), "the public sees no more than that");
        JsonDocument.Parse(await _anybody.GetStringAsync($"certificates/{id}?format=json&holder={token}", Stop)).RootElement.EnumerateObject()
            .Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(p => p.Name).Should().BeEquivalentTo("id", "state", "since");
        foreach (var document in Documents.Skip(1))
            (await Status($"certificates/{id}/{document}?holder={token}")).Should().Be(HttpStatusCode.NotFound, "its key is gone");
        DataIntegrity.Verifies(Json(kept["holder-credential"]), await Did()).Should().BeTrue("the holder's copy is as good as before");
        (await Bits(Places(Json(kept["holder-credential"])))).Should().Be((false, false), "and it is not revoked");
    }

    private async Task<Guid> Certified(string first, string last)
    {
        // A programme of its own: nobody of another story waits for its next cohort.
        var cohort = (await Course.Open(one.Api, cohorts: 1, seats: 1, on: new(2026, 11, 24), programme: "course-certified")).Cohorts[0];
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, Course.Stranger(), "course-certified"), JsonSerializerOptions.Web)!;
        (form["person"]!["firstName"], form["person"]!["lastName"]) = (first, last);
        var record = (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();
        var id = (await one.Certified(cohort, new(2026, 11, 24), record))[0];
        _records.Add(id, record);
        return id;
    }

    private Task<JsonElement> Record(Guid certificate) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{_records[certificate]}");

    private async Task<string> Token(Guid id) =>
        new Uri((await Api.Send(one.Api.Certification, HttpMethod.Get, $"certificates/{id}/link")).GetProperty("address").GetString()!).Query.Split('=')[1];

    private async Task<string> Recorded(Guid id, string document) =>
        (await Api.Send(one.Api.Certification, HttpMethod.Get, $"certificates/{id}/history"))[0].GetProperty("data").GetProperty("documents").GetProperty("sha256").GetProperty(document).GetString()!;

    private async Task<Dictionary<string, byte[]>> Downloads(Guid id, string token)
    {
        var all = new Dictionary<string, byte[]>();
        foreach (var document in Documents)
            all.Add(document, await Bytes($"certificates/{id}/{document}?holder={token}"));
        return all;
    }

    private Task<JsonElement> Ask(Guid id, string what, object body, string? command = null)
    {
        one.Api.Certification.DefaultRequestHeaders.Remove("Idempotency-Key");
        if (command is not null)
            one.Api.Certification.DefaultRequestHeaders.Add("Idempotency-Key", command);
        return Api.Send(one.Api.Certification, HttpMethod.Post, $"certificates/{id}/{what}", body);
    }

    private Task<byte[]> Bytes(string path) => _anybody.GetByteArrayAsync(path, Stop);

    private async Task<HttpStatusCode> Status(string path)
    {
        using var answer = await _anybody.GetAsync(path, Stop);
        return answer.StatusCode;
    }

    private async Task<JsonObject> Did() => Json(await Bytes(".well-known/did.json"));

    private static Dictionary<string, (Uri List, int Index)> Places(JsonObject credential) => credential["credentialStatus"]!.AsArray().ToDictionary(
        s => s!["statusPurpose"]!.ToString(), s => (new Uri(s!["statusListCredential"]!.ToString()), int.Parse(s["statusListIndex"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture)));

    private async Task<(bool Revoked, bool Suspended)> Bits(Dictionary<string, (Uri List, int Index)> places) => (await Bit(places["revocation"]), await Bit(places["suspension"]));

    private async Task<bool> Bit((Uri List, int Index) place)
    {
        var list = Json(await Bytes(place.List.PathAndQuery.TrimStart('/')));
        DataIntegrity.Verifies(list, await Did()).Should().BeTrue();
        await using var gzip = new GZipStream(new MemoryStream(System.Buffers.Text.Base64Url.DecodeFromChars(list["credentialSubject"]!["encodedList"]!.ToString().AsSpan(1))), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        await gzip.CopyToAsync(bits, Stop);
        return (bits.ToArray()[place.Index / 8] & (0x80 >> (place.Index % 8))) != 0;
    }

    private static StringContent JsonContent(object body) => new(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");

    private static string Text(byte[] pdf)
    {
        using var paper = PdfDocument.Open(pdf);
        return string.Concat(paper.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value.Trim()));
    }

    private static JsonObject Json(byte[] bytes) => JsonNode.Parse(bytes)!.AsObject();
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>Every fault gets its status and a problem document (RFC 9457) that names it.</summary>
public sealed class BadRequests(OnePlatform one)
{
    private const string Good = """
        {"applicationRef":"X1","organisationRef":"ORG-COURSE","role":"volunteer","programme":"course","appliedOn":"2026-10-01","partner":"incub-loire",
         "person":{"firstName":"Zoé","lastName":"Quelqu'une","email":"zoe@atelier.example"}}
        """;

    [Theory]
    [InlineData("malformed JSON", "{ \"applicationRef\": ", 400, "JSON")]
    [InlineData("a wrong type", """{"applicationRef": 7}""", 400, "applicationRef")]
    [InlineData("an unknown field", """{"colour":"blue"}""", 400, "colour")]
    [InlineData("a missing field", """{"applicationRef":"X1"}""", 400, "organisationRef")]
    [InlineData("no date", "appliedOn=31/02/2026", 400, "appliedOn")]
    [InlineData("a character that has no place", "applicationRef=X\u00001", 400, "U+0000")]
    [InlineData("a wrong role", "role=king", 422, "role")]
    [InlineData("no address", "email=nobody", 422, "email")]
    [InlineData("an unknown organisation", "organisationRef=ORG-9999", 422, "ORG-9999")]
    [InlineData("an unknown programme", "programme=no-such", 422, "no-such")]
    [InlineData("a wrong cohort id", "cohortId=7", 400, "cohortId")]
    [InlineData("an unknown cohort", "cohortId=01234567-89ab-7def-8123-456789abcdef", 409, "01234567")]
    public async Task An_application_with(string fault, string change, int status, string named)
    {
        await Course.Open(one.Api, cohorts: 1, seats: 1);
        await Problem(await one.Api.Enrollment.PostAsync("applications", Json(Body(change))), status, named, fault);
    }

    [Fact]
    public async Task A_request_for_a_closed_cohort()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 1, on: new(2026, 11, 9));
        var (cohort, session) = (course.Cohorts[0], Course.SessionOf(course.Cohorts[0]));
        one.Platform.SetClock(new(2026, 11, 9, 12, 0, 0, TimeSpan.Zero));
        foreach (var step in new[] { $"sessions/{session}/open-signing", $"sessions/{session}/countersignature", $"sessions/{session}/seal", $"cohorts/{cohort}/close" })
            await Api.Send(one.Api.Scheduling, HttpMethod.Post, step);
        one.Platform.SetClock(OnePlatform.Start);
        await Story.Until(async () => !(await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"offerings/{cohort}")).GetProperty("open").GetBoolean(), "the closing is known");
        await Problem(await one.Api.Enrollment.PostAsync("applications", Json(Body($"cohortId={cohort}"))), 409, "closed");
    }

    [Fact]
    public async Task What_could_not_be_stored_holds_nothing_up()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 1);
        await Problem(await one.Api.Enrollment.PostAsync("applications", Json(Body("applicationRef=X\u00002"))), 400, "U+0000");
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()));
        await one.Api.Answered(course.Cohorts[0], 1);
    }

    [Fact]
    public async Task A_body_of_ten_megabytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "applications") { Content = Json(new string('x', 10_000_000)) };
        // Asks before it sends, so that the answer is not lost with the connection.
        request.Headers.ExpectContinue = true;
        await Problem(await one.Api.Enrollment.SendAsync(request), 413, "larger");
    }

    [Fact]
    public async Task Another_media_type() =>
        await Problem(await one.Api.Enrollment.PostAsync("applications", new StringContent(Good, Encoding.UTF8, "text/plain")), 415, "media type");

    [Theory]
    [InlineData("records/not-an-id", 400, "not-an-id")]
    [InlineData("events?partner=a%00b", 400, "U+0000")]
    [InlineData("records/01234567-89ab-7def-8123-456789abcdef", 404, "01234567")]
    [InlineData("nowhere", 404, "nothing")]
    [InlineData("learners/01234567-89ab-7def-8123-456789abcdef", 400, "purpose")]
    [InlineData("learners/01234567-89ab-7def-8123-456789abcdef?purpose=curiosity", 400, "purpose")]
    [InlineData("learners/01234567-89ab-7def-8123-456789abcdef?purpose=99", 400, "RightOfAccess")]
    [InlineData("learners/01234567-89ab-7def-8123-456789abcdef?purpose=Audit", 404, "no such learner")]
    public async Task A_wrong_address(string path, int status, string named) =>
        await Problem(await one.Api.Enrollment.GetAsync(path), status, named);

    [Fact]
    public async Task A_missing_or_a_false_token()
    {
        using var nobody = new HttpClient { BaseAddress = one.Platform.Enrollment[0].Url };
        await Problem(await nobody.PostAsync("applications", Json(Good)), 401, "token");
        nobody.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhbGciOiJub25lIn0.e30.");
        await Problem(await nobody.PostAsync("applications", Json(Good)), 401, "token");
    }

    [Theory]
    [InlineData("Enrollment", "auditor", "POST", "applications")]
    [InlineData("Enrollment", "trainer", "GET", "records")]
    [InlineData("Enrollment", "incub-loire", "POST", "organisations/import")]
    [InlineData("Enrollment", "incub-loire", "GET", "learners/01234567-89ab-7def-8123-456789abcdef?purpose=Audit")]
    [InlineData("Enrollment", "auditor", "DELETE", "learners/01234567-89ab-7def-8123-456789abcdef?reason=OnRequest")]
    [InlineData("Scheduling", "incub-loire", "PUT", "programmes/course")]
    [InlineData("Scheduling", "trainer", "POST", "cohorts/01234567-89ab-7def-8123-456789abcdef/open")]
    [InlineData("Scheduling", "auditor", "POST", "sessions/01234567-89ab-7def-8123-456789abcdef/seal")]
    [InlineData("Certification", "incub-loire", "GET", "completion-files/01234567-89ab-7def-8123-456789abcdef")]
    public async Task A_wrong_role(string service, string client, string method, string path)
    {
        using var http = one.Platform.Client(service, client);
        using var request = new HttpRequestMessage(new(method), path) { Content = method is "GET" or "DELETE" ? null : Json(Good) };
        await Problem(await http.SendAsync(request), 403, "role");
    }

    [Fact]
    public async Task A_partner_that_looks_at_anothers_record()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 5);
        var id = (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()))).GetProperty("id").GetGuid();
        using var owner = one.Platform.Client("Enrollment", "incub-loire");
        using var other = one.Platform.Client("Enrollment", "incub-noumea");
        (await owner.GetAsync($"records/{id}")).IsSuccessStatusCode.Should().BeTrue();
        await Problem(await other.GetAsync($"records/{id}"), 404, id.ToString());
        await Problem(await other.GetAsync($"records/{id}/history"), 404, id.ToString());
        await Problem(await other.PostAsync($"records/{id}/withdraw", Json("""{"reason":"Other"}""")), 404, id.ToString());
        await Problem(await other.PostAsync("applications", Json(Body(""))), 403, "own name");
    }

    private static string Body(string change)
    {
        if (change.StartsWith('{'))
            return change;
        var body = System.Text.Json.Nodes.JsonNode.Parse(Good)!;
        if (change.Split('=') is [var field, var value])
            (field == "email" ? body["person"]! : body)[field] = value;
        return body.ToJsonString();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task Problem(HttpResponseMessage answer, int status, string named, string because = "")
    {
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).Should().Be(status, $"{because}: {text}");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString().Should().Contain(named);
        answer.Dispose();
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>What an auditor sees of a training record in the portal, as a browser without scripts gets it.</summary>
public sealed partial class AuditPage(OnePlatform one) : IAsyncLifetime
{
    private static Guid _record, _certificate;
    private static int _person;
    private readonly Visitor _visitor = new(one);

    private static string Page => $"audit/records/{_record}";

    /// <summary>One training, carried to its certificate once for all.</summary>
    public async ValueTask InitializeAsync()
    {
        if (_record != Guid.Empty)
            return;
        var api = one.Api;
        var course = await Course.Open(api, cohorts: 1, seats: 1, on: new(2026, 11, 20));
        var (cohort, session) = (course.Cohorts[0], Course.SessionOf(course.Cohorts[0]));
        _person = Course.Stranger();
        var record = (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, _person))).GetProperty("id").GetGuid();
        await Story.Until(async () => await State() == "Confirmed", "the seat is confirmed");
        one.Platform.SetClock(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = record });
        one.Platform.SetClock(new(2026, 11, 20, 11, 31, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => await State() == "Completed", "the record is completed");
        one.Platform.SetClock(OnePlatform.Start);
        await one.Platform.Witnessed();
        _certificate = (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("certificateId").GetGuid();
        _record = record;

        async Task<string> State() => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString()!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Shows_every_event_of_the_three_services_once_with_its_causes_and_its_proof()
    {
        await _visitor.SignIn("auditor");
        var page = await _visitor.Read(Page + "?lang=en");
        var stored = new List<(string Id, string Cause)>();
        foreach (var service in new[] { "enrollment", "scheduling", "certification" })
        {
            var rows = await one.Platform.Sql(service, $"SELECT id::text, causation_id FROM {service}.mt_events WHERE correlation_id = '{_record}'");
            rows.Should().NotBeEmpty();
            stored.AddRange(rows.Select(r => ((string)r[0], (string)r[1])));
        }

        EventsOn(page).Should().BeEquivalentTo(stored.Select(e => e.Id));
        var caused = stored.Where(e => stored.Exists(c => c.Id == e.Cause)).Select(e => (e.Cause, e.Id)).ToList();
        caused.Should().HaveCountGreaterThan(5);
        ArrowsOn(page).Should().BeEquivalentTo(caused);
        Regex.Count(page, "proof-word Proven").Should().Be(stored.Count);
        page.Should().Contain($"All {stored.Count} events are proven").And.NotContain("proof-word NotProven").And.NotContain("proof-word NotYet");
        page.Should().Contain("Application received").And.Contain("Certificate issued").And.Contain("2 November 2026").And.Contain("18 days");
    }

    [Fact]
    public async Task Shows_the_state_at_a_version_and_what_its_event_changed()
    {
        await _visitor.SignIn("auditor");
        var page = await _visitor.Read(Page + "?version=3&lang=en");
        page.Should().Contain("Training record, version 3 of ").And.Contain(">Seat requested<");
        Changed(page).Should().Contain("/status").And.Contain("/seat/cohortId").And.NotContain(field => field.StartsWith("/application", StringComparison.Ordinal));
        page.Should().MatchRegex("""data-field="/status"[^§]*?<dd><span>asks for a seat</span>""");
        page.Should().MatchRegex("""<span class="was">[^§]*?eligible, without a cohort[^§]*?<span class="is">[^§]*?asks for a seat""");
        page.Should().Contain($"?in=enrollment&amp;stream={_record}&amp;version=2#state").And.Contain($"?in=enrollment&amp;stream={_record}&amp;version=4#state");

        (await _visitor.Read(Page + $"?in=certification&stream={_certificate}&version=1&lang=en")).Should().Contain("Certificate, version 1 of 1");
        (await _visitor.Ask(Page + "?version=99")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Travels_in_time_by_what_had_occurred_and_by_what_was_known()
    {
        await _visitor.SignIn("auditor");
        // At noon of the first day, by the clock of the services: the seat was confirmed, and nothing attended yet.
        (await _visitor.Read(Page + "?as-of=2026-11-02T12:00&lang=en")).Should().Contain("version 4 of ").And.MatchRegex("""data-field="/status"[^§]*?<span>holds a seat</span>""");
        (await _visitor.Read(Page + "?as-of=2026-11-01T12:00&lang=en")).Should().Contain("there was nothing yet");
        (await _visitor.Read(Page + "?as-known=2020-01-01T12:00&lang=en")).Should().Contain("there was nothing yet");
        (await _visitor.Read(Page + "?as-known=2100-01-01T12:00&lang=en")).Should().Contain("Training completed");
    }

    [Fact]
    public async Task Says_the_same_in_French_and_keeps_the_language()
    {
        await _visitor.SignIn("auditor");
        using var request = new HttpRequestMessage(HttpMethod.Get, Page) { Headers = { { "Accept-Language", "fr" } } };
        using var answer = await _visitor.Browser.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        page.Should().Contain("""<html lang="fr">""").And.Contain("Candidature reçue").And.Contain("Certificat délivré").And.Contain("sont prouvés")
            .And.Contain("scellé").And.Contain("18 jours").And.NotContain("Application received");
        await _visitor.Read(Page + "?lang=en");
        (await _visitor.Read(Page)).Should().Contain("""<html lang="en">""");
    }

    [Fact]
    public async Task Shows_no_personal_data_and_no_ciphertext()
    {
        await _visitor.SignIn("auditor");
        foreach (var address in new[] { Page, Page + "?version=1", Page + $"?in=certification&stream={_record}&version=1", Page + $"?in=certification&stream={_certificate}" })
        {
            var page = await _visitor.Read(address + (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=en");
            page.Should().NotContain("Camille").And.NotContain("Durand").And.NotContain("atelier.example").And.Contain("sealed");
            // What is long and looks like base64 is a root, a key or a form's token, never a text of the store.
            Base64().Matches(NotOfTheStore().Replace(WebUtility.HtmlDecode(page), "")).Select(m => m.Value).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Finds_the_record_by_its_learner_and_by_its_certificate()
    {
        await _visitor.SignIn("auditor");
        var learner = (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{_record}")).GetProperty("learnerId").GetGuid();
        foreach (var id in new[] { _record, _certificate, learner })
            (await _visitor.Ask($"audit?id={id}")).Headers.Location!.ToString().Should().EndWith($"/audit/records/{_record}");
        var unknown = await _visitor.Ask($"audit?id={Guid.NewGuid()}");
        unknown.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await unknown.Content.ReadAsStringAsync()).Should().Contain("role=\"alert\"");
    }

    [Fact]
    public async Task Tells_of_an_unknown_record_that_there_is_none()
    {
        await _visitor.SignIn("auditor");
        using var answer = await _visitor.Ask($"audit/records/{Guid.NewGuid()}?lang=en");
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("There is no such training record");
        using var nothing = await _visitor.Ask("audit/records/nothing?lang=en");
        nothing.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await nothing.Content.ReadAsStringAsync()).Should().Contain("There is nothing at this address");
    }

    [Fact]
    public async Task Asks_who_one_is_and_leads_back_to_the_page()
    {
        using var stranger = await _visitor.Ask(Page + "?version=2");
        stranger.StatusCode.Should().Be(HttpStatusCode.Redirect);
        stranger.Headers.Location!.ToString().Should().Be($"/sign-in?to=%2Faudit%2Frecords%2F{_record}%3Fversion%3D2");
        using var back = await _visitor.SignIn("auditor", at: stranger.Headers.Location.ToString());
        back.Headers.Location!.ToString().Should().EndWith($"/{Page}?version=2");
        back.Headers.GetValues("Set-Cookie").Should().Contain(c => c.StartsWith("tremplin=", StringComparison.Ordinal)
            && c.Contains("httponly", StringComparison.OrdinalIgnoreCase) && c.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase));

        var token = Visitor.Field("__RequestVerificationToken", await _visitor.Read(Page));
        using var forged = await _visitor.Browser.PostAsync("sign-out", new FormUrlEncodedContent([]));
        forged.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await _visitor.Ask(Page)).StatusCode.Should().Be(HttpStatusCode.OK);
        using var left = await _visitor.Browser.PostAsync("sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
        left.StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await _visitor.Ask(Page)).StatusCode.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Refuses_a_wrong_secret_and_an_unknown_client_in_the_same_words()
    {
        using var wrong = await _visitor.SignIn("auditor", "wrong");
        using var unknown = await _visitor.SignIn("nobody", "wrong");
        wrong.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        unknown.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        var words = Alert(await wrong.Content.ReadAsStringAsync());
        words.Should().NotBeEmpty().And.Be(Alert(await unknown.Content.ReadAsStringAsync()));
        (await _visitor.Ask(Page)).StatusCode.Should().Be(HttpStatusCode.Redirect);

        static string Alert(string page) => Visitor.Matches(page, """role="alert"[^>]*>(?<it>[^<]+)<""").Single();
    }

    [Fact]
    public async Task Tells_whoever_is_no_auditor_that_these_pages_are_not_theirs()
    {
        await _visitor.SignIn(Course.Partner);
        foreach (var address in new[] { "audit", Page })
        {
            using var answer = await _visitor.Ask(address);
            answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await answer.Content.ReadAsStringAsync()).Should().Contain("réservées aux auditeurs").And.NotContain("Candidature reçue").And.NotContain("<form method=\"get\"");
        }
    }

    [Fact]
    public async Task Lets_browsers_run_and_load_nothing_but_its_own_style()
    {
        await _visitor.SignIn("auditor");
        using var answer = await _visitor.Ask(Page);
        answer.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'; style-src 'self'").And.NotContain("unsafe").And.Contain("frame-ancestors 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        var page = await answer.Content.ReadAsStringAsync();
        page.Should().NotContain("<script").And.NotContain("style=\"").And.NotContain("<style").And.NotContain("http://").And.NotContain("https://");
        var style = Visitor.Matches(page, """rel="stylesheet" href="(?<it>[^"]+)""").Single();
        using var css = await _visitor.Ask(style);
        css.StatusCode.Should().Be(HttpStatusCode.OK);
        css.Content.Headers.ContentType!.MediaType.Should().Be("text/css");
    }

    private static IEnumerable<string> EventsOn(string page) => Visitor.Matches(page, """data-event="(?<it>[^"]+)""");

    private static IEnumerable<(string From, string To)> ArrowsOn(string page)
    {
        var events = EventsOn(page).ToList();
        return Visitor.Matches(page, """data-from="(?<it>\d+)""").Zip(Visitor.Matches(page, """data-to="(?<it>\d+)"""), (from, to) => (events[Index(from)], events[Index(to)]));

        static int Index(string number) => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) - 1;
    }

    private static IEnumerable<string> Changed(string page) => Visitor.Matches(page, """<div class="changed" data-field="(?<it>[^"]+)""");

    [GeneratedRegex("[A-Za-z0-9+/]{40,}=*", RegexOptions.None, 1000)]
    private static partial Regex Base64();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"|<code>[A-Za-z0-9+/]{43}=</code>|<code>tremplin/[^<]+</code>", RegexOptions.None, 1000)]
    private static partial Regex NotOfTheStore();
}

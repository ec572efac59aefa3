using System.Net;
using System.Text.RegularExpressions;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>The attendance sheet of a half-day, as coordinators and trainers print it.</summary>
public sealed class SheetPage(OnePlatform one) : IDisposable
{
    private readonly Visitor _visitor = new(one);

    [Fact]
    [Trait("Rule", "R29"), Trait("Rule", "R30"), Trait("Rule", "R31"), Trait("Rule", "R32")]
    public async Task Shows_the_seat_holders_then_who_signed_and_then_what_was_sealed_and_corrected()
    {
        var (api, scheduling) = (one.Api, one.Api.Scheduling);
        var course = await Course.Open(api, cohorts: 1, seats: 3, on: new(2026, 11, 24));
        var (cohort, session) = (course.Cohorts[0], Course.SessionOf(course.Cohorts[0]));
        var (page, people) = ($"sessions/{session}/sheet?lang=en", new List<(Guid Record, int Person)>());
        for (var n = 0; n < 3; n++)
        {
            var person = Course.Stranger();
            people.Add(((await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, person))).GetProperty("id").GetGuid(), person));
        }

        await api.Answered(cohort, 3);
        await _visitor.SignIn("coordinator");
        var planned = await _visitor.Read(page);
        planned.Should().Contain("<dd>1 of 1</dd>").And.Contain("24 November 2026").And.Contain("09:00 – 12:30 (Europe/Paris)").And.Contain($"{cohort:N}, Orléans").And.Contain("Cours").And.Contain("not drawn up yet");
        Rows(planned).Keys.Should().BeEquivalentTo(people.Select(p => p.Record));
        Rows(planned).Values.Should().OnlyContain(row => row.Contains("to be signed by hand"));
        planned.Should().Contain("Not sealed").And.NotContain("Durand");

        one.Platform.SetClock(new(2026, 11, 24, 8, 1, 5, TimeSpan.Zero));
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = people[0].Record });
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/marks", new { recordId = people[1].Record, reason = "NoDevice" });
        var open = Rows(await _visitor.Read(page));
        open[people[0].Record].Should().Contain("signed 09:01:05");
        open[people[1].Record].Should().Contain("present by the word of platform, 09:01:05").And.Contain("marked by the trainer: nothing to sign with");
        open[people[2].Record].Should().Contain("to be signed by hand");

        one.Platform.SetClock(new(2026, 11, 24, 12, 31, 0, TimeSpan.Zero));
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = people[1].Record });
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/seal");
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{session}/corrections", new
        {
            recordId = people[2].Record,
            attendance = new { evidence = "MarkedByTrainer", minutes = 120 },
            reason = "SignatureForgotten",
            document = new { kind = "PaperSheet", reference = "CAL-2026/7" },
        });
        one.Platform.SetClock(OnePlatform.Start);
        var final = await _visitor.Read(page);
        var rows = Rows(final);
        rows[people[0].Record].Should().Contain("210 / 210").And.NotContain("late");
        rows[people[1].Record].Should().Contain("signed 13:31:00").And.Contain("late: outside the time for signing");
        rows[people[2].Record].Should().Contain("not evidenced").And.Contain("120 / 210").And.NotContain("to be signed by hand")
            .And.Contain("not evidenced, 0 min → marked by the trainer, 120 min; the signature was forgotten; an attendance sheet on paper CAL-2026/7; platform, 13:31:00");
        final.Should().MatchRegex("Countersignature of the trainer</h2>\\s*<p>platform, 13:31:00");

        // From the paper to the event: what it names is the sealing.
        var sealing = (await one.Platform.Sql("scheduling", $"SELECT id::text, seq_id, version FROM scheduling.mt_events WHERE stream_id = '{session}' AND type = 'session.sealed.v1'")).Single();
        final.Should().Contain($"<code>{sealing[0]}</code>").And.Contain($"place in the ledger of Scheduling {sealing[1]}, version {sealing[2]}");

        // Names are read one by one, and each reading is an event.
        var before = await Readings();
        final.Should().NotContain("Durand").And.Contain("Each reading of a name is recorded");
        (await Readings()).Should().Be(before);
        var named = await _visitor.Read(page + "&names=yes");
        Rows(named).Should().OnlyContain(row => row.Value.Contains($"Durand-{people.Single(p => p.Record == row.Key).Person} Camille") && row.Value.Contains(Course.Organisation));
        (await Readings()).Should().Be(before + 3);

        var french = await _visitor.Read(page.Replace("lang=en", "lang=fr", StringComparison.Ordinal));
        french.Should().Contain("Feuille d’émargement").And.Contain("24 novembre 2026").And.Contain("non attestée").And.Contain("hors délai").And.Contain("<html lang=\"fr\">").And.NotContain("Signature of");

        async Task<long> Readings() => (long)(await one.Platform.Sql("enrollment", "SELECT count(*) FROM enrollment.mt_events WHERE type = 'learner.read.v1'"))[0][0];
    }

    [Fact]
    public async Task Shows_a_trainer_the_sheet_without_names_and_nobody_else_anything()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 1, on: new(2026, 11, 25), programme: "course-not-closed");
        var page = $"sessions/{Course.SessionOf(course.Cohorts[0])}/sheet?lang=en";
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger(), "course-not-closed"));
        await one.Api.Answered(course.Cohorts[0], 1);
        await _visitor.SignIn("trainer");
        (await _visitor.Read(page + "&names=yes")).Should().Contain("Training record").And.NotContain("Durand").And.NotContain("Show the names");
        (await _visitor.Ask($"sessions/{Guid.NewGuid()}/sheet")).StatusCode.Should().Be(HttpStatusCode.NotFound);

        using var stranger = new Visitor(one);
        (await stranger.Ask(page)).Headers.Location!.ToString().Should().StartWith("/sign-in?to=%2Fsessions%2F");
        foreach (var other in (string[])["auditor", Course.Partner])
        {
            using var visitor = new Visitor(one);
            await visitor.SignIn(other);
            using var refused = await visitor.Ask(page);
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsStringAsync()).Should().Contain("for coordinators and trainers").And.NotContain("Training record");
        }
    }

    [Fact]
    public async Task Says_of_a_cancelled_half_day_that_nobody_signs()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 1, on: new(2026, 11, 26), programme: "course-not-held");
        var session = Course.SessionOf(course.Cohorts[0]);
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"sessions/{session}/cancel", new { reason = "TrainerAway" });
        await _visitor.SignIn("coordinator");
        (await _visitor.Read($"sessions/{session}/sheet?lang=en")).Should().Contain("This half-day is cancelled").And.NotContain("data-record");
    }

    /// <inheritdoc/>
    public void Dispose() => _visitor.Dispose();

    // The text of each line, by its record.
    private static Dictionary<Guid, string> Rows(string page) =>
        Visitor.Matches(page, """<tr data-record="(?<it>[^"]+)""").ToDictionary(Guid.Parse, record =>
        {
            var from = page.IndexOf($"data-record=\"{record}\"", StringComparison.Ordinal);
            var row = Regex.Replace(page[from..page.IndexOf("</tr>", from, StringComparison.Ordinal)], "<[^>]+>", " ", RegexOptions.None, TimeSpan.FromSeconds(1));
            return Regex.Replace(WebUtility.HtmlDecode(row), "\\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(1));
        });
}

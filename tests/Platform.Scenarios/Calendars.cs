using System.Net;
using System.Text;
using Ical.Net.CalendarComponents;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>Calendar programs subscribe to a learner's and a trainer's half-days, without a token, and see what is moved and cancelled.</summary>
public sealed class Calendars(OnePlatform one) : IDisposable
{
    private const string Programme = "two-half-days-in-reunion";

    // As a calendar program has it: it knows the address, and nothing else.
    private readonly HttpClient _program = new() { BaseAddress = one.Platform.Services.First(s => s.Service == "Scheduling").Url };

    [Fact]
    [Trait("Rule", "R26"), Trait("Rule", "R25")]
    public async Task A_subscriber_sees_what_is_moved_and_cancelled_and_what_the_learner_left()
    {
        var (api, scheduling, cohort) = (one.Api, one.Api.Scheduling, Guid.NewGuid());
        Guid[] sessions = [Guid.NewGuid(), Guid.NewGuid()];
        await Course.Open(api, cohorts: 1, seats: 1);
        await Api.Send(scheduling, HttpMethod.Put, $"programmes/{Programme}", new { title = "À deux, c’est mieux", objectives = Array.Empty<string>(), halfDays = 2, minAttendedShare = 0.5, minSize = 1, maxSize = 2 });
        await Api.Send(scheduling, HttpMethod.Put, $"cohorts/{cohort}", new { programmeRef = Programme, zone = "Indian/Reunion", place = "Saint-Denis", territories = Array.Empty<string>(), capacity = 2 });
        foreach (var (session, n) in sessions.Select((s, n) => (s, n)))
            await Api.Send(scheduling, HttpMethod.Put, $"sessions/{session}", new { cohortId = cohort, number = n + 1, date = $"2026-12-1{n + 4}", start = "08:30:00", end = "12:00:00", trainer = "platform", room = $"Case-{cohort:N}" });
        await Api.Send(scheduling, HttpMethod.Post, $"cohorts/{cohort}/open");
        await Story.Until(async () => (await api.Enrollment.GetAsync($"offerings/{cohort}")).IsSuccessStatusCode, "Enrollment knows the cohort");
        var record = (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger(), Programme))).GetProperty("id").GetGuid();
        await api.Answered(cohort, 1);

        // The partner who sent it is told the address, and no other.
        using var partner = one.Platform.Client("Enrollment", Course.Partner);
        using var another = one.Platform.Client("Enrollment", "incub-anjou");
        var learners = Path(await Api.Send(partner, HttpMethod.Get, $"records/{record}/calendar"));
        learners.Should().Be(Path(await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}/calendar")));
        (await another.GetAsync($"records/{record}/calendar")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        var trainers = Path(await Api.Send(scheduling, HttpMethod.Get, "calendars/trainer"));

        var (first, second) = await Two(learners, sessions);
        (first.Sequence, first.Status, first.DtStart!.AsUtc).Should().Be((0, "CONFIRMED", new DateTime(2026, 12, 14, 4, 30, 0, DateTimeKind.Utc)), "in La Réunion it is four hours later");
        (second.Sequence, second.Status, second.Summary).Should().Be((0, "CONFIRMED", "À deux, c’est mieux (2/2)"));
        using (var unchanged = await Again(learners))
            unchanged.StatusCode.Should().Be(HttpStatusCode.NotModified);

        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[0]}/reschedule", new { date = "2026-12-14", start = "13:00:00", end = "16:30:00", trainer = "platform", room = $"Case-{cohort:N}" });
        (first, _) = await Two(learners, sessions);
        (first.Sequence, first.Status, first.DtStart!.AsUtc).Should().Be((1, "CONFIRMED", new DateTime(2026, 12, 14, 9, 0, 0, DateTimeKind.Utc)));
        (await One(learners, sessions[1])).Method.Should().Be("PUBLISH");

        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/cancel", new { reason = "TrainerAway" });
        foreach (var address in (string[])[learners, trainers])
        {
            (first, second) = await Two(address, sessions);
            (first.Sequence, first.Status, second.Sequence, second.Status).Should().Be((1, "CONFIRMED", 1, "CANCELLED"));
            var alone = await One(address, sessions[1]);
            (alone.Method, alone.Events.Single().Uid, alone.Events.Single().Status).Should().Be(("CANCEL", second.Uid, "CANCELLED"));
        }

        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Dates" });
        await Story.Until(async () => (await Two(learners, sessions)).First.Status == "CANCELLED", "the learner who left is not expected");
        (first, second) = await Two(learners, sessions);
        (first.Sequence, second.Sequence).Should().Be((2, 2));
        (await Two(trainers, sessions)).First.Status.Should().Be("CONFIRMED", "the trainer holds it all the same");

        // The keys are secrets: they are in no log and in no table.
        var keys = ((string[])[learners, trainers]).Select(a => a.Split("?key=")[1]).ToList();
        keys.Should().OnlyContain(k => k.Length == 43);
        (await one.Platform.Texts()).Where(t => keys.Exists(k => t.Text.Contains(k, StringComparison.Ordinal))).Select(t => t.Where).Should().BeEmpty();
    }

    [Fact]
    [Trait("Rule", "R26")]
    public async Task A_guess_finds_nothing_whatever_there_is()
    {
        var trainers = Path(await Api.Send(one.Api.Scheduling, HttpMethod.Get, "calendars/trainer"));
        var key = trainers.Split("?key=")[1];
        var answers = new List<string>();
        foreach (var guess in (string[])[
            $"calendars/trainers/platform.ics?key={new string('A', 43)}", $"calendars/trainers/nobody.ics?key={key}", $"calendars/records/{Guid.NewGuid()}.ics?key={key}",
            $"calendars/trainers/platform/{Guid.NewGuid()}.ics?key={key}", "calendars/trainers/platform.ics", $"calendars/trainers/platform.ics?key={key[1..]}",
        ])
        {
            using var answer = await _program.GetAsync(guess, TestContext.Current.CancellationToken);
            answer.StatusCode.Should().Be(HttpStatusCode.NotFound, guess);
            answers.Add(System.Text.RegularExpressions.Regex.Replace(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "\"traceId\":\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        }

        answers.Distinct().Should().ContainSingle();
        (await _program.GetAsync(trainers, TestContext.Current.CancellationToken)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    // The gateway has it under the service's name.
    private static string Path(System.Text.Json.JsonElement answer) => answer.GetProperty("address").GetString()!["/scheduling/".Length..];

    private async Task<HttpResponseMessage> Again(string address)
    {
        using var known = await _program.GetAsync(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.IfNoneMatch.Add(known.Headers.ETag!);
        return await _program.SendAsync(request);
    }

    private async Task<(CalendarEvent First, CalendarEvent Second)> Two(string address, Guid[] sessions)
    {
        var calendar = await Read(address);
        calendar.Method.Should().Be("PUBLISH");
        return (Of(sessions[0]), Of(sessions[1]));

        CalendarEvent Of(Guid session) => calendar.Events.Single(e => e.Uid == $"{session}@tremplin");
    }

    private Task<Ical.Net.Calendar> One(string address, Guid session) => Read(address.Replace(".ics", $"/{session}.ics", StringComparison.Ordinal));

    private async Task<Ical.Net.Calendar> Read(string address)
    {
        using var answer = await _program.GetAsync(address);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("text/calendar");
        answer.Content.Headers.LastModified.Should().NotBeNull();
        return Ical.Net.Calendar.Load(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()))!;
    }
}

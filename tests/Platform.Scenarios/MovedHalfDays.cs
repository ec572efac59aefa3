using System.Net;
using System.Net.Http.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>A training of three half-days: one moves, one is cancelled, one is interrupted. What was held counts.</summary>
public sealed class MovedHalfDays(OnePlatform one)
{
    private const string Programme = "three-half-days";

    private static readonly DateTimeOffset Moved = new(2026, 12, 8, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Rule", "R26"), Trait("Rule", "R29"), Trait("Rule", "R36")]
    public async Task What_was_held_counts_and_what_was_cancelled_is_not_waited_for()
    {
        var (api, scheduling, cohort) = (one.Api, one.Api.Scheduling, Guid.NewGuid());
        await Course.Open(api, cohorts: 1, seats: 1);
        await Api.Send(scheduling, HttpMethod.Put, $"programmes/{Programme}", new { title = "Trois demi-journées", objectives = Array.Empty<string>(), halfDays = 3, minAttendedShare = 0.8, minSize = 1, maxSize = 2 });
        Guid[] sessions = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        await Api.Send(scheduling, HttpMethod.Put, $"cohorts/{cohort}", new { programmeRef = Programme, zone = "Europe/Paris", place = "Orléans", territories = Array.Empty<string>(), capacity = 2 });
        foreach (var (session, n) in sessions.Select((s, n) => (s, n)))
            await Api.Send(scheduling, HttpMethod.Put, $"sessions/{session}", new { cohortId = cohort, number = n + 1, date = $"2026-12-0{n + 7}", start = "09:00:00", end = "12:30:00", trainer = $"trainer-{cohort:N}", room = $"A-{cohort:N}" });
        await Api.Send(scheduling, HttpMethod.Post, $"cohorts/{cohort}/open");
        await Story.Until(async () => (await api.Enrollment.GetAsync($"offerings/{cohort}")).IsSuccessStatusCode, "Enrollment knows the cohort");
        var (stays, leaves) = (await Apply(cohort), await Apply(cohort));
        await api.Answered(cohort, 2);

        // From the Tuesday's morning to its afternoon; the Wednesday is off.
        var moved = await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/reschedule", new { date = "2026-12-08", start = "14:00:00", end = "17:30:00", trainer = $"trainer-{cohort:N}", room = $"B-{cohort:N}" });
        (moved.GetProperty("sequence").GetInt32(), moved.GetProperty("startsAt").GetDateTimeOffset()).Should().Be((1, Moved));
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[2]}/cancel", new { reason = "TrainerAway" });

        await Held(sessions[0], new(2026, 12, 7, 8, 0, 0, TimeSpan.Zero), new(2026, 12, 7, 11, 31, 0, TimeSpan.Zero), stays, leaves);
        // One leaves after the start of the second, and signing opens after that: the sheet is that of the start.
        one.Platform.SetClock(Moved.AddMinutes(10));
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{leaves}/withdraw", new { reason = "Dates" });
        await Story.Until(async () => (await Api.Send(scheduling, HttpMethod.Get, $"cohorts/{cohort}")).GetProperty("seats").GetArrayLength() == 1, "the seat is given up");
        var roster = await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/open-signing");
        roster.GetProperty("roster").EnumerateArray().Select(r => r.GetGuid()).Should().BeEquivalentTo([stays, leaves]);
        using (var tooLate = await scheduling.PostAsJsonAsync($"sessions/{sessions[1]}/cancel", new { reason = "Other" }, TestContext.Current.CancellationToken))
            tooLate.StatusCode.Should().Be(HttpStatusCode.Conflict);
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/signatures", new { recordId = stays });
        one.Platform.SetClock(Moved.AddMinutes(100));
        var interrupted = await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/interrupt", new { end = "15:30:00", reason = "PlaceUnavailable" });
        interrupted.GetProperty("deliveredMinutes").GetInt32().Should().Be(90);
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/countersignature");
        await Api.Send(scheduling, HttpMethod.Post, $"sessions/{sessions[1]}/seal");
        await Api.Send(scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => (await Record(stays)).GetProperty("state").GetString() == "Completed", "the record is completed");
        one.Platform.SetClock(OnePlatform.Start);
        (await Record(stays)).GetProperty("attendedMinutes").GetInt32().Should().Be(210 + 90);
        var hours = await Api.Send(scheduling, HttpMethod.Get, $"cohorts/{cohort}/hours");
        Three(hours).Should().Be((3 * 210, 210 + 90, 210 + 210 + 90), "the cancelled one was planned, and was not held");
        hours.GetProperty("records").EnumerateArray().ToDictionary(r => r.GetProperty("recordId").GetGuid(), Three).Should().BeEquivalentTo(
            new Dictionary<Guid, (int, int, int)> { [stays] = (2 * 210, 300, 300), [leaves] = (2 * 210, 300, 210) });
        hours.GetProperty("deliveredHours").GetDecimal().Should().Be(5);
        (await Record(leaves)).GetProperty("attendedMinutes").GetInt32().Should().Be(210, "it was not there, and keeps the hours before");
    }

    private static (int Planned, int Delivered, int Attended) Three(System.Text.Json.JsonElement of) =>
        (of.GetProperty("plannedMinutes").GetInt32(), of.GetProperty("deliveredMinutes").GetInt32(), of.GetProperty("attendedMinutes").GetInt32());

    private async Task Held(Guid session, DateTimeOffset from, DateTimeOffset until, params Guid[] present)
    {
        one.Platform.SetClock(from);
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        foreach (var record in present)
            await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = record });
        one.Platform.SetClock(until);
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
    }

    private async Task<Guid> Apply(Guid cohort) =>
        (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger(), Programme))).GetProperty("id").GetGuid();

    private Task<System.Text.Json.JsonElement> Record(Guid record) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}");
}

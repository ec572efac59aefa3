using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R23 on two replicas: PostgreSQL lets a trainer and a room be in one half-day at a time, whoever asks and however many at once.</summary>
public sealed class DoubleBookings
{
    private const int AtOnce = 40;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Rule", "R23")]
    public async Task A_trainer_and_a_room_are_in_one_half_day_at_a_time_unless_a_person_says_otherwise()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 2);
        await using var ends = platform;
        using var also = api;
        using var second = platform.Client("Scheduling", "platform", replica: 1);
        var (lyon, nantes) = (await Cohort("Lyon"), await Cohort("Nantes"));

        // Many at once, at both replicas: one has the trainer, and everybody else hears who it is. Then the same for a room.
        var (winner, refused) = await Race(n => Plan(lyon, 7, "09:00:00", "12:30:00", "nora", $"room-{n}"));
        refused.Should().OnlyContain(words => words.Contains("trainer nora, by half-day 1 of the cohort", StringComparison.Ordinal)
            && words.Contains($"{winner}), from 2026-12-07 08:00:00Z to 2026-12-07 11:30:00Z", StringComparison.Ordinal));
        (await Race(n => Plan(lyon, 8, "09:00:00", "12:30:00", $"trainer-{n}", "Salle 2"))).Refused.Should().OnlyContain(
            words => words.Contains("room Salle 2, Lyon, by half-day 1", StringComparison.Ordinal));

        // One minute is too much, back to back is not; and a room elsewhere has the same name only.
        (await Put(Guid.NewGuid(), Plan(nantes, 7, "12:29:00", "15:00:00", "nora", "Salle 1"))).Should().Be("double-booked");
        var next = Guid.NewGuid();
        (await Put(next, Plan(nantes, 7, "12:30:00", "16:00:00", "nora", "Salle 2"))).Should().BeNull();
        (await Put(Guid.NewGuid(), Plan(lyon, 7, "12:30:00", "16:00:00", "omar", "Salle 2"))).Should().BeNull();
        (await Put(next, Plan(nantes, 7, "12:30:00", "16:00:00", "nora", "Salle 2"))).Should().BeNull("the same again changes nothing");

        // It moves within its own time, and not into another's.
        (await Post($"sessions/{next}/reschedule", Move(7, "12:45:00", "16:15:00", "nora", "Salle 2"))).Should().BeNull();
        (await Post($"sessions/{next}/reschedule", Move(7, "12:00:00", "16:15:00", "nora", "Salle 2"))).Should().Be("double-booked");

        // By a person's word it may; whoever comes third may not, neither where both are nor where only one of them is.
        var shared = Guid.NewGuid();
        (await Put(shared, Plan(nantes, 7, "11:00:00", "14:00:00", "nora", "Salle 9", share: "HeldTogether"))).Should().BeNull();
        (await Sheet(shared)).GetProperty("sharesWith").EnumerateArray().Select(s => s.GetGuid()).Should().BeEquivalentTo([winner, next]);
        foreach (var (start, end) in new[] { ("08:00:00", "09:30:00"), ("11:30:00", "12:00:00"), ("12:30:00", "12:45:00"), ("13:50:00", "14:10:00") })
            (await Put(Guid.NewGuid(), Plan(lyon, 7, start, end, "nora", "Salle 8"))).Should().Be("double-booked", start);
        // What was allowed beside one place is not allowed beside another.
        (await Post($"sessions/{winner}/reschedule", Move(7, "09:00:00", "12:00:00", "nora", "room-0"))).Should().Be("double-booked");

        // A cancelled half-day takes up nothing, the shared one still does.
        (await Post($"sessions/{winner}/cancel", new { reason = "TrainerAway" })).Should().BeNull();
        (await Put(Guid.NewGuid(), Plan(lyon, 7, "11:00:00", "12:00:00", "nora", "Salle 8"))).Should().Be("double-booked");
        var early = Guid.NewGuid();
        (await Put(early, Plan(lyon, 7, "08:00:00", "11:00:00", "nora", "Salle 8"))).Should().BeNull();

        // What ended early is free from then on, and the end can no longer be put where somebody else is by now.
        platform.SetClock(new(2026, 12, 7, 7, 0, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{early}/open-signing");
        platform.SetClock(new(2026, 12, 7, 12, 0, 0, TimeSpan.Zero));
        (await Post($"sessions/{early}/interrupt", new { end = "10:00:00", reason = "TechnicalFault" })).Should().BeNull();
        (await Put(Guid.NewGuid(), Plan(nantes, 7, "10:00:00", "10:30:00", "nora", "Salle 7"))).Should().BeNull();
        (await Post($"sessions/{early}/interrupt", new { end = "10:15:00", reason = "TechnicalFault" })).Should().Be("double-booked");
        (await Post($"sessions/{early}/interrupt", new { end = "09:45:00", reason = "TechnicalFault" })).Should().BeNull();
        (await Breaches()).Should().BeEmpty();

        // Auditors see it in the streams alone, had nothing held it.
        await platform.Sql("scheduling", "ALTER TABLE scheduling.booking DROP CONSTRAINT booking_one_at_a_time");
        (await Put(Guid.NewGuid(), Plan(lyon, 7, "13:00:00", "13:30:00", "nora", "Salle 8"))).Should().BeNull();
        (await Breaches()).Should().HaveCount(2, "it is beside the shared one, and beside the one that was moved").And.OnlyContain(rule => rule == "R23");

        async Task<Guid> Cohort(string place)
        {
            var id = Guid.NewGuid();
            await Api.Send(api.Scheduling, HttpMethod.Put, $"cohorts/{id}", new { programmeRef = "course", zone = "Europe/Paris", place, territories = Array.Empty<string>(), capacity = 2 });
            return id;
        }

        async Task<(Guid Winner, List<string> Refused)> Race(Func<int, object> plan)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async n =>
            {
                var id = Guid.NewGuid();
                using var answer = await (n % 2 == 0 ? api.Scheduling : second).PutAsJsonAsync($"sessions/{id}", plan(n), Stop);
                return (Id: id, answer.StatusCode, Body: await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
            }));
            answers.Where(a => a.StatusCode != HttpStatusCode.Created).Should().HaveCount(AtOnce - 1).And.OnlyContain(
                a => a.StatusCode == HttpStatusCode.Conflict && a.Body.GetProperty("code").GetString() == "double-booked");
            return (answers.Single(a => a.StatusCode == HttpStatusCode.Created).Id,
                [.. answers.Where(a => a.StatusCode != HttpStatusCode.Created).Select(a => a.Body.GetProperty("detail").GetString()!)]);
        }

        Task<string?> Put(Guid id, object body) => Ask(api.Scheduling.PutAsJsonAsync($"sessions/{id}", body, Stop));

        Task<string?> Post(string path, object body) => Ask(api.Scheduling.PostAsJsonAsync(path, body, Stop));

        Task<JsonElement> Sheet(Guid id) => Api.Send(api.Scheduling, HttpMethod.Get, $"sessions/{id}");

        async Task<List<string>> Breaches()
        {
            var lines = await api.Scheduling.GetStringAsync(new Uri("audit/invariants", UriKind.Relative), Stop);
            return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.TryGetProperty("breach", out _)).Select(line => line.GetProperty("breach").GetProperty("rule").GetString()!)];
        }
    }

    private static object Plan(Guid cohort, int day, string start, string end, string trainer, string room, string? share = null) =>
        new { cohortId = cohort, number = 1, date = $"2026-12-{day:00}", start, end, trainer, room, share };

    private static object Move(int day, string start, string end, string trainer, string room) => new { date = $"2026-12-{day:00}", start, end, trainer, room };

    // The code of the refusal, or null.
    private static async Task<string?> Ask(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}

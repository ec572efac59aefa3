using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>A group that waits, a learner who moves, more seats, one beyond them: and each decision can be read in words.</summary>
public sealed class SeatsExplained(OnePlatform one)
{
    [Fact]
    [Trait("Rule", "R10"), Trait("Rule", "R11"), Trait("Rule", "R12"), Trait("Rule", "R18"), Trait("Rule", "R22b")]
    public async Task Groups_transfers_and_capacity_end_as_the_ledger_says()
    {
        var (api, scheduling) = (one.Api, one.Api.Scheduling);
        var cohorts = (await Course.Open(api, cohorts: 2, seats: 4)).Cohorts;
        var (cohort, other) = (cohorts[0], cohorts[1]);
        await Capacity(cohort, 2);
        var (first, second) = (await Seated(cohort), await Seated(cohort));

        // A group of two waits; behind it a learner. One seat becomes free: too little for the group.
        var group = Guid.NewGuid();
        (await Reserve(cohort, group, 2)).GetProperty("standing").GetString().Should().Be("Waiting");
        var learner = await Apply(cohort);
        await Story.Until(async () => await State(learner) == "Waitlisted", "the learner waits");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{first}/withdraw", new { reason = "Learner" });
        await Story.Until(async () => await State(learner) == "SeatOffered", "the seat is offered past the group");

        // One moves to the other cohort, target first; with three seats there are two for the group.
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{second}/transfer", new { cohortId = other });
        await Story.Until(async () => (await Record(second)).GetProperty("cohortId").GetGuid() == other && await State(second) == "Confirmed", "the learner has moved");
        await Capacity(cohort, 3);
        await Story.Until(async () => (await Reservation(cohort, group)).GetProperty("standing").GetString() == "Reserved", "the group has its seats");
        var named = await Apply(cohort, group);
        await Story.Until(async () => await State(named) == "Confirmed", "a named learner has a seat of the group");
        (await Reservation(cohort, group)).GetProperty("unnamed").GetInt32().Should().Be(1);

        // Full is full; a person may go beyond, and says why.
        var waits = await Apply(cohort);
        await Story.Until(async () => await State(waits) == "Waitlisted", "there is no seat");
        using (var full = await Post(api.Enrollment, $"records/{second}/transfer", new { cohortId = cohort }))
            full.StatusCode.Should().Be(HttpStatusCode.Accepted);
        await Story.Until(async () => (await History(second)).Contains("training-record.transfer-refused.v1"), "the transfer back is refused");
        (await Record(second)).GetProperty("cohortId").GetGuid().Should().Be(other, "the source is untouched");
        await Api.Send(scheduling, HttpMethod.Post, $"cohorts/{cohort}/overrides", new { recordId = waits, reason = "RoomForOneMore" });
        await Story.Until(async () => await State(waits) == "Confirmed", "one more has a seat");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{second}/transfer", new { cohortId = cohort, queue = true });
        await Story.Until(async () => await State(second) == "Waitlisted", "the learner would rather wait there");
        (await Record(second)).GetProperty("cohortId").GetGuid().Should().Be(cohort);
        using (var fewer = await Post(scheduling, $"cohorts/{cohort}/capacity", new { capacity = 2 }))
            fewer.StatusCode.Should().Be(HttpStatusCode.Conflict, "nobody is evicted");

        var says = (await Api.Send(scheduling, HttpMethod.Get, $"cohorts/{cohort}/ledger")).EnumerateArray().Select(l => l.GetProperty("says").GetString()).ToList();
        says.Should().Contain(s => s!.StartsWith($"The seat is offered to record {learner}", StringComparison.Ordinal)
            && s.Contains($"Passed over: {group} (group too large: needs 2 seats together, 1 free)", StringComparison.Ordinal));
        says.Should().Contain("There are 3 seats from now on; there were 2.");
        says.Should().Contain($"Record {waits} was given a seat beyond the capacity by a person (RoomForOneMore).");
    }

    private Task<JsonElement> Reserve(Guid cohort, Guid group, int seats) =>
        Api.Send(one.Api.Scheduling, HttpMethod.Put, $"cohorts/{cohort}/reservations/{group}", new { organisation = Course.Partner, seats });

    private Task<JsonElement> Reservation(Guid cohort, Guid group) => Api.Send(one.Api.Scheduling, HttpMethod.Get, $"cohorts/{cohort}/reservations/{group}");

    private Task<JsonElement> Capacity(Guid cohort, int seats) => Api.Send(one.Api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/capacity", new { capacity = seats });

    private static Task<HttpResponseMessage> Post(HttpClient door, string path, object body) => door.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    private async Task<Guid> Seated(Guid cohort)
    {
        var record = await Apply(cohort);
        await Story.Until(async () => await State(record) == "Confirmed", "the learner has a seat");
        return record;
    }

    private async Task<Guid> Apply(Guid cohort, Guid? reservation = null)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, Course.Stranger()))!.AsObject();
        if (reservation is { } group)
            form["reservationId"] = group;
        return (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();
    }

    private Task<JsonElement> Record(Guid record) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}");

    private async Task<string> State(Guid record) => (await Record(record)).GetProperty("state").GetString()!;

    private async Task<List<string>> History(Guid record) =>
        [.. (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}/history")).EnumerateArray().Select(e => e.GetProperty("type").GetString()!)];
}

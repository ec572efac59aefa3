using System.Net;
using System.Text.Json;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>R6, R7, R13: two replicas whose clocks are 90 seconds apart, and the lead goes from one to the other.</summary>
public sealed class ClocksApart
{
    // SIGSTOP and SIGCONT, by Linux's numbers.
    private const int Stop = 19, GoOn = 18, Seats = 3, Waiting = 9;

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(90);

    [Fact]
    [Trait("Rule", "R6"), Trait("Rule", "R7"), Trait("Rule", "R13")]
    public async Task No_offer_is_made_twice_and_none_is_lost()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 2, clocksApart: Apart);
        await using var ends = platform;
        using var also = api;
        using var ahead = platform.Client("Enrollment", "platform", replica: 1);
        var cohort = (await Course.Open(api, cohorts: 1, Seats, on: new(2026, 12, 14))).Cohorts[0];
        for (var n = 0; n < Seats + Waiting; n++)
            await Api.Send(n % 2 == 0 ? api.Enrollment : ahead, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger()));
        await api.Answered(cohort, Seats + Waiting);
        foreach (var record in await Records("Confirmed"))
            await Api.Send(ahead, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Dates" });

        // One of the first three answers in the last minute: by the other's clock it is over already.
        await Story.Until(async () => (await Offers()).Count == Seats, "the freed seats are offered");
        var first = await Offers();
        var last = first.MinBy(o => o.Deadline);
        platform.SetClock(last.Deadline.AddSeconds(-45));
        using (var late = await ahead.PostAsync($"records/{last.Record}/offer/accept", null, TestContext.Current.CancellationToken))
            late.StatusCode.Should().Be(HttpStatusCode.Conflict, "by that clock the offer has ended");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{last.Record}/offer/accept");
        await Story.Until(async () => (await Records("Confirmed")).Contains(last.Record), "the seat is theirs");

        // Nobody else answers. Whoever leads ends what is due by its own clock, and offers it on.
        var scheduling = platform.Scheduling;
        for (var round = 0; (await Offers()) is { Count: > 0 } offers; round++)
        {
            var frozen = scheduling[round % 2];
            Signals.Send(frozen.Pid, Stop);
            try
            {
                platform.SetClock(offers.Max(o => o.Deadline).AddHours(1));
                var silent = offers.Select(o => o.Record).ToHashSet();
                await Story.Until(async () => (await Offers()) is var now && now.TrueForAll(o => !silent.Contains(o.Record)), "the offers have ended");
            }
            finally
            {
                Signals.Send(frozen.Pid, GoOn);
            }

            await Story.Until(async () => (await Offers()).Count == Math.Min(Seats - 1, (await Records("Waitlisted", "SeatOffered")).Count), "the seats are offered on");
        }

        var ledger = (await platform.Sql("scheduling", $"SELECT type, data ->> 'recordId' FROM scheduling.mt_events WHERE stream_id = '{cohort}'"))
            .ToLookup(r => (string)r[0], r => r[1] is string id ? Guid.Parse(id) : Guid.Empty);
        ledger["cohort.seat-offered.v1"].Should().OnlyHaveUniqueItems("each is offered a seat once").And.HaveCount(Waiting, "and everybody is");
        ledger["cohort.offer-accepted.v1"].Should().Equal(last.Record);
        ledger["cohort.offer-expired.v1"].Should().OnlyHaveUniqueItems().And.BeEquivalentTo(ledger["cohort.seat-offered.v1"].Where(r => r != last.Record));
        (await api.States(cohort)).Should().BeEquivalentTo(new Dictionary<string, int> { ["Confirmed"] = 1, ["Withdrawn"] = Seats + Waiting - 1 });

        async Task<List<Guid>> Records(params string[] states)
        {
            var all = new List<Guid>();
            foreach (var state in states)
                all.AddRange((await Of(state)).Select(r => r.GetProperty("id").GetGuid()));
            return all;
        }

        async Task<List<(Guid Record, DateTimeOffset Deadline)>> Offers() =>
            [.. (await Of("SeatOffered")).Select(r => (r.GetProperty("id").GetGuid(), r.GetProperty("offerEnds").GetDateTimeOffset()))];

        async Task<List<JsonElement>> Of(string state) => [.. (await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&state={state}&take=1000")).EnumerateArray()];
    }
}

using System.Net.Http.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>The broker goes away for twenty seconds during a burst, and each service is killed once in mid-flow.</summary>
public sealed class Faults(OnePlatform one)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Nothing_is_lost_and_nothing_takes_effect_twice()
    {
        var platform = one.Platform;
        await using var witness = await Witness.Of(platform);
        var course = await Course.Open(one.Api, cohorts: 20, seats: 10);
        var from = (await Sequence("enrollment"), await Sequence("scheduling"), await Sequence("certification"));

        var sending = Send(course, 400, from: 300_000);
        await Story.Until(async () => await Sequence("scheduling") > from.Item2 + 20, "requests are flowing");
        await platform.Servers.StopBrokerAsync();
        var gone = System.Diagnostics.Stopwatch.StartNew();
        await platform.Certification[0].KillAsync();
        platform.Certification[0].StartAgain();
        await platform.Scheduling[0].KillAsync();
        platform.Scheduling[0].StartAgain();
        // The length of the outage is what is tested, so this one does wait for time.
        await Story.Until(() => Task.FromResult(gone.Elapsed >= Outage), "the outage is over");
        await platform.Servers.StartBrokerAsync();
        await Story.Until(async () => await Sequence("scheduling") > from.Item2 + 100, "requests flow again");
        await platform.Enrollment[0].KillAsync();
        await platform.Enrollment[0].RestartAsync();
        await sending;

        await Story.Until(async () => (await one.Api.Records("AwaitingSeat")).Count == 0, "every record is final");
        foreach (var cohort in course.Cohorts)
        {
            var here = await one.Api.States(cohort);
            here.GetValueOrDefault("Confirmed").Should().Be(10);
            here.GetValueOrDefault("Waitlisted").Should().Be(10);
        }

        await Every_stored_event_was_published(witness, from);
        await Nothing_took_effect_twice(from);
    }

    // A client that gets no answer asks again; that is what ids are for.
    private async Task Send(Course course, int people, int from)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, people), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) =>
        {
            var body = Course.Application(course.Cohorts[n % course.Cohorts.Count], from + n);
            await Story.Until(async () =>
            {
                try
                {
                    using var answer = await one.Api.Enrollment.PostAsJsonAsync("applications", body);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, "the application is accepted");
        });
    }

    private async Task Every_stored_event_was_published(Witness witness, (long, long, long) from)
    {
        var announced = new List<Guid>();
        announced.AddRange(await Ids("enrollment", from.Item1, "training-record.seat-requested.v1", "training-record.seat-confirmed.v1"));
        announced.AddRange(await Ids("scheduling", from.Item2, "cohort.seat-assigned.v1", "cohort.request-waitlisted.v1"));
        announced.Should().HaveCount(400 + 200 + 200 + 200);
        // The announcers have confirmed them all when their progress has reached the end.
        foreach (var service in new[] { "enrollment", "scheduling" })
        {
            await Story.Until(async () => (long)(await one.Platform.Sql(service,
                $"SELECT count(*) FROM {service}.mt_event_progression p WHERE p.name LIKE 'Announcer%' AND p.last_seq_id >= (SELECT max(seq_id) FROM {service}.mt_events)"))[0][0] == 1,
                $"the announcer of {service} is at the end");
        }

        var seen = await witness.Seen();
        announced.Where(id => !seen.ContainsKey(id)).Should().BeEmpty();
    }

    private async Task Nothing_took_effect_twice((long, long, long) from)
    {
        var twice = await one.Platform.Sql("enrollment",
            $"SELECT stream_id, type FROM enrollment.mt_events WHERE seq_id > {from.Item1} AND type LIKE 'training-record.%' GROUP BY 1, 2 HAVING count(*) > 1");
        twice.Should().BeEmpty();
        var seats = await one.Platform.Sql("scheduling",
            $"SELECT data ->> 'recordId' FROM scheduling.mt_events WHERE seq_id > {from.Item2} AND type LIKE 'cohort.%' AND data ? 'recordId' GROUP BY 1 HAVING count(*) > 1");
        seats.Should().BeEmpty();
        var files = await one.Platform.Sql("certification",
            $"SELECT stream_id FROM certification.mt_events WHERE seq_id > {from.Item3} GROUP BY stream_id, type HAVING count(*) > 1");
        files.Should().BeEmpty();
    }

    private async Task<long> Sequence(string service) =>
        (long)(await one.Platform.Sql(service, $"SELECT coalesce(max(seq_id), 0) FROM {service}.mt_events"))[0][0];

    private async Task<IEnumerable<Guid>> Ids(string service, long after, params string[] types) =>
        (await one.Platform.Sql(service, $"SELECT id FROM {service}.mt_events WHERE seq_id > {after} AND type IN ('{string.Join("','", types)}')")).Select(r => (Guid)r[0]);
}

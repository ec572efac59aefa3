using System.Diagnostics;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R28: a cohort of five hundred is cancelled, and the broker dies half-way. Nobody is stranded, and nobody is moved twice.</summary>
public sealed class CancelledCohort(OnePlatform one)
{
    private const int People = 500, Seats = 250;

    private const string Programme = "to-be-cancelled";

    [Fact]
    [Trait("Rule", "R28")]
    public async Task Everybody_gets_exactly_one_disposition_though_the_broker_is_killed_half_way()
    {
        var api = one.Api;
        var cohort = (await Course.Open(api, cohorts: 1, Seats, programme: Programme)).Cohorts[0];
        await Parallel.ForEachAsync(Enumerable.Range(0, People), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) => await Apply(cohort));
        await api.Answered(cohort, People);
        var next = (await Course.Open(api, cohorts: 1, Seats, programme: Programme)).Cohorts[0];

        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/cancel", new { reason = "Room" });
        await Story.Until(async () => await Settled(cohort) > People / 10, "the first dispositions are there");
        var servers = one.Platform.Servers;
        if (servers.Record.Processes.SingleOrDefault(p => p.Name == "rabbitmq") is { } broker)
            await broker.KillAsync();
        else
            await servers.StopBrokerAsync();
        var before = await Settled(cohort);
        before.Should().BeLessThan(People, "the broker was killed half-way");
        await servers.StartBrokerAsync();

        var recovering = Stopwatch.StartNew();
        await Story.Until(async () => await Settled(cohort) == People, "every record of the cancelled cohort has a disposition");
        TestContext.Current.SendDiagnosticMessage($"{before} dispositions before the broker was killed; all {People} {recovering.Elapsed.TotalSeconds:F1} s after it was back");

        await api.Answered(next, People);
        (await api.States(next)).Should().BeEquivalentTo(new Dictionary<string, int> { ["Confirmed"] = Seats, ["Waitlisted"] = People - Seats });
        (await Once("scheduling", "cohort.disposition-recorded.v1", $"stream_id = '{cohort}'", "data ->> 'recordId'")).Should().Be(People);
        (await Once("enrollment", "training-record.displaced.v1", $"data ->> 'cohortId' = '{cohort}'", "stream_id::text")).Should().Be(People);
        await Story.Until(async () => await Sessions(cohort) is ["Cancelled"], "the half-day to come is cancelled");

        // Whoever comes later stands behind all of them.
        var late = await Apply(next);
        await Story.Until(async () => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{late}")).GetProperty("state").GetString() == "Waitlisted", "the late one waits");
        var waits = await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{late}/waitlist");
        waits.GetProperty("position").GetInt32().Should().Be(People - Seats + 1);
        var cancelled = await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{cohort}");
        cancelled.GetProperty("status").GetString().Should().Be("Cancelled");
        cancelled.GetProperty("withoutDisposition").GetArrayLength().Should().Be(0);
    }

    private async Task<long> Settled(Guid cohort) =>
        (long)(await one.Platform.Sql("scheduling", $"SELECT count(*) FROM scheduling.mt_events WHERE stream_id = '{cohort}' AND type = 'cohort.disposition-recorded.v1'"))[0][0];

    // How many there are, if none is there twice.
    private async Task<long> Once(string store, string type, string which, string of)
    {
        var row = (await one.Platform.Sql(store, $"SELECT count(*), count(DISTINCT {of}) FROM {store}.mt_events WHERE type = '{type}' AND {which}"))[0];
        row[0].Should().Be(row[1], "none is there twice");
        return (long)row[0];
    }

    private async Task<List<string>> Sessions(Guid cohort) =>
        [.. (await one.Platform.Sql("scheduling", $"SELECT data ->> 'status' FROM scheduling.mt_doc_session WHERE data ->> 'cohortId' = '{cohort}'")).Select(r => (string)r[0])];

    private async Task<Guid> Apply(Guid cohort) =>
        (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger(), Programme))).GetProperty("id").GetGuid();
}

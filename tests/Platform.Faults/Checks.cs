using System.Globalization;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Partners;
using Tremplin.Scenarios;

namespace Tremplin.Faults;

/// <summary>What holds after every fault: nothing lost, nothing doubled, nothing out of order.</summary>
internal sealed class Checks
{
    public static readonly IReadOnlyList<string> Services = ["Enrollment", "Scheduling", "Certification"];

    private static readonly string[] Stores = ["enrollment", "scheduling", "certification"];

    // What other services hear of, by the name under which it is stored.
    private static readonly string[] Announced =
    [
        "training-record.seat-requested.v1", "training-record.seat-confirmed.v1", "cohort.opened.v1", "cohort.seat-assigned.v1", "cohort.request-waitlisted.v1",
    ];

    private readonly Scene _scene;
    private readonly Dictionary<string, long> _from = [];
    private Dictionary<string, uint> _parked = [];

    private Checks(Scene scene) => _scene = scene;

    /// <summary>Remembers how things stand before a fault.</summary>
    public static async Task<Checks> Begin(Scene scene)
    {
        var checks = new Checks(scene) { _parked = await Parked(scene) };
        foreach (var store in Stores)
            checks._from[store] = (long)(await scene.Platform.Sql(store, $"SELECT coalesce(max(seq_id), 0) FROM {store}.mt_events"))[0][0];
        return checks;
    }

    /// <summary>Waits until everything is worked off, then looks at all that was stored and sent.</summary>
    public async Task Hold(Load load, int parked)
    {
        await Story.Until(_scene.Healthy, "every replica is ready and one of each service leads");
        await Every_application_has_one_answer(load);
        await Nothing_took_effect_twice();
        foreach (var store in Stores)
            await Caught_up(store);
        await Everything_was_sent_and_in_order();
        await Story.Until(async () => await Parked() >= parked, "what nobody can read is parked");
        (await Parked()).Should().Be(parked, "nothing else is parked");
        await _scene.Platform.Witnessed();
        foreach (var store in Stores)
        {
            await using var source = Verify.Store(_scene.Platform.Servers.PostgresConnectionString("postgres"), store);
            (await Verify.Of(store, source, _scene.Platform.Witness).Run(_ => { }, TestContext.Current.CancellationToken)).Findings.Should().BeEmpty();
        }
    }

    private async Task<long> Parked() => (await Parked(_scene)).Sum(q => q.Value) - _parked.Sum(q => q.Value);

    private async Task Every_application_has_one_answer(Load load)
    {
        load.Refusals.Should().BeEmpty();
        await Story.Until(async () => (long)(await _scene.Platform.Sql("enrollment",
            $"SELECT count(*) FROM enrollment.mt_events WHERE seq_id > {_from["enrollment"]} AND type IN ('training-record.seat-confirmed.v1', 'training-record.placed-on-waitlist.v1')"))[0][0] >= load.Records.Count,
            "every record has its answer");
        var records = (await _scene.Platform.Sql("enrollment", $"""
            SELECT stream_id, count(*) FILTER (WHERE type = 'training-record.application-submitted.v1'), count(*) FILTER (WHERE type = 'training-record.seat-confirmed.v1'),
                   count(*) FILTER (WHERE type = 'training-record.placed-on-waitlist.v1')
            FROM enrollment.mt_events WHERE seq_id > {_from["enrollment"]} AND type LIKE 'training-record.%' GROUP BY 1
            """)).ToDictionary(r => (Guid)r[0], r => (Submitted: (long)r[1], Confirmed: (long)r[2], Waiting: (long)r[3]));
        records.Keys.Should().BeEquivalentTo(load.Records.Keys, "each person has one record");
        records.Values.Should().OnlyContain(r => r.Submitted == 1 && r.Confirmed + r.Waiting == 1, "each record has one answer");
        foreach (var cohort in load.Records.GroupBy(r => r.Value, r => records[r.Key]))
        {
            cohort.Sum(r => r.Confirmed).Should().Be(Math.Min(cohort.Count(), Load.Seats));
            var seats = await _scene.Platform.Sql("scheduling", $"SELECT count(*) FROM scheduling.mt_events WHERE stream_id = '{cohort.Key}' AND type = 'cohort.seat-assigned.v1'");
            seats[0][0].Should().Be(cohort.Sum(r => r.Confirmed), "a seat is given once, and never more seats than there are");
        }

        var confirmed = records.Where(r => r.Value.Confirmed == 1).Select(r => r.Key).ToList();
        await Story.Until(async () => (await Files()).Count >= confirmed.Count, "Certification knows who holds a seat");
        (await Files()).Should().BeEquivalentTo(confirmed);

        async Task<List<Guid>> Files() => [.. (await _scene.Platform.Sql("certification",
            $"SELECT stream_id FROM certification.mt_events WHERE seq_id > {_from["certification"]} AND type = 'completion-file.holder-named.v1'")).Select(r => (Guid)r[0])];
    }

    private async Task Nothing_took_effect_twice()
    {
        foreach (var (store, key) in ((string, string)[])
            [
                ("enrollment", "stream_id, type"), ("certification", "stream_id, type"), ("scheduling", "stream_id, type, data ->> 'recordId'"),
            ])
        {
            (await _scene.Platform.Sql(store, $"SELECT type FROM {store}.mt_events WHERE seq_id > {_from[store]} AND type NOT IN ('tombstone', 'learner.read.v1') GROUP BY {key} HAVING count(*) > 1"))
                .Should().BeEmpty($"nothing took effect twice in {store}");
        }
    }

    // A number that no event has was taken by a transaction that failed: progress passes it.
    private Task Caught_up(string store) => Story.Until(async () => (long)(await _scene.Platform.Sql(store,
        $"SELECT count(*) FROM {store}.mt_event_progression WHERE name LIKE 'Announcer%' AND last_seq_id < (SELECT max(seq_id) FROM {store}.mt_events)"))[0][0] == 0,
        $"the announcer of {store} is at the end");

    private async Task Everything_was_sent_and_in_order()
    {
        await _scene.Heard.Listen();
        foreach (var store in Stores)
        {
            // Of a cohort or a half-day, what is about one record is a line of its own: the services wait for no other in between.
            var announced = await Events(store, $"type IN ('{string.Join("','", Announced)}')", line: "concat_ws(' of ', data ->> 'recordId', stream_id)");
            announced.Where(e => !_scene.Heard.ByServices.ContainsKey(e.Id)).Should().BeEmpty($"all that {store} announces was sent");
            Out_of_order(announced, _scene.Heard.ByServices).Should().BeEmpty($"what {store} announces comes in order");
        }

        var partners = await Events("enrollment", "type LIKE 'training-record.%'", line: "stream_id::text");
        partners.Where(e => !_scene.Heard.ByPartners.ContainsKey(e.Id)).Should().BeEmpty("partners hear of all that happens to their records");
        Out_of_order(partners, _scene.Heard.ByPartners).Should().BeEmpty("partners hear of it in order");
    }

    private static IEnumerable<string> Out_of_order(IEnumerable<(Guid Id, string Line, long Version)> events, IReadOnlyDictionary<Guid, int> heard) =>
        from line in events.GroupBy(e => e.Line)
        from pair in line.OrderBy(e => e.Version).Zip(line.OrderBy(e => e.Version).Skip(1))
        where heard[pair.First.Id] > heard[pair.Second.Id]
        select string.Create(CultureInfo.InvariantCulture, $"{line.Key}: {pair.Second.Version} before {pair.First.Version}");

    private async Task<List<(Guid Id, string Line, long Version)>> Events(string store, string which, string line) =>
        [.. (await _scene.Platform.Sql(store, $"SELECT id, {line}, version FROM {store}.mt_events WHERE seq_id > {_from[store]} AND {which}"))
            .Select(r => ((Guid)r[0], (string)r[1], (long)r[2]))];

    private static async Task<Dictionary<string, uint>> Parked(Scene scene)
    {
        using var broker = new Broker(scene.Platform.Servers.Management!, scene.Platform.Servers.RabbitMq.UserInfo);
        var names = (await broker.ListAsync("queues/%2F?columns=name", TestContext.Current.CancellationToken)).Select(q => (string)q["name"]!);
        await using var connection = await scene.Platform.Broker();
        await using var channel = await connection.CreateChannelAsync();
        var parked = new Dictionary<string, uint>();
        foreach (var name in names.Where(n => n.EndsWith("_error", StringComparison.Ordinal) || n.EndsWith("_skipped", StringComparison.Ordinal)))
            parked[name] = (await channel.QueueDeclarePassiveAsync(name)).MessageCount;
        return parked;
    }
}

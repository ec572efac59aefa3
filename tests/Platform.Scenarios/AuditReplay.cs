using System.Net;
using System.Text.Json;
using Npgsql;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>What an auditor finds who replays a store in which somebody wrote by hand.</summary>
public sealed class AuditReplay(AuditReplay.Used used) : IClassFixture<AuditReplay.Used>
{
    [Fact]
    public async Task A_row_of_a_read_model_that_was_changed_by_hand_is_found_with_its_event()
    {
        (await Compared("enrollment")).Should().BeEmpty("nothing was changed yet");
        var record = used.Records[0];
        await used.Write("enrollment", $$"""UPDATE enrollment.mt_doc_trainingrecord SET data = jsonb_set(data, '{seat,requestVersion}', '7') WHERE id = '{{record}}'""");
        var found = (await Compared("enrollment")).Should().ContainSingle().Subject;
        found.GetProperty("document").GetString().Should().Be("TrainingRecord");
        found.GetProperty("id").GetGuid().Should().Be(record);
        found.GetProperty("field").GetString().Should().Be("/seat/requestVersion");
        (found.GetProperty("stored").GetString(), found.GetProperty("rebuilt").GetString()).Should().Be(("7", "3"));
        found.GetProperty("event").GetProperty("type").GetString().Should().Be("training-record.seat-requested.v1");
        await used.Write("enrollment", $$"""UPDATE enrollment.mt_doc_trainingrecord SET data = jsonb_set(data, '{seat,requestVersion}', '3') WHERE id = '{{record}}'""");
        (await Compared("enrollment")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_row_too_many_and_a_row_too_few_are_found()
    {
        var (gone, stray) = (used.Records[1], Guid.NewGuid());
        await used.Write("enrollment", $"UPDATE enrollment.mt_doc_trainingrecord SET id = '{stray}' WHERE id = '{gone}'");
        (await Compared("enrollment")).Select(d => d.GetProperty("id").GetGuid()).Should().BeEquivalentTo([gone, stray]);
        await used.Write("enrollment", $"UPDATE enrollment.mt_doc_trainingrecord SET id = '{gone}' WHERE id = '{stray}'");
    }

    [Fact]
    public async Task A_cohort_that_was_oversold_by_hand_is_found_by_its_rule_and_version()
    {
        (await Broken("scheduling")).Should().BeEmpty("nothing was changed yet");
        await used.Write("scheduling", $$"""
            INSERT INTO scheduling.mt_events SELECT (e).* FROM (SELECT jsonb_populate_record(e, jsonb_build_object('seq_id', nextval('scheduling.mt_events_sequence'),
              'id', gen_random_uuid(), 'version', (SELECT max(version) + 1 FROM scheduling.mt_events WHERE stream_id = e.stream_id),
              'data', e.data || jsonb_build_object('recordId', gen_random_uuid()))) AS e FROM scheduling.mt_events e
              WHERE stream_id = '{{used.Cohort}}' AND type = 'cohort.seat-assigned.v1' LIMIT 1) x;
            UPDATE scheduling.mt_streams SET version = version + 1 WHERE id = '{{used.Cohort}}'
            """);
        var breaches = await Broken("scheduling");
        breaches.Select(b => b.GetProperty("rule").GetString()).Should().Equal(["R1", "R5"], "somebody waits, too");
        var breach = breaches[0];
        breach.GetProperty("stream").GetGuid().Should().Be(used.Cohort);
        breach.GetProperty("words").GetString().Should().Be("3 seats are held or offered; there are 2.");
        (await Compared("scheduling")).Should().ContainSingle("the row does not know of it").Which.GetProperty("id").GetGuid().Should().Be(used.Cohort);
        await used.Write("scheduling", $"""
            DELETE FROM scheduling.mt_events e WHERE stream_id = '{used.Cohort}' AND version = (SELECT max(version) FROM scheduling.mt_events WHERE stream_id = e.stream_id);
            UPDATE scheduling.mt_streams SET version = version - 1 WHERE id = '{used.Cohort}'
            """);
        (await Broken("scheduling")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_second_live_record_for_the_same_training_is_found()
    {
        var record = used.Records[0];
        var copy = Guid.NewGuid();
        await used.Write("enrollment", $$"""
            INSERT INTO enrollment.mt_streams SELECT (s).* FROM (SELECT jsonb_populate_record(s, '{"id":"{{copy}}"}') AS s FROM enrollment.mt_streams s WHERE id = '{{record}}') x;
            INSERT INTO enrollment.mt_events SELECT (e).* FROM (SELECT jsonb_populate_record(e, jsonb_build_object('seq_id', nextval('enrollment.mt_events_sequence'),
              'id', gen_random_uuid(), 'stream_id', '{{copy}}')) AS e FROM enrollment.mt_events e WHERE stream_id = '{{record}}' ORDER BY version) x
            """);
        var breaches = await Broken("enrollment");
        breaches.Select(b => b.GetProperty("rule").GetString()).Distinct().Should().Equal("R14");
        breaches.Should().Contain(b => b.GetProperty("words").GetString()!.Contains("at the same time", StringComparison.Ordinal));
        await used.Write("enrollment", $"DELETE FROM enrollment.mt_events WHERE stream_id = '{copy}'; DELETE FROM enrollment.mt_streams WHERE id = '{copy}'");
    }

    [Fact]
    public async Task A_history_that_no_decision_could_have_made_is_told_and_holds_nothing_up()
    {
        await used.Write("scheduling", $"UPDATE scheduling.mt_events SET type = 'cohort.offer-accepted.v1', mt_dotnet_type = NULL WHERE stream_id = '{used.Cohort}' AND version = 3");
        (await Broken("scheduling")).Should().ContainSingle().Which.GetProperty("rule").GetString().Should().BeOneOf("R7", "fold");
        await used.Write("scheduling", $"UPDATE scheduling.mt_events SET type = 'cohort.seat-assigned.v1' WHERE stream_id = '{used.Cohort}' AND version = 3");
    }

    [Fact]
    public async Task A_stream_is_shown_at_a_version_at_a_time_and_as_it_was_known_then()
    {
        var whole = (await used.Auditor.Get("enrollment", $"streams/{used.Records[0]}", Stop))!.Value;
        var history = whole.GetProperty("history").EnumerateArray().ToList();
        whole.GetProperty("version").GetInt32().Should().Be(4).And.Be(history.Count);
        whole.GetProperty("state").GetProperty("status").GetString().Should().Be("Confirmed");
        history.SelectMany(e => e.GetProperty("changed").EnumerateArray()).Where(c => c.GetProperty("field").GetString() == "/status")
            .Select(c => c.GetProperty("is").GetString()).Should().Equal("Submitted", "Approved", "AwaitingSeat", "Confirmed");

        (await At("version=2")).Should().Be("Approved");
        (await At("version=0")).Should().Be("Unknown");
        (await At($"asOf={OnePlatform.Start:O}".Replace("+", "%2B", StringComparison.Ordinal))).Should().Be("Confirmed", "all of it occurred at the start");
        (await At("asOf=2026-11-01")).Should().Be("Unknown");
        (await At($"asKnown={history[2].GetProperty("recordedAt").GetString()!.Replace("+", "%2B", StringComparison.Ordinal)}")).Should().Be("AwaitingSeat");
        (await used.Auditor.Get("enrollment", $"streams/{used.Records[0]}?version=99", Stop)).Should().BeNull();

        async Task<string?> At(string when) =>
            (await used.Auditor.Get("enrollment", $"streams/{used.Records[0]}?{when}", Stop))!.Value.GetProperty("state").GetProperty("status").GetString();
    }

    [Fact]
    public async Task A_timeline_leads_from_the_application_through_the_services_and_every_message_is_accounted_for()
    {
        var story = (await Timeline.Of(used.Auditor, used.Records[0], Stop)).Should().ContainSingle().Subject;
        story.Steps.Select(s => s.Event.GetProperty("source").GetString()).Distinct().Should().Equal("/enrollment", "/scheduling", "/certification");
        story.Steps.Skip(3).Should().OnlyContain(s => s.Because > 0, "only the application was somebody's command");
        var learner = (await used.Auditor.Get("enrollment", $"streams/{used.Records[0]}", Stop))!.Value.GetProperty("state").GetProperty("application").GetProperty("learnerId").GetGuid();
        (await Timeline.Of(used.Auditor, learner, Stop)).Select(s => s.Id).Should().Equal(used.Records[0], learner);
        (await Timeline.Of(used.Auditor, Guid.NewGuid(), Stop)).Should().BeEmpty();

        used.Reconciled!.Findings.Should().BeEmpty();
        used.Reconciled.Flows.Should().Contain(f => f.Message == "Enrollment.V1.SeatRequested" && f.To == "scheduling" && f.Announced == 3 && f.WithEffect == 3);
        used.Reconciled.Flows.Should().OnlyContain(f => f.Announced == f.WithEffect);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("compare")]
    [InlineData("invariants")]
    [InlineData("published")]
    [InlineData("records")]
    public async Task Nobody_but_an_auditor_gets_in(string door)
    {
        using var partner = used.Platform.Client("Enrollment", "incub-loire");
        (await partner.GetAsync("audit/" + door, Stop)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<List<JsonElement>> Compared(string service) => (await Check.Run(used.Auditor, service, "compare", "difference", _ => { }, Stop)).Faults;

    private async Task<List<JsonElement>> Broken(string service) => (await Check.Run(used.Auditor, service, "invariants", "breach", _ => { }, Stop)).Faults;

    /// <summary>A platform of its own, for what is written by hand would trouble others: a cohort with two seats and three records.</summary>
    public sealed class Used : IAsyncLifetime
    {
        private Cli.Machine.Platform? _platform;
        private Auditor? _auditor;

        public Cli.Machine.Platform Platform => _platform!;

        internal Auditor Auditor => _auditor!;

        internal Guid Cohort { get; private set; }

        internal List<Guid> Records { get; } = [];

        /// <summary>As it was before anybody wrote by hand.</summary>
        internal Reconcile.Reconciled? Reconciled { get; private set; }

        public async ValueTask InitializeAsync()
        {
            (_platform, var api) = await OnePlatform.Begin(replicas: 1);
            using var ends = api;
            _auditor = Auditor.Of(_platform);
            Cohort = (await Course.Open(api, cohorts: 1, seats: 2)).Cohorts[0];
            for (var n = 0; n < 3; n++)
            {
                Records.Add((await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(Cohort, Course.Stranger()))).GetProperty("id").GetGuid());
                await api.Answered(Cohort, n + 1);
            }

            await Story.Until(async () => (await Timeline.Of(_auditor, Records[1], default))[0].Steps.Any(s => s.Event.GetProperty("source").GetString() == "/certification"), "the last seat is known everywhere");
            Reconciled = await Reconcile.Run(_auditor, _ => { }, default);
        }

        internal async Task Write(string database, string sql)
        {
            await using var store = NpgsqlDataSource.Create(Platform.Servers.PostgresConnectionString(database) + ";Pooling=false");
            await using var command = store.CreateCommand(sql);
            (await command.ExecuteNonQueryAsync(Stop)).Should().BePositive();
        }

        public async ValueTask DisposeAsync()
        {
            _auditor?.Dispose();
            if (_platform is not null)
                await _platform.DisposeAsync();
        }
    }
}

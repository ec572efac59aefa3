using Npgsql;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>What somebody with every right on the database changes is found, with its place; what changes nothing is not.</summary>
public sealed class Tampering(Tampering.Stopped stopped) : IClassFixture<Tampering.Stopped>
{
    private const string Victim = "(SELECT seq_id FROM enrollment.mt_events WHERE type = 'training-record.seat-confirmed.v1' ORDER BY seq_id OFFSET 5 LIMIT 1)";
    private const string Stream = $"(SELECT stream_id FROM enrollment.mt_events WHERE seq_id = {Victim})";

    public static TheoryData<string, string, string[]> Found => new()
    {
        { "a payload is edited", $"UPDATE enrollment.mt_events SET data = data || '{{\"cohortId\":\"{Guid.Empty}\"}}' WHERE seq_id = {Victim}", ["changed"] },
        { "an event is deleted", $"DELETE FROM enrollment.mt_events WHERE seq_id = {Victim}", ["deleted", "stream"] },
        {
            "two are swapped",
            $"""
            CREATE TEMP TABLE two AS SELECT v AS a, (SELECT min(seq_id) FROM enrollment.mt_events WHERE seq_id > v) AS b FROM {Victim} x (v);
            UPDATE enrollment.mt_events SET seq_id = -1 WHERE seq_id = (SELECT a FROM two);
            UPDATE enrollment.mt_events SET seq_id = (SELECT a FROM two) WHERE seq_id = (SELECT b FROM two);
            UPDATE enrollment.mt_events SET seq_id = (SELECT b FROM two) WHERE seq_id = -1
            """,
            ["changed"]
        },
        { "one is inserted with an old date", Inserted("min"), ["inserted", "stream", "backdated"] },
        { "one is added at the end with an old date", Inserted("max"), ["backdated", "stream"] },
        { "a stream's type is changed", $"UPDATE enrollment.mt_streams SET type = 'offering' WHERE id = {Stream}", ["changed"] },
        {
            "another is said to have acted",
            $"UPDATE enrollment.mt_events SET headers = headers || '{{\"actor\":\"nobody\"}}' WHERE seq_id = {Victim}", ["changed"]
        },
        { "the recorded time is changed", $"UPDATE enrollment.mt_events SET timestamp = timestamp - interval '1 day' WHERE seq_id = {Victim}", ["changed"] },
        { "an event is marked archived", $"UPDATE enrollment.mt_events SET is_archived = true WHERE seq_id = {Victim}", ["hidden"] },
        {
            "an event is marked skipped",
            $"ALTER TABLE enrollment.mt_events ADD COLUMN is_skipped boolean DEFAULT false; UPDATE enrollment.mt_events SET is_skipped = true WHERE seq_id = {Victim}",
            ["hidden"]
        },
        { "a stream is marked archived", $"UPDATE enrollment.mt_streams SET is_archived = true WHERE id = {Stream}", ["stream"] },
        {
            "a whole stream is removed",
            $"""
            CREATE TEMP TABLE gone AS SELECT stream_id FROM enrollment.mt_events WHERE seq_id = {Victim};
            DELETE FROM enrollment.mt_events WHERE stream_id IN (SELECT stream_id FROM gone);
            DELETE FROM enrollment.mt_streams WHERE id IN (SELECT stream_id FROM gone)
            """,
            ["deleted"]
        },
        { "the headers name what they must not", $"UPDATE enrollment.mt_events SET headers = headers || '{{\"data\":1}}' WHERE seq_id = {Victim}", ["unreadable"] },
        { "a tile of the ledger is changed", "UPDATE enrollment.ledger_tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) WHERE level = 1", ["ledger"] },
    };

    // Into the first gap of the sequence, or after its end.
    private static string Inserted(string gap) =>
        $"""
        INSERT INTO enrollment.mt_events SELECT (e).* FROM (SELECT jsonb_populate_record(e, jsonb_build_object('seq_id',
          (SELECT {gap}(seq_id) + 1 FROM enrollment.mt_events a WHERE NOT EXISTS (SELECT FROM enrollment.mt_events b WHERE b.seq_id = a.seq_id + 1)),
          'id', gen_random_uuid(), 'version', 99, 'timestamp', '2020-01-01')) AS e FROM enrollment.mt_events e WHERE seq_id = {Victim}) x
        """;

    [Theory]
    [MemberData(nameof(Found))]
    public async Task Is_found_where(string what, string sql, string[] kinds)
    {
        var (verified, place, stream) = await stopped.After(sql, Victim);
        verified.Findings.Select(f => f.Kind).Distinct().Should().BeEquivalentTo(kinds, what);
        verified.Findings.Should().Contain(f => kinds[0] == "ledger" || f.Sequence == place || f.Stream == stream || kinds.Contains("inserted"), "its place is named");
    }

    [Fact]
    public async Task Is_found_where_the_tail_is_cut_off_together_with_its_part_of_the_ledger()
    {
        var (verified, _, _) = await stopped.After("DELETE FROM enrollment.mt_events WHERE seq_id > 900", Victim, ledgerToo: true);
        verified.Findings.Select(f => f.Kind).Distinct().Should().BeEquivalentTo(["truncated", "stream", "masked"], "the erasure was in the tail");
        verified.Proven.Should().BeLessThan(verified.Covered + 1);
    }

    [Fact]
    public async Task Is_found_where_the_ledger_is_made_anew_after_a_change()
    {
        var (verified, _, _) = await stopped.After(
            $"UPDATE enrollment.mt_events SET data = data || '{{\"cohortId\":\"{Guid.Empty}\"}}' WHERE seq_id = {Victim}", Victim, ledgerToo: true);
        verified.Findings.Should().ContainSingle().Which.Kind.Should().Be("rewritten");
    }

    [Fact]
    public async Task Is_found_where_the_witness_lost_its_checkpoints_or_holds_anothers()
    {
        (await stopped.After("SELECT 1", Victim, witness: _ => [])).Verified.Findings.Should().ContainSingle().Which.Kind.Should().Be("unwitnessed");
        var (verified, _, _) = await stopped.After("SELECT 1", Victim, witness: notes => notes.Select(n => n.Replace("tremplin/enrollment\n", "tremplin/other\n", StringComparison.Ordinal)));
        verified.Findings.Select(f => f.Kind).Distinct().Should().BeEquivalentTo(["unsigned", "unwitnessed"]);
    }

    [Fact]
    public async Task Is_found_by_the_folder_of_a_partner_where_the_platforms_own_was_emptied()
    {
        const string Cut = "DELETE FROM enrollment.mt_events WHERE seq_id > 900";
        var own = (await stopped.After(Cut, Victim, ledgerToo: true, witness: _ => [])).Verified.Findings;
        own.Select(f => f.Kind).Should().Contain("unwitnessed").And.NotContain("truncated");

        var partners = (await stopped.After(Cut, Victim, ledgerToo: true, witness: _ => stopped.WitnessedByPartner)).Verified.Findings;
        partners.Select(f => f.Kind).Should().Contain("truncated").And.NotContain(["unwitnessed", "unsigned"]);
    }

    [Fact]
    public async Task Is_found_where_a_key_is_destroyed_and_no_erasure_recorded()
    {
        var somebody = (Guid)(await stopped.Keys("SELECT learner_id FROM learner_keys ORDER BY learner_id OFFSET 7 LIMIT 1"))[0][0];
        var (verified, _, _) = await stopped.After("SELECT 1", Victim, keys: $"DELETE FROM learner_keys WHERE learner_id = '{somebody}'");
        verified.Findings.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Kind = "masked", Stream = somebody });
    }

    [Fact]
    public async Task Is_found_where_the_key_of_an_erased_learner_is_back()
    {
        var back = $"INSERT INTO learner_keys VALUES ('\\x00', '{stopped.Erased}', '\\x00')";
        var (verified, _, _) = await stopped.After("SELECT 1", Victim, keys: back, grace: TimeSpan.Zero);
        verified.Findings.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Kind = "unerased", Stream = stopped.Erased });
        (await stopped.After("SELECT 1", Victim, keys: back, grace: TimeSpan.FromDays(1))).Verified.Findings.Should().BeEmpty("it may be on its way");
    }

    [Fact]
    public async Task Is_found_where_an_erasure_is_moved_to_hide_a_lost_key()
    {
        var somebody = (Guid)(await stopped.Keys("SELECT learner_id FROM learner_keys ORDER BY learner_id OFFSET 7 LIMIT 1"))[0][0];
        var (verified, _, _) = await stopped.After(
            $"UPDATE enrollment.mt_events SET stream_id = '{somebody}' WHERE type = 'learner.erased.v1'", Victim, keys: $"DELETE FROM learner_keys WHERE learner_id = '{somebody}'");
        verified.Findings.Select(f => f.Kind).Should().Contain(["changed", "masked"]);
    }

    [Theory]
    [InlineData("nothing is changed", "SELECT 1")]
    [InlineData("the sequence goes on without events", "SELECT nextval('enrollment.mt_events_sequence') FROM generate_series(1, 50)")]
    [InlineData("the rows lie elsewhere", "VACUUM FULL enrollment.mt_events")]
    [InlineData("the JSON is put together in another order", "UPDATE enrollment.mt_events SET data = (SELECT jsonb_object_agg(key, value ORDER BY key DESC) FROM jsonb_each(data)), headers = (SELECT jsonb_object_agg(key, value ORDER BY key DESC) FROM jsonb_each(headers))")]
    public async Task Raises_no_alarm_where(string what, string sql)
    {
        var (verified, _, _) = await stopped.After(sql, Victim);
        verified.Findings.Should().BeEmpty(what);
        verified.Covered.Should().Be(verified.Events).And.BeGreaterThan(1000);
        verified.Checkpoints.Should().BeGreaterThan(1);
        verified.Proven.Should().Be(verified.Covered);
        verified.Erased.Should().Be(1, "an erasure is no alarm");
    }

    [Fact]
    public async Task Raises_no_alarm_where_it_is_dumped_and_restored_on_another_server()
    {
        var tools = Path.GetDirectoryName(DebianPackage.Newest("postgresql", "/usr/lib/postgresql", "*", "bin/pg_dump"))!;
        await using var other = await Servers.StartAsync(Directory.CreateTempSubdirectory("tremplin-restore-").FullName, _ => { });
        var dump = Path.GetTempFileName();
        try
        {
            await other.CreateDatabaseAsync("enrollment");
            await DebianPackage.RunAsync(null, [Path.Combine(tools, "pg_dump"), "-Fc", "-f", dump, "-d", stopped.Address("enrollment")]);
            await DebianPackage.RunAsync(null, [Path.Combine(tools, "pg_restore"), "--no-owner", "--no-acl", "-d", Stopped.Address(other, "enrollment"), dump]);
            await using var store = NpgsqlDataSource.Create(other.PostgresConnectionString("enrollment") + ";Pooling=false");
            var verified = await stopped.Verified(store);
            verified.Findings.Should().BeEmpty();
            verified.Proven.Should().Be(verified.Events).And.BeGreaterThan(1000);
        }
        finally
        {
            File.Delete(dump);
        }
    }

    /// <summary>A platform that was used and whose services have ended; each test tampers with a copy of Enrollment's database.</summary>
    public sealed class Stopped : IAsyncLifetime
    {
        private Platform? _platform;

        /// <summary>The one learner who was erased.</summary>
        public Guid Erased { get; private set; }

        /// <summary>What a partner kept of Enrollment's checkpoints.</summary>
        public IReadOnlyList<string> WitnessedByPartner { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            (_platform, var api) = await OnePlatform.Begin(replicas: 1);
            using var ends = api;
            await using (var partner = await WitnessingPartner.Of(_platform))
            {
                await Use(api);
                await partner.Caught();
                WitnessedByPartner = partner.Notes("enrollment");
            }

            foreach (var service in _platform.Services)
                await service.StopAsync();
        }

        private async Task Use(Api api)
        {
            var course = await Course.Open(api, cohorts: 15, seats: 20);
            // A gap, as an append that was rolled back leaves one.
            await Run("enrollment", "SELECT nextval('enrollment.mt_events_sequence')");
            await Parallel.ForEachAsync(Enumerable.Range(0, 300), async (n, stop) =>
                await Api.Send(api.Enrollment, HttpMethod.Post, "applications", course.Next()));
            await Story.Until(async () => (await api.Records("Confirmed")).Count == 300, "all have their seats");
            await Run("enrollment", "SELECT nextval('enrollment.mt_events_sequence')");
            var leaver = (await api.Records("Confirmed"))[0];
            Erased = leaver.GetProperty("learnerId").GetGuid();
            await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{leaver.GetProperty("id").GetGuid()}/withdraw", new { reason = "Learner" });
            await Api.Send(api.Enrollment, HttpMethod.Delete, $"learners/{Erased}?reason=OnRequest");
            await Story.Until(
                async () => (await _platform!.Sql("scheduling", "SELECT FROM scheduling.mt_events WHERE type = 'cohort.request-withdrawn.v1'")).Count == 1, "the seat is free");
        }

        /// <summary>A database's address for PostgreSQL's own tools.</summary>
        internal static string Address(Servers servers, string database)
        {
            var to = new NpgsqlConnectionStringBuilder(servers.PostgresConnectionString(database));
            return $"postgresql://{to.Username}:{Uri.EscapeDataString(to.Password!)}@{to.Host}:{to.Port}/{database}";
        }

        internal string Address(string database) => Address(_platform!.Servers, database);

        /// <summary>Another store, verified by this platform's witness.</summary>
        internal Task<Verified> Verified(NpgsqlDataSource store) =>
            Verify.Of("enrollment", store, _platform!.Witness).Run(_ => { }, TestContext.Current.CancellationToken);

        internal Task<List<object[]>> Keys(string query) => _platform!.Sql("keys", query);

        internal async Task<(Verified Verified, long Place, Guid Stream)> After(
            string sql, string victim, bool ledgerToo = false, Func<IEnumerable<string>, IEnumerable<string>>? witness = null, string keys = "SELECT 1", TimeSpan? grace = null)
        {
            await Run("postgres", "CREATE DATABASE tampered TEMPLATE enrollment");
            try
            {
                await Run("postgres", "CREATE DATABASE tampered_keys TEMPLATE keys");
                await Run("tampered_keys", keys);
                var place = await Story.Sql(_platform!, "tampered", $"SELECT seq_id, stream_id FROM enrollment.mt_events WHERE seq_id = {victim}");
                await Run("tampered", sql);
                if (ledgerToo)
                    await Anew();
                await using var store = NpgsqlDataSource.Create(_platform!.Servers.PostgresConnectionString("tampered") + ";Pooling=false");
                var key = VerifierKey.Parse(await File.ReadAllTextAsync(Path.Combine(_platform.Witness, "enrollment.vkey")));
                var notes = Checkpoint.Notes(File.ReadLines(Path.Combine(_platform.Witness, "enrollment.checkpoints")));
                await using var held = NpgsqlDataSource.Create(_platform.Servers.PostgresConnectionString("tampered_keys") + ";Pooling=false");
                var verified = await new Verification("enrollment", store, key, witness?.Invoke(notes) ?? notes, new(held, store, grace ?? TimeSpan.FromMinutes(1)))
                    .Run(_ => { }, TestContext.Current.CancellationToken);
                return (verified, (long)place[0][0], (Guid)place[0][1]);
            }
            finally
            {
                await Run("postgres", "DROP DATABASE tampered WITH (FORCE)");
                await Run("postgres", "DROP DATABASE IF EXISTS tampered_keys WITH (FORCE)");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_platform is not null)
                await _platform.DisposeAsync();
        }

        // As somebody would who knows how the ledger is made, and has not the key.
        private async Task Anew()
        {
            await using var store = NpgsqlDataSource.Create(_platform!.Servers.PostgresConnectionString("tampered") + ";Pooling=false");
            var (tree, sequences, tiles) = (new Tree(), new List<long>(), new List<Tile>());
            await using (var events = store.CreateCommand(StoredEvent.Query("enrollment")))
            {
                events.Parameters.AddWithValue(0L);
                events.Parameters.AddWithValue(long.MaxValue);
                await using var rows = await events.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                {
                    var stored = StoredEvent.Read(rows);
                    sequences.Add(stored.Sequence);
                    tiles.AddRange(tree.Append(Merkle.Leaf(Entry.Of("enrollment", stored))));
                }
            }

            await Run("tampered", "TRUNCATE enrollment.ledger_tile");
            foreach (var tile in tiles.Concat(tree.Partial()))
            {
                await using var insert = store.CreateCommand("INSERT INTO enrollment.ledger_tile VALUES ($1, $2, $3, $4)");
                insert.Parameters.AddWithValue((short)tile.Level);
                insert.Parameters.AddWithValue(tile.Index);
                insert.Parameters.AddWithValue(tile.Hashes.ToArray());
                insert.Parameters.AddWithValue(tile.Level > 0 ? DBNull.Value : sequences.Skip((int)tile.Index * Tile.Width).Take(Tile.Width).ToArray());
                await insert.ExecuteNonQueryAsync();
            }
        }

        private async Task Run(string database, string sql)
        {
            await using var store = NpgsqlDataSource.Create(_platform!.Servers.PostgresConnectionString(database) + ";Pooling=false");
            await using var command = store.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}

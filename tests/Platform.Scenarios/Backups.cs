using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Backups;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>A platform is backed up while people apply, and comes back on other servers.</summary>
public sealed class Backups : IClassFixture<Backups.Taken>
{
    private readonly Taken taken;

    public Backups(Taken taken)
    {
        Assert.SkipUnless(taken.Lacking is null, taken.Lacking ?? "");
        this.taken = taken;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_backed_up_under_load_comes_back_proven_and_settles()
    {
        var (exit, said) = await taken.Restore(taken.Data1, taken.Keys1, "one");
        exit.Should().Be(0, said);
        said.Should().Contain("root over all of them").And.Contain("records: Waitlisted").And.Contain("equal").And.NotContain("different");
        await taken.Holds("one");
    }

    /// <summary>The last backups were made while Scheduling was down: the requests were in the broker, and nowhere else.</summary>
    [Fact]
    public async Task What_was_on_its_way_is_announced_again_and_older_keys_lose_whom_the_data_says_erased()
    {
        var (exit, said) = await taken.Restore(taken.Data3, taken.Keys2, "two");
        exit.Should().Be(0, said);
        said.Should().Contain("1 of the keys are of learners who were erased");
        await taken.Holds("two");
        var place = taken.PlaceOf("two");
        (await Taken.Sql(place, "keys", $"SELECT FROM learner_keys WHERE learner_id = '{taken.Erased}'")).Should().BeEmpty();
        (await Taken.Sql(place, "enrollment", "SELECT DISTINCT data ->> 'status' FROM enrollment.mt_doc_trainingrecord")).Select(r => r[0]).Should().NotContain("AwaitingSeat");

        using var broker = new Broker(place.Management, place.RabbitMq.UserInfo);
        (await broker.ListAsync("queues/%2F", Stop)).Select(q => (string?)q["name"]).Should().Contain($"partner.{Course.Partner}.events");
        await using var partner = await new ConnectionFactory { Uri = place.RabbitMq, UserName = taken.Partner.User, Password = taken.Partner.Password }.CreateConnectionAsync(Stop);
        await using var channel = await partner.CreateChannelAsync(cancellationToken: Stop);
        await Story.Until(async () => await channel.BasicGetAsync($"partner.{Course.Partner}.events", autoAck: true, Stop) is not null, "its queue is bound as before");
    }

    [Fact]
    public async Task Data_that_knows_nothing_of_an_erasure_is_told_by_the_key_that_is_gone()
    {
        var (exit, said) = await taken.Restore(taken.Data2, taken.Keys3, "three");
        exit.Should().Be(1, said);
        said.Split('\n').Where(l => l.Contains("masked", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain($"{taken.Erased}");
        said.Should().Contain("nothing was started");
        PlatformState.In(taken.Home("three"))!.Started.Should().BeFalse();
    }

    [Fact]
    public async Task A_figure_that_is_not_the_same_is_told()
    {
        var data = Taken.Copy(taken.Data1);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "manifest.json"), Stop))!;
        manifest["figures"]!["organisations"] = 7;
        var text = manifest.ToJsonString();
        await File.WriteAllTextAsync(Path.Combine(data, "manifest.json"), text, Stop);
        (await Refusal(data, taken.Keys1)).Should().Contain("manifest.json is not as it was written");
        await File.WriteAllTextAsync(Path.Combine(data, "manifest.json.sha256"), $"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))}  manifest.json\n", Stop);

        var (exit, said) = await taken.Restore(data, taken.Keys1, "four");
        exit.Should().Be(1, said);
        said.Split('\n').Where(l => l.Contains("different", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("organisations");
    }

    [Fact]
    public async Task What_is_damaged_lacking_or_mixed_up_is_refused()
    {
        var damaged = Taken.Copy(taken.Data1);
        var dump = Directory.EnumerateFiles(Path.Combine(damaged, "data", "scheduling"), "*.gz").First();
        await using (var file = new FileStream(dump, FileMode.Append))
            file.WriteByte(0);
        (await Refusal(damaged, taken.Keys1)).Should().Contain($"{dump} is damaged");
        File.Delete(dump);
        (await Refusal(damaged, taken.Keys1)).Should().Contain($"{dump} is lacking");
        File.Delete(Path.Combine(damaged, "manifest.json"));
        (await Refusal(damaged, taken.Keys1)).Should().Contain("no backup that was finished");
        (await Refusal(taken.Data1, taken.Data2)).Should().Contain("holds data, not keys");

        foreach (var (data, keys) in new[] { ("a", "a"), ("a", "a/b"), ("a/../b/c", "b") })
        {
            var (one, other) = (Path.Combine(taken.Folder, data), Path.Combine(taken.Folder, keys));
            (await FluentActions.Awaiting(() => Backup.Run(taken.Place, one, other, _ => { }, Stop)).Should().ThrowAsync<InvalidOperationException>())
                .WithMessage("The keys must not lie with the data*");
            Directory.Exists(one).Should().BeFalse();
        }

        (await FluentActions.Awaiting(() => Backup.Run(taken.Place, taken.Data1, Path.Combine(taken.Folder, "other"), _ => { }, Stop)).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("*is not empty*");
    }

    [Fact]
    public async Task A_platform_that_holds_something_is_never_replaced()
    {
        var before = await Taken.Sql(taken.Place, "enrollment", "SELECT count(*) FROM enrollment.mt_events");
        var (exit, said) = await Taken.Run(taken.Platform.Folder, "restore", taken.Data1, "--keys", taken.Keys1);
        exit.Should().Be(2);
        said.Should().Contain("is not empty");
        var backup = await Restored.Read(taken.Data1, taken.Keys1, Stop);
        (await FluentActions.Awaiting(() => backup.Load(taken.Place, _ => { }, Stop)).Should().ThrowAsync<InvalidOperationException>()).WithMessage("*holds secrets*");
        var elsewhere = taken.Place with { Secrets = Path.Combine(taken.Folder, "no-secrets") };
        (await FluentActions.Awaiting(() => backup.Load(elsewhere, _ => { }, Stop)).Should().ThrowAsync<InvalidOperationException>()).WithMessage("The database enrollment holds data*");
        (await Taken.Sql(taken.Place, "enrollment", "SELECT count(*) FROM enrollment.mt_events")).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Nobody_else_can_read_a_backup_and_the_data_holds_no_key()
    {
        foreach (var file in new[] { taken.Data1, taken.Keys1 }.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)))
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        var secrets = Directory.EnumerateFiles(Path.Combine(taken.Keys1, "secrets")).Select(Path.GetFileName).ToList();
        secrets.Should().Contain(["personal-data.key", "clients.json", "signing-key.pem", "ledger-enrollment.key"]);
        Directory.EnumerateFiles(taken.Data1, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Should().NotIntersectWith(secrets);
    }

    [Fact]
    public async Task What_is_restored_belongs_to_the_owner_and_a_snapshot_keeps_its_newest_checkpoint()
    {
        var home = Path.Combine(taken.Folder, "owned");
        await using var servers = await Servers.StartAsync(Path.Combine(home, "servers"), TestContext.Current.SendDiagnosticMessage, stop: Stop);
        var place = Place.Of(home, servers.PostgresConnectionString("postgres"), servers.RabbitMq, servers.Management);
        Assert.SkipWhen(servers.How == "given", "The databases of given servers are those of the platform.");
        var backup = await Restored.Read(taken.Data1, taken.Keys1, Stop);
        await backup.Load(place, _ => { }, Stop);
        (await backup.Prove(place, _ => { }, Stop)).Should().OnlyContain(l => l.Equal);
        foreach (var database in Place.Data.Append(Place.Keys))
        {
            (await Taken.Sql(place, database, "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"))
                .Select(r => r[0]).Should().Equal("tremplin_owner");
        }

        File.GetUnixFileMode(Path.Combine(place.Secrets, "personal-data.key")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // The newest is signed after the snapshot, though all that it covers is in it.
        var newest = (await Taken.Sql(place, "enrollment", "DELETE FROM enrollment.ledger_checkpoint c USING (SELECT max(size) AS size FROM enrollment.ledger_checkpoint) m WHERE c.size = m.size RETURNING c.size, c.note")).Single();
        await using var cut = await Cut.Take(place, Stop);
        await using (var store = place.Open("enrollment"))
        await using (var sign = store.CreateCommand("INSERT INTO enrollment.ledger_checkpoint (size, note) VALUES ($1, $2)"))
        {
            sign.Parameters.AddWithValue(newest[0]);
            sign.Parameters.AddWithValue(newest[1]);
            await sign.ExecuteNonQueryAsync(Stop);
        }

        var (then, _) = await Figures.Store(place, "enrollment", place.Witness, cut.Snapshot("enrollment"), Stop);
        var (now, _) = await Figures.Store(place, "enrollment", place.Witness, null, Stop);
        (then.Covered, now.Checkpoint).Should().Be((now.Covered, (string)newest[1]));
        then.Checkpoint.Should().NotBe(now.Checkpoint).And.NotBeEmpty();
    }

    /// <summary>What had its effect long ago was heard, and so was what is older in the same queue.</summary>
    [Fact]
    public void Only_what_may_not_have_been_heard_is_announced_again()
    {
        var now = DateTime.UtcNow;
        var (settled, old) = (now.AddMinutes(-10), now.AddDays(-3));
        var heard = new AnnounceAgain.Flow(settled, settled);
        heard.Saw(1, old, null);
        heard.Saw(2, old, old);
        heard.First.Should().Be(long.MaxValue, "the first was heard before the second, and rightly changed nothing");
        heard.Saw(3, old, null);
        heard.Saw(4, now, now);
        heard.First.Should().Be(3, "it waits, however long; the fourth may have been done beside it");

        var never = new AnnounceAgain.Flow(settled, settled);
        never.Saw(1, old, null);
        never.First.Should().Be(long.MaxValue, "nobody hears of its type");
        never.Saw(2, now, null);
        never.First.Should().Be(2);
        var silent = new AnnounceAgain.Flow(settled, DateTime.MinValue);
        silent.Saw(1, old, null);
        silent.First.Should().Be(1, "the other service has done nothing yet");
    }

    private static async Task<string> Refusal(string data, string keys) =>
        (await FluentActions.Awaiting(() => Restored.Read(data, keys, Stop)).Should().ThrowAsync<InvalidOperationException>()).Which.Message;

    /// <summary>Three backups of one platform: under load; with Scheduling down; and after a learner was erased.</summary>
    public sealed class Taken : IAsyncLifetime
    {
        private const int Seats = 10, Enough = 200;

        private Cli.Machine.Platform? _platform;
        private Api? _api;
        private int _sent;

        /// <summary>Why nothing can be backed up here: servers in containers may be newer than the programs of this machine.</summary>
        internal string? Lacking { get; private set; }

        internal string Folder { get; } = Directory.CreateTempSubdirectory("tremplin-backup-").FullName;

        internal Cli.Machine.Platform Platform => _platform!;

        internal Place Place => Place.Of(Platform.Folder, Platform.Servers.PostgresConnectionString("postgres"), Platform.Servers.RabbitMq, Platform.Servers.Management);

        internal string Data1 => Path.Combine(Folder, "data1");

        internal string Keys1 => Path.Combine(Folder, "keys1");

        internal string Data2 => Path.Combine(Folder, "data2");

        internal string Keys2 => Path.Combine(Folder, "keys2");

        internal string Data3 => Path.Combine(Folder, "data3");

        internal string Keys3 => Path.Combine(Folder, "keys3");

        internal Guid Erased { get; private set; }

        internal AmqpUser Partner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
            (_platform, _api) = await OnePlatform.Begin(replicas: 2);
            try
            {
                await PostgresProgram.Of("pg_dump", Place.Postgres, Stop);
            }
            catch (InvalidOperationException e)
            {
                Lacking = e.Message;
                return;
            }

            using (var access = Cli.Partners.PartnerAccess.To(Platform))
                Partner = (await access.AddAsync(Course.Partner, stop: Stop)).Amqp!;
            await using (var connection = await new ConnectionFactory { Uri = Platform.Servers.RabbitMq, UserName = Partner.User, Password = Partner.Password }.CreateConnectionAsync(Stop))
            await using (var channel = await connection.CreateChannelAsync(cancellationToken: Stop))
            {
                await channel.QueueDeclareAsync($"partner.{Course.Partner}.events", durable: true, exclusive: false, autoDelete: false, cancellationToken: Stop);
                await channel.QueueBindAsync($"partner.{Course.Partner}.events", "training.events", $"{Course.Partner}.#", cancellationToken: Stop);
            }

            var course = await Course.Open(_api, cohorts: 12, Seats, from: 500_000);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var load = Task.WhenAll(Enumerable.Range(0, 16).Select(client => Load(course, client, enough.Token)));
            await Story.Until(() => Task.FromResult(_sent >= Enough), "there is enough to back up");
            await Story.Until(() => Task.FromResult(Place.Stores.All(s => File.Exists(Path.Combine(Platform.Witness, s + ".checkpoints")))), "each ledger was witnessed");
            (await Backup.Run(Place, Data1, Keys1, TestContext.Current.SendDiagnosticMessage, Stop)).Should().BeEmpty();
            await enough.CancelAsync();
            await load;

            // Whoever withdrew may be erased.
            await Story.Until(async () => (await _api.Records("AwaitingSeat")).Count == 0, "everybody has an answer");
            var gone = (Guid)(await Sql(Place, "enrollment", "SELECT (data -> 'application' ->> 'learnerId')::uuid FROM enrollment.mt_doc_trainingrecord WHERE data ->> 'status' = 'Withdrawn' ORDER BY id LIMIT 1"))[0][0];
            foreach (var replica in Platform.Scheduling)
                await replica.StopAsync();
            foreach (var person in Enumerable.Range(700_000, 30))
                await Api.Send(_api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[person % 12], person));
            await Story.Until(
                async () => (await Sql(Place, "enrollment", "SELECT FROM enrollment.mt_event_progression WHERE name LIKE 'Announcer:%' AND last_seq_id = (SELECT max(seq_id) FROM enrollment.mt_events)")).Count == 1,
                "all is announced");
            (await Backup.Run(Place, Data2, Keys2, TestContext.Current.SendDiagnosticMessage, Stop)).Should().BeEmpty();
            Erased = gone;
            await Api.Send(_api.Enrollment, HttpMethod.Delete, $"learners/{Erased}?reason=OnRequest");
            (await Backup.Run(Place, Data3, Keys3, TestContext.Current.SendDiagnosticMessage, Stop)).Should().BeEmpty();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var home in Directory.EnumerateDirectories(Folder, "home-*"))
            {
                if (PlatformState.In(home) is { } state)
                    await state.EndAsync(purge: true);
            }

            _api?.Dispose();
            if (_platform is not null)
                await _platform.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }

        internal string Home(string name) => Path.Combine(Folder, $"home-{name}");

        internal Task<(int Exit, string Said)> Restore(string data, string keys, string name) => Run(Home(name), "restore", data, "--keys", keys);

        internal static async Task<(int Exit, string Said)> Run(string home, params string[] verb)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(SourceTree.Built("Cli"), "Tremplin.Cli.dll"), .. verb])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["TREMPLIN_HOME"] = home },
            };
            using var process = Process.Start(start)!;
            var (said, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
            await process.WaitForExitAsync(Stop);
            return (process.ExitCode, await said + await errors);
        }

        internal Place PlaceOf(string name) => PlatformState.In(Home(name))! is var state ? Place.Of(state.Folder, state.Postgres, state.RabbitMq, state.Management) : null!;

        internal static string Copy(string folder)
        {
            var copy = $"{folder}-{Guid.NewGuid():N}";
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(copy, Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }

            return copy;
        }

        /// <summary>Every record has what its cohort says, no seat is given twice, and everything verifies.</summary>
        internal async Task Holds(string name)
        {
            var (place, state) = (PlaceOf(name), PlatformState.In(Home(name))!);
            await Story.Until(
                async () =>
                {
                    var records = (await Sql(place, "enrollment", "SELECT id, data ->> 'status', (data -> 'seat' ->> 'cohortId')::uuid FROM enrollment.mt_doc_trainingrecord WHERE data ->> 'status' <> 'Ineligible'"))
                        .ToDictionary(r => (Guid)r[0], r => ((string)r[1] switch { "Confirmed" => "Seated", "Waitlisted" => "Waiting", "SeatOffered" => "Offered", "Withdrawn" => "Left", var other => other }, (Guid)r[2]));
                    var entries = (await Sql(place, "scheduling", "SELECT (e.value ->> 'recordId')::uuid, e.value ->> 'standing', d.id FROM scheduling.mt_doc_cohort d, jsonb_each(d.data -> 'entries') e"))
                        .ToDictionary(r => (Guid)r[0], r => ((string)r[1] is "Seated" or "Waiting" or "Offered" ? (string)r[1] : "Left", (Guid)r[2]));
                    return records.Count >= Enough && records.Count == entries.Count && records.All(r => entries.TryGetValue(r.Key, out var entry) && entry == r.Value);
                },
                "every record is final, and as its cohort has it");
            (await Sql(place, "scheduling", $"SELECT d.id FROM scheduling.mt_doc_cohort d, jsonb_each(d.data -> 'entries') e WHERE e.value ->> 'standing' IN ('Seated', 'Offered') GROUP BY 1 HAVING count(*) > {Seats}"))
                .Should().BeEmpty("no seat is doubled");

            using var auditor = Auditor.Of(state);
            (await Reconcile.Run(auditor, _ => { }, Stop)).Findings.Should().BeEmpty();
            foreach (var service in Place.Stores)
            {
                (await Figures.Store(place, service, place.Witness, null, Stop)).Findings.Should().BeEmpty();
                (await Check.Run(auditor, service, "invariants", "breach", _ => { }, Stop)).Faults.Should().BeEmpty();
                (await Check.Run(auditor, service, "compare", "difference", _ => { }, Stop)).Faults.Should().BeEmpty();
            }
        }

        internal static async Task<List<object[]>> Sql(Place place, string database, string query)
        {
            await using var source = place.Open(database);
            await using var command = source.CreateCommand(query);
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<object[]>();
            while (await reader.ReadAsync())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }

            return rows;
        }

        /// <summary>Applies again and again; every fourth withdraws, so that seats are offered on.</summary>
        private async Task Load(Course course, int client, CancellationToken enough)
        {
            for (var n = 0; !enough.IsCancellationRequested && n < 200; n++)
            {
                var person = 510_000 + (client * 1000) + n;
                using var answer = await _api!.Enrollment.PostAsJsonAsync("applications", Course.Application(course.Cohorts[n % 12], person), Stop);
                answer.EnsureSuccessStatusCode();
                Interlocked.Increment(ref _sent);
                var record = (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Stop)).GetProperty("id").GetGuid();
                if (n % 4 == 3)
                    await Api.Send(_api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Learner" });
            }
        }
    }
}

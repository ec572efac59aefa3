using Npgsql;
using Tremplin.Cli.Backups;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>
/// PostgreSQL archives its WAL, and is brought back to a moment before a mistake: docs/operators/backup.md, step by step.
/// Other databases of the machine are not touched, so it needs servers that this process started itself.
/// </summary>
public sealed class PointInTime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_brought_back_to_a_moment_holds_what_was_witnessed_then()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 1);
        await using var ends = platform;
        using var also = api;
        Assert.SkipUnless(platform.Servers.How == "private", "The archive must lie where the database server can write.");
        var user = DebianPackage.RunsAs("postgres");
        var archive = await DebianPackage.FolderAsync(Path.Combine(platform.Folder, "archive"), user);
        var admin = platform.Servers.PostgresConnectionString("postgres");
        await Sql(admin, "ALTER SYSTEM SET archive_mode = on");
        await Sql(admin, $"ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'");
        await platform.Servers.StopDatabaseAsync();
        await platform.Servers.StartDatabaseAsync(Stop);

        await Story.Until(() => Answers(() => api.Records("AwaitingSeat")), "the services have their database again");
        var cohort = (await Course.Open(api, cohorts: 1, seats: 10)).Cohorts[0];
        await Apply(api, cohort, 5);
        var home = Path.Combine(platform.Folder, "recovered");
        var basebackup = await PostgresProgram.Of("pg_basebackup", admin, Stop);
        await basebackup.Run([$"--pgdata={home}/data", "--checkpoint=fast", "--wal-method=none"], null, Stop);
        // Half of what shall come back is in the archive only.
        await Apply(api, cohort, 10);
        await platform.Witnessed();
        var then = Path.Combine(platform.Folder, "witness-then");
        Directory.CreateDirectory(then);
        foreach (var file in Directory.EnumerateFiles(platform.Witness))
            File.Copy(file, Path.Combine(then, Path.GetFileName(file)));
        var before = await Counts(admin);
        await Sql(admin, "SELECT pg_create_restore_point('before-the-mistake')");

        await Apply(api, cohort, 12);
        await platform.Witnessed();
        var last = await Sql(admin, "SELECT pg_walfile_name(pg_switch_wal())");
        await Story.Until(() => Task.FromResult(File.Exists(Path.Combine(archive, last))), "the last WAL is archived");

        var port = Ports.Take();
        await File.AppendAllTextAsync(Path.Combine(home, "data", "postgresql.auto.conf"), $"""

            archive_mode = off
            restore_command = 'cp {archive}/%f %p'
            recovery_target_name = 'before-the-mistake'
            recovery_target_action = promote
            """ + "\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(home, "data", "recovery.signal"), "", Stop);
        await DebianPackage.FolderAsync(home, user);
        var server = LocalProcess.Start(new Launch("recovered", Path.Combine(platform.Folder, "logs", "recovered.log"),
            [
                DebianPackage.Newest("postgresql", "/usr/lib/postgresql", "*", "bin/postgres"), "-D", $"{home}/data",
                "-c", $"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "dynamic_shared_memory_type=mmap", "-c", "max_connections=400",
            ], Signals.Int)
        {
            User = user,
            WorkingFolder = home,
            EndsWithUs = true,
        });
        try
        {
            var recovered = new NpgsqlConnectionStringBuilder(admin) { Port = port, Pooling = false }.ConnectionString;
            await Story.Until(async () => await Promoted(recovered), $"the server is recovered: {server.LogTail()}");
            (await Counts(recovered)).Should().Equal(before).And.NotEqual(await Counts(admin));
            var place = Place.Of(platform.Folder, recovered, platform.Servers.RabbitMq, platform.Servers.Management);
            foreach (var service in Place.Stores)
            {
                var (stored, findings) = await Figures.Store(place, service, then, null, Stop);
                findings.Should().BeEmpty();
                (stored.Proven, stored.Covered).Should().Be((stored.Events, stored.Events), "all that was witnessed then is there, and nothing else");
                stored.Events.Should().BePositive();
            }

            (await Figures.Store(place, "enrollment", platform.Witness, null, Stop)).Findings.Select(f => f.Kind).Should().Equal(["truncated"], "the witness knows what was lost");

            // As ./platform recovered does it: the keeper can sign on, and what it had signed beyond is kept.
            var aside = place with { Witness = Path.Combine(platform.Folder, "witness-after") };
            Directory.CreateDirectory(aside.Witness);
            foreach (var file in Directory.EnumerateFiles(platform.Witness))
                File.Copy(file, Path.Combine(aside.Witness, Path.GetFileName(file)));
            var said = new List<string>();
            (await Recovered.Run(aside, said.Add, Stop)).Should().BeEmpty();
            said.Should().Contain(w => w.Contains("the witness had seen", StringComparison.Ordinal)).And.Contain(w => w.StartsWith("enrollment announces", StringComparison.Ordinal));
            foreach (var service in Place.Stores)
                (await File.ReadAllTextAsync(Path.Combine(aside.Witness, service + ".checkpoints"), Stop)).Should().Be(await File.ReadAllTextAsync(Path.Combine(then, service + ".checkpoints"), Stop));
            File.Exists(Path.Combine(aside.Witness, "enrollment.checkpoints.lost")).Should().BeTrue();
        }
        finally
        {
            await server.EndAsync(TimeSpan.FromSeconds(30));
        }
    }

    // A connection that the restart broke is found out by whoever uses it next.
    private static async Task<bool> Answers(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task Apply(Api api, Guid cohort, int until)
    {
        for (var there = (await api.States(cohort)).Values.Sum(); there < until; there++)
        {
            var application = Course.Application(cohort, Course.Stranger());
            await Story.Until(() => Answers(() => Api.Send(api.Enrollment, HttpMethod.Post, "applications", application)), "the application is accepted");
        }

        await api.Answered(cohort, until);
    }

    private static async Task<List<long>> Counts(string postgres)
    {
        var counts = new List<long>();
        foreach (var service in Place.Stores)
            counts.Add(long.Parse(await Sql(new NpgsqlConnectionStringBuilder(postgres) { Database = service }.ConnectionString, $"SELECT count(*)::text FROM {service}.mt_events WHERE type <> 'tombstone'"), System.Globalization.CultureInfo.InvariantCulture));
        return counts;
    }

    private static async Task<bool> Promoted(string postgres)
    {
        try
        {
            return await Sql(postgres, "SELECT pg_is_in_recovery()::text") == "false";
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<string> Sql(string postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as string ?? "";
    }
}

using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;

namespace Tremplin.Platform.Benchmarks;

/// <summary>An audit of a store with very many events.</summary>
internal sealed class Audits(Cli.Machine.Platform platform, long events)
{
    /// <summary>Makes the events: real ones, and copies of their streams under other ids. Enrollment is down meanwhile, and has no ledger afterwards.</summary>
    public async Task Fill(Api api)
    {
        var course = await Course.Open(api, cohorts: 50, seats: 40, from: 5_000_000);
        await Load.Applications(api, course, clients: 32, 2000);
        await platform.Enrollment[0].StopAsync();
        var copies = events / (long)(await Scalar("SELECT count(*) FROM enrollment.mt_events WHERE type <> 'tombstone'"))!;
        await Sql(
            $"""
            CREATE TEMP TABLE copied AS SELECT DISTINCT s.id FROM enrollment.mt_streams s WHERE s.version > 0;
            CREATE TEMP TABLE original AS SELECT e.* FROM enrollment.mt_events e WHERE e.type <> 'tombstone' AND e.stream_id IN (SELECT id FROM copied);
            INSERT INTO enrollment.mt_streams SELECT (jsonb_populate_record(s, jsonb_build_object('id', md5(s.id::text || n)::uuid))).*
              FROM generate_series(1, {copies}) n, enrollment.mt_streams s WHERE s.id IN (SELECT id FROM copied);
            INSERT INTO enrollment.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
              SELECT nextval('enrollment.mt_events_sequence'), md5(o.id::text || n)::uuid, md5(o.stream_id::text || n)::uuid, o.version, o.data, o.type, clock_timestamp(), o.tenant_id,
                o.mt_dotnet_type, md5(o.correlation_id || n)::uuid::text, md5(o.causation_id || n)::uuid::text, o.headers, o.is_archived
              FROM (SELECT n, o.* FROM generate_series(1, {copies}) n, original o ORDER BY n, o.seq_id) o;
            UPDATE enrollment.mt_event_progression SET last_seq_id = (SELECT max(seq_id) FROM enrollment.mt_events);
            TRUNCATE enrollment.ledger_tile, enrollment.ledger_checkpoint;
            ANALYZE
            """);
        // The copies of learners have keys, for a key that is missing is a fault.
        await Sql(
            $"""
            INSERT INTO learner_keys SELECT sha256(fingerprint || n::text::bytea), md5(learner_id::text || n)::uuid, wrapped_key
              FROM learner_keys, generate_series(1, {copies}) n;
            ANALYZE
            """, "keys");
        // Nobody has witnessed a ledger that is to be built from nothing.
        File.Delete(Path.Combine(platform.Witness, "enrollment.checkpoints"));
    }

    /// <summary>How many events there are, and the seconds from the start of the service until all are in its ledger.</summary>
    public async Task<(long Events, double Seconds)> Build()
    {
        var all = (long)(await Scalar("SELECT count(*) FROM enrollment.mt_events WHERE type <> 'tombstone'"))!;
        var clock = Stopwatch.StartNew();
        platform.Enrollment[0].StartAgain();
        // The last checkpoint may come a minute later.
        while (await Scalar("SELECT place * 256 + cardinality(sequences) FROM enrollment.ledger_tile WHERE level = 0 ORDER BY place DESC LIMIT 1") is not long built || built < all)
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(15))
                throw new TimeoutException("The ledger is not built after 15 minutes.");
            await Task.Delay(200);
        }

        return (all, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Seconds, peak memory in bytes and exit code of a verb of <c>audit</c> in a process of its own.</summary>
    public async Task<(double Seconds, long Peak, int Exit)> Run(params string[] verb)
    {
        platform.Record();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Cli.Machine.SourceTree.Built("Cli"), "Tremplin.Cli.dll"), "audit", .. verb, "--json"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["TREMPLIN_HOME"] = platform.Folder },
        };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(50))
            peak = Math.Max(peak, Peak(process.Id));
        await said;
        return (clock.Elapsed.TotalSeconds, peak, process.ExitCode);
    }

    /// <summary>Milliseconds of what an auditor asks about one record or event, each of another one: median and p95.</summary>
    public async Task<(double Median, double P95)> Each(string column, Func<Auditor, Guid, Task> ask)
    {
        var ids = new List<Guid>();
        for (var n = 0; n < 210; n++)
            ids.Add(Guid.Parse((await Scalar($"SELECT {column}::text FROM enrollment.mt_events WHERE type = 'training-record.seat-requested.v1' AND seq_id > random() * {events} * 0.9 ORDER BY seq_id LIMIT 1"))!.ToString()!));
        using var auditor = Auditor.Of(platform);
        var times = new List<double>();
        foreach (var id in ids)
        {
            var clock = Stopwatch.StartNew();
            await ask(auditor, id);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        // The first ones warm up.
        var sorted = times.Skip(10).Order().ToList();
        return (sorted[sorted.Count / 2], sorted[sorted.Count * 95 / 100]);
    }

    /// <summary>Seconds until a report of Enrollment is read.</summary>
    public async Task<double> Report(string path)
    {
        using var client = platform.Client("Enrollment", "auditor");
        client.Timeout = TimeSpan.FromMinutes(15);
        var clock = Stopwatch.StartNew();
        await client.GetByteArrayAsync(path);
        return clock.Elapsed.TotalSeconds;
    }

    private static long Peak(int pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private async Task Sql(string sql, string database = "enrollment")
    {
        await using var connection = new NpgsqlConnection(platform.Servers.PostgresConnectionString(database) + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> Scalar(string sql)
    {
        await using var connection = new NpgsqlConnection(platform.Servers.PostgresConnectionString("enrollment"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Partners;

namespace Tremplin.Platform.Benchmarks;

/// <summary>The certificates of many cohorts that are closed at once.</summary>
/// <param name="PerSecond">From the first to the middle one, by one process of Certification beside everything else.</param>
/// <param name="Peak">The most memory that the process had, bytes.</param>
/// <param name="Resumed">Seconds from its kill in the middle to the last certificate, start-up included.</param>
/// <param name="PerSecondAfter">From its first certificate after the kill to the last.</param>
/// <param name="Doubled">Records with more than one certificate, and documents without one.</param>
/// <param name="Bytes">Of database for the documents of one certificate.</param>
internal sealed record Batch(double PerSecond, long Peak, double Resumed, double PerSecondAfter, long Doubled, double Bytes);

/// <inheritdoc cref="Batch"/>
internal static class Batches
{
    private const int Seats = 20;

    /// <summary>
    /// Certification is away while the cohorts are closed, so that all its work waits for it. In the middle it is killed.
    /// </summary>
    public static async Task<Batch> Of(Cli.Machine.Platform platform, Api api, int certificates)
    {
        var course = await Sizes.Held(platform, api, certificates / Seats, Seats, new(2027, 3, 15), from: 40_000_000);
        var certification = platform.Certification[0];
        using var broker = new Broker(platform.Servers.Management!, platform.Servers.RabbitMq.UserInfo);
        await Until(async () => await Waiting(broker) == 0);
        await certification.StopAsync();
        await Sizes.Close(api, course);
        await Until(async () => await Waiting(broker) >= certificates);

        await using var store = NpgsqlDataSource.Create(platform.Servers.PostgresConnectionString("certification"));
        await certification.RestartAsync();
        await Until(async () => await Issued(store) > 0);
        var (first, clock) = (await Issued(store), Stopwatch.StartNew());
        await Until(async () => await Issued(store) >= certificates / 2);
        var rate = (await Issued(store) - first) / clock.Elapsed.TotalSeconds;
        var peak = Peak(certification.Pid);
        await certification.KillAsync();
        var before = await Issued(store);
        clock.Restart();
        await certification.RestartAsync();
        await Until(async () => await Issued(store) > before);
        var (middle, started) = (await Issued(store), clock.Elapsed.TotalSeconds);
        await Until(async () => await Issued(store) >= certificates);
        var resumed = clock.Elapsed.TotalSeconds;
        await using var doubled = store.CreateCommand(
            """
            SELECT (SELECT count(*) FROM (SELECT data ->> 'recordId' FROM certification.mt_events WHERE type = 'certificate.issued.v1' GROUP BY 1 HAVING count(*) > 1) twice)
                 + (SELECT count(*) FROM certification.printed_certificate p WHERE NOT EXISTS (SELECT FROM certification.mt_streams s WHERE s.id = p.id))
            """);
        await using var size = store.CreateCommand("SELECT pg_total_relation_size('certification.printed_certificate')");
        return new(
            rate, Math.Max(peak, Peak(certification.Pid)), resumed, (certificates - middle) / (resumed - started), (long)(await doubled.ExecuteScalarAsync())!,
            (long)(await size.ExecuteScalarAsync())! / (double)certificates);
    }

    private static async Task<long> Issued(NpgsqlDataSource store)
    {
        await using var count = store.CreateCommand("SELECT count(*) FROM certification.mt_doc_cohortcertificate");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task<long> Waiting(Broker broker) => (await broker.ListAsync("queues/%2F", CancellationToken.None))
        .Where(queue => ((string?)queue["name"])!.StartsWith("certification", StringComparison.Ordinal)).Sum(queue => (long?)queue["messages"] ?? 0);

    private static long Peak(int pid) => 1024 * long.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
            await looks.WaitForNextTickAsync();
    }
}

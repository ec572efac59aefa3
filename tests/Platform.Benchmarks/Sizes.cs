using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tremplin.Cli.Demo;

namespace Tremplin.Platform.Benchmarks;

/// <summary>What a number of replicas takes in, and what it keeps, for whoever buys machines.</summary>
/// <param name="Accepted">Applications answered per second.</param>
/// <param name="Decided">Of these, per second, with their seat or place on a waitlist.</param>
/// <param name="Cost">Milliseconds of processor that each application takes in each service, in PostgreSQL and in RabbitMQ: it hardly depends on what else the machine does.</param>
/// <param name="Memory">Bytes of one process of each service (the largest), of PostgreSQL and of RabbitMQ, after the load.</param>
internal sealed record Size(double Accepted, double Decided, IReadOnlyDictionary<string, double> Cost, IReadOnlyDictionary<string, long> Memory);

/// <summary>What is stored for each learner who is brought to a certificate.</summary>
/// <param name="Events">Stored events, of all three services.</param>
/// <param name="Bytes">Bytes of database, indexes and ledgers included.</param>
internal sealed record Kept(double Events, double Bytes);

/// <inheritdoc cref="Size"/>
internal static class Sizes
{
    private static readonly string[] Databases = ["enrollment", "scheduling", "certification", "keys"];

    /// <summary>Clients that apply, shared out between the replicas; the clock stops when the last has its answer from Scheduling.</summary>
    public static async Task<Size> Of(Cli.Machine.Platform platform, int clients, TimeSpan time)
    {
        var apis = Enumerable.Range(0, platform.Enrollment.Count)
            .Select(replica => new Api((service, client) => platform.Client(service, client, replica))).ToList();
        var course = await Course.Open(apis[0], cohorts: (int)(time + Load.WarmUp).TotalSeconds * 45, seats: 20, from: 20_000_000);
        // The first ones warm everything up.
        await Task.WhenAll(apis.Select(api => Load.PerSecond(api, course, clients / apis.Count, Load.WarmUp)));
        var before = Times(platform);
        var clock = Stopwatch.StartNew();
        var accepted = (await Task.WhenAll(apis.Select(api => Load.PerSecond(api, course, clients / apis.Count, time)))).Sum();
        var sent = accepted * clock.Elapsed.TotalSeconds;
        await Load.Answered(apis[0]);
        var size = new Size(
            accepted, sent / clock.Elapsed.TotalSeconds,
            Times(platform).ToDictionary(t => t.Key, t => (t.Value - before[t.Key]) / sent, StringComparer.Ordinal),
            Programs(platform).ToDictionary(p => p.Key, p => p.Max(first => Tree(first).Sum(Memory)), StringComparer.Ordinal));
        apis.ForEach(api => api.Dispose());
        return size;
    }

    /// <summary>One cohort after another is brought to its certificates: what the databases grew by, for each learner.</summary>
    public static async Task<Kept> Kept(Cli.Machine.Platform platform, Api api, int cohorts, int seats, DateOnly day, int from)
    {
        var before = (await api.Records("Completed")).Count;
        var (events, bytes) = await Stored(platform);
        await Close(api, await Held(platform, api, cohorts, seats, day, from));
        while ((await api.Records("Completed")).Count < before + (cohorts * seats))
        {
            // Condition, not time.
        }

        var (all, grown) = await Stored(platform);
        return new((all - events) / (double)(cohorts * seats), (grown - bytes) / (double)(cohorts * seats));
    }

    /// <summary>Cohorts whose learners have attended their half-day, which is sealed.</summary>
    public static async Task<Course> Held(Cli.Machine.Platform platform, Api api, int cohorts, int seats, DateOnly day, int from)
    {
        platform.SetClock(new(day.AddDays(-14), new(8, 0), TimeSpan.Zero));
        var course = await Course.Open(api, cohorts, seats, on: day, from: from);
        await Load.Applications(api, course, clients: 32, cohorts * seats);
        platform.SetClock(new(day, new(8, 0), TimeSpan.Zero));
        await Each(course, async cohort =>
        {
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{Course.SessionOf(cohort)}/open-signing");
            foreach (var record in (await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&take=1000")).EnumerateArray())
                await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{Course.SessionOf(cohort)}/signatures", new { recordId = record.GetProperty("id").GetGuid() });
        });
        platform.SetClock(new(day, new(11, 31), TimeSpan.Zero));
        await Each(course, async cohort =>
        {
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{Course.SessionOf(cohort)}/countersignature");
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{Course.SessionOf(cohort)}/seal");
        });
        return course;
    }

    /// <summary>Closes the cohorts: their certificates are due.</summary>
    public static Task Close(Api api, Course course) => Each(course, cohort => Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close"));

    private static Task Each(Course course, Func<Guid, Task> act) =>
        Parallel.ForEachAsync(course.Cohorts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (cohort, _) => await act(cohort));

    /// <summary>All stored events, and the bytes of all databases.</summary>
    private static async Task<(long Events, long Bytes)> Stored(Cli.Machine.Platform platform)
    {
        var (events, bytes) = (0L, 0L);
        foreach (var database in Databases)
        {
            await using var store = NpgsqlDataSource.Create(platform.Servers.PostgresConnectionString(database) + ";Pooling=false");
            // What is dead and not yet vacuumed is no size to buy for.
            await using (var vacuum = store.CreateCommand("VACUUM"))
                await vacuum.ExecuteNonQueryAsync();
            bytes += (long)(await Scalar(store, "SELECT pg_database_size(current_database())"))!;
            if (database is not "keys")
                events += (long)(await Scalar(store, $"SELECT count(*) FROM {database}.mt_events WHERE type <> 'tombstone'"))!;
        }

        return (events, bytes);

        static async Task<object?> Scalar(NpgsqlDataSource store, string sql)
        {
            await using var query = store.CreateCommand(sql);
            return await query.ExecuteScalarAsync();
        }
    }

    /// <summary>The first process of each program, of all its replicas.</summary>
    private static ILookup<string, int> Programs(Cli.Machine.Platform platform) => platform.Services.Select(s => (Name: s.Service, s.Pid))
        .Concat(platform.Servers.Record.Processes.Select(p => (p.Name, p.Pid))).Where(p => p.Name is not "epmd").ToLookup(p => p.Name, p => p.Pid, StringComparer.Ordinal);

    private static Dictionary<string, double> Times(Cli.Machine.Platform platform) => Programs(platform).ToDictionary(p => p.Key, p => p.SelectMany(Tree).Sum(Time), StringComparer.Ordinal);

    /// <summary>A process and its descendants.</summary>
    private static IEnumerable<int> Tree(int pid) => (Read($"/proc/{pid}/task/{pid}/children") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(child => Tree(int.Parse(child, CultureInfo.InvariantCulture))).Prepend(pid);

    /// <summary>Milliseconds of processor of a process and of children that have ended; the kernel counts hundredths of a second.</summary>
    private static double Time(int pid) => Read($"/proc/{pid}/stat") is { } stat
        ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => 10.0 * long.Parse(ticks, CultureInfo.InvariantCulture)) : 0;

    /// <summary>The memory of a process: what several share is shared out between them.</summary>
    private static long Memory(int pid) => Read($"/proc/{pid}/smaps_rollup")?.Split('\n').First(l => l.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
        ? 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>A file of the kernel's; null when the process has ended.</summary>
    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

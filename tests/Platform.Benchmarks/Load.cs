using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Platform.Benchmarks;

/// <summary>Milliseconds of single applications.</summary>
internal sealed record Latency(double Median, double P95)
{
    public static Latency Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return new(sorted[sorted.Count / 2], sorted[sorted.Count * 95 / 100]);
    }
}

/// <summary>What a load showed.</summary>
internal sealed record Throughput(double AcceptedPerSecond, double SeatedPerSecond, double Median, double P95);

/// <summary>Applications as partners send them, through the door of Enrollment.</summary>
internal static class Load
{
    /// <summary>So long the runtime compiles again what is called often: until then an application costs half as much again.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(45);

    /// <summary>One after the other: the time until the record, read again and again, shows its seat.</summary>
    public static async Task<Latency> Alone(Api api, Course course, int applications)
    {
        var times = new List<double>();
        for (var i = -300; i < applications; i++)
        {
            var clock = Stopwatch.StartNew();
            var record = (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", course.Next())).GetProperty("id").GetGuid();
            while ((await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString() != "Confirmed")
            {
                // Asking again at once is the condition; an idle machine has nothing better to do.
            }

            // The first ones warm the services up: what is wanted is the time of one that has run for a while.
            if (i >= 0)
                times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return Latency.Of(times);
    }

    /// <summary>A steady load; the clock stops when the last accepted application has its seat.</summary>
    public static async Task<Throughput> Together(Api api, Course course, int clients, TimeSpan time)
    {
        await Send(api, course, clients, WarmUp);
        var clock = Stopwatch.StartNew();
        var sent = await Send(api, course, clients, time);
        var accepted = sent.Count / clock.Elapsed.TotalSeconds;
        await Answered(api);
        var seated = sent.Count / clock.Elapsed.TotalSeconds;
        var latency = Latency.Of(sent);
        return new(accepted, seated, latency.Median, latency.P95);
    }

    /// <summary>So many applications; returns when each has its answer from Scheduling.</summary>
    public static async Task Applications(Api api, Course course, int clients, int count)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (_, stop) =>
        {
            using var answer = await api.Enrollment.PostAsJsonAsync("applications", course.Next(), JsonSerializerOptions.Web, stop);
            answer.EnsureSuccessStatusCode();
        });
        await Answered(api);
    }

    /// <summary>Returns when no application waits for Scheduling. Asks a few times a second: each look reads every record.</summary>
    public static async Task Answered(Api api)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await Api.Send(api.Enrollment, HttpMethod.Get, "records?state=AwaitingSeat&take=1")).GetArrayLength() > 0)
            await look.WaitForNextTickAsync();
    }

    /// <summary>Clients that each send one after the other: applications answered per second.</summary>
    public static async Task<double> PerSecond(Api api, Course course, int clients, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var sent = await Send(api, course, clients, time);
        return sent.Count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<List<double>> Send(Api api, Course course, int clients, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            while (clock.Elapsed < time)
            {
                var start = clock.Elapsed;
                using var answer = await api.Enrollment.PostAsJsonAsync("applications", course.Next(), JsonSerializerOptions.Web);
                answer.EnsureSuccessStatusCode();
                mine.Add((clock.Elapsed - start).TotalMilliseconds);
            }

            return mine;
        })));
        return [.. times.SelectMany(t => t)];
    }
}

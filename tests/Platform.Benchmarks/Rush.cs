using System.Diagnostics;
using System.Net.Http.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Platform.Benchmarks;

/// <summary>Five hundred at once for a cohort of twenty seats.</summary>
internal static class Rush
{
    private const int People = 500;
    private static int _from = 5_000_000;

    /// <summary>Seconds until every record is final, from the first request or from the restart of Scheduling.</summary>
    public static async Task<double> Seconds(Cli.Machine.Platform platform, Api api, bool killed)
    {
        var cohort = (await Course.Open(api, cohorts: 1, seats: 20)).Cohorts[0];
        var from = _from += People;
        var clock = Stopwatch.StartNew();
        var applying = Task.WhenAll(Enumerable.Range(from, People).Select(async person =>
        {
            using var answer = await api.Enrollment.PostAsJsonAsync("applications", Course.Application(cohort, person));
            answer.EnsureSuccessStatusCode();
        }));
        if (killed)
        {
            while ((await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{cohort}")).GetProperty("waiting").GetInt32() < 50)
            {
                // Condition, not time.
            }

            await platform.Scheduling[0].KillAsync();
            clock.Restart();
            platform.Scheduling[0].StartAgain();
        }

        await applying;
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var final = 0; final < People; await looks.WaitForNextTickAsync())
        {
            var records = await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&take=1000");
            final = records.EnumerateArray().Count(r => r.GetProperty("state").GetString() is "Confirmed" or "Waitlisted");
        }

        return clock.Elapsed.TotalSeconds;
    }
}

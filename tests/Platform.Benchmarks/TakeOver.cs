using System.Diagnostics;
using Tremplin.Cli.Machine;

namespace Tremplin.Platform.Benchmarks;

/// <summary>How long a service is without a leader when the one that leads is killed.</summary>
internal static class TakeOver
{
    public static async Task<double> Seconds(IReadOnlyList<ServiceProcess> replicas)
    {
        using var http = new HttpClient();
        ServiceProcess? leader = null;
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (leader is null && await looks.WaitForNextTickAsync())
        {
            foreach (var replica in replicas)
                leader = await Leads(http, replica) ? replica : leader;
        }

        var clock = Stopwatch.StartNew();
        await leader!.KillAsync();
        var other = replicas.Single(r => r != leader);
        while (!await Leads(http, other))
            await looks.WaitForNextTickAsync();
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<bool> Leads(HttpClient http, ServiceProcess replica)
    {
        using var answer = await http.GetAsync(new Uri(replica.Url, "health/leader"));
        return answer.IsSuccessStatusCode;
    }
}

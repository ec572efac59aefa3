using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Deployment;

/// <summary>Every service is restarted, one container after another, while people apply.</summary>
public sealed class RollingRestart(Deployed deployed)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Fails_no_request_beyond_retries_and_loses_nothing(int replicas)
    {
        var (containers, api) = (deployed.Containers, deployed.Api);
        await containers.UpAsync(default, "--no-recreate", "--scale", $"enrollment={replicas}", "--scale", $"scheduling={replicas}", "--scale", $"certification={replicas}");
        var course = await Course.Open(api, cohorts: 4, seats: 5, from: 400_000 + (replicas * 10_000));
        using var enough = new CancellationTokenSource();
        var accepted = new ConcurrentDictionary<Guid, int>();
        var tries = 0;
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var body = course.Next();
                Guid? record = null;
                // A client that gets no answer, or is told to come again, asks again; that is what ids are for.
                await Story.Until(async () =>
                {
                    Interlocked.Increment(ref tries);
                    record = await Accepted(api, body);
                    return record is not null;
                }, "the application is accepted");
                accepted.AddOrUpdate(record!.Value, 1, (_, times) => times + 1);
            }
        })).ToList();

        var all = await containers.Inspect();
        foreach (var service in (string[])["identity", "enrollment", "scheduling", "certification", "portal", "gateway"])
        {
            foreach (var one in all[service])
            {
                var name = one.GetProperty("Id").GetString()!;
                await containers.RunAsync(default, "restart", "--time", "35", name);
                // The next goes when this one is back.
                await Story.Until(async () => (await containers.RunAsync(default, "inspect", "--format", "{{.State.Health.Status}}", name)).Trim() == "healthy", $"{service} is healthy again");
            }
        }

        await enough.CancelAsync();
        await Task.WhenAll(load);
        accepted.Count.Should().BeGreaterThan(20);
        accepted.Values.Should().OnlyContain(times => times == 1, "nobody's application became somebody else's");
        var found = 0;
        foreach (var cohort in course.Cohorts)
        {
            await Story.Until(async () => !(await api.States(cohort)).ContainsKey("AwaitingSeat"), "every record is final");
            var states = await api.States(cohort);
            states.GetValueOrDefault("Confirmed").Should().Be(5, "{0}", string.Join(", ", states));
            found += states.Values.Sum();
        }
        found.Should().Be(accepted.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted.Count} applications, {tries - accepted.Count} tries more than that");
        await containers.UpAsync(default, "--no-recreate", "--scale", "enrollment=1", "--scale", "scheduling=1", "--scale", "certification=1");
    }

    private static async Task<Guid?> Accepted(Api api, object body)
    {
        try
        {
            using var answer = await api.Enrollment.PostAsJsonAsync("applications", body);
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
            ((int)answer.StatusCode).Should().BeOneOf([401, 429, 500, 502, 503, 504], "nothing else says to try again");
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            return null;
        }
    }
}

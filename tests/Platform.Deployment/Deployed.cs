using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Deployment;

[assembly: AssemblyFixture(typeof(Deployed))]
// One platform, which the stories stop, scale and break: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Tremplin.Deployment;

/// <summary>The platform of <c>docker-compose.yml</c>, started as an operator starts it. Without an engine every story is passed over, and says so.</summary>
[SuppressMessage("Usage", "xUnit1041", Justification = "Used as an assembly fixture.")]
public sealed class Deployed : IAsyncLifetime
{
    /// <summary>The simulated time at which every story starts.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private Containers? _containers;
    private Api? _api;

    internal Containers Containers
    {
        get
        {
            Assert.SkipWhen(_containers is null, "No Docker engine answers.");
            return _containers!;
        }
    }

    internal Api Api => Containers is null ? throw new UnreachableException() : _api!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!await DockerServers.EngineAnswersAsync(TestContext.Current.CancellationToken))
            return;
        _containers = await Containers.StartAsync(
            $"tremplin-test-{Guid.NewGuid():N}"[..22], line => TestContext.Current.SendDiagnosticMessage(line), Start, stop: TestContext.Current.CancellationToken);
        _api = new(_containers.Client);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_containers is not null)
            await _containers.DisposeAsync();
    }
}

/// <summary>What every story needs.</summary>
internal static class Story
{
    /// <summary>Waits for a condition, never for time; gives up after two minutes.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            if (waiting.Elapsed > TimeSpan.FromMinutes(2))
                throw new TimeoutException($"Never came true: {what}");
            await looks.WaitForNextTickAsync();
        }
    }

    /// <summary>The containers that run, or ran, as <c>docker inspect</c> has them, by service.</summary>
    public static async Task<ILookup<string, JsonElement>> Inspect(this Containers containers)
    {
        var ids = (await containers.ComposeAsync(default, "ps", "--all", "--quiet")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return JsonDocument.Parse(await containers.RunAsync(default, ["inspect", .. ids])).RootElement.EnumerateArray()
            .ToLookup(one => one.GetProperty("Config").GetProperty("Labels").GetProperty("com.docker.compose.service").GetString()!, StringComparer.Ordinal);
    }

    /// <summary>How many records of a cohort are in each state.</summary>
    public static async Task<Dictionary<string, int>> States(this Api api, Guid cohort)
    {
        var states = new List<string>();
        for (var after = Guid.Empty; ;)
        {
            var page = (await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&take=1000&after={after}")).EnumerateArray().ToList();
            states.AddRange(page.Select(r => r.GetProperty("state").GetString()!));
            if (page.Count < 1000)
                return states.CountBy(state => state).ToDictionary();
            after = page[^1].GetProperty("id").GetGuid();
        }
    }

    public static async Task<Guid> Apply(this Api api, Guid cohort, int person) =>
        (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, person))).GetProperty("id").GetGuid();

    public static async Task<string> State(this Api api, Guid record) =>
        (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString()!;
}

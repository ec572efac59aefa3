using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

// Platforms that the stories stop, scale and break: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Tremplin.Deployment;

/// <summary>The platform of <c>docker-compose.yml</c>, started as an operator starts it. Without an engine every story is passed over, and says so.</summary>
[CollectionDefinition]
public sealed class Deployed : IAsyncLifetime, ICollectionFixture<Deployed>
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

    /// <summary>A platform for one story, with a Compose file beside <c>docker-compose.yml</c>; passed over where no engine answers.</summary>
    public static async Task<Containers> Apart(string overlay, IReadOnlyDictionary<string, string>? settings = null)
    {
        Assert.SkipUnless(await DockerServers.EngineAnswersAsync(TestContext.Current.CancellationToken), "No Docker engine answers.");
        return await Containers.StartAsync(
            $"tremplin-test-{Guid.NewGuid():N}"[..22], line => TestContext.Current.SendDiagnosticMessage(line), settings: settings, overlays: [overlay], stop: TestContext.Current.CancellationToken);
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

/// <summary>People who apply, four at a time. Who gets no answer, or is told to come again, asks again; that is what ids are for.</summary>
internal sealed class Applicants
{
    private const int Seats = 5;

    private readonly Api _api;
    private readonly Course _course;
    private readonly ConcurrentDictionary<Guid, int> _accepted = new();
    private readonly List<Task> _people;
    private volatile bool _enough;
    private int _tries;

    private Applicants(Api api, Course course)
    {
        (_api, _course) = (api, course);
        _people = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(Apply))];
    }

    /// <summary>Opens four cohorts, for which they apply from now on; the number of the first tells them from others.</summary>
    public static async Task<Applicants> Start(Api api, int from) => new(api, await Course.Open(api, cohorts: 4, seats: Seats, from: from));

    /// <summary>Returns when so many more have been accepted.</summary>
    public async Task More(int applications, string what)
    {
        var wanted = _accepted.Count + applications;
        await Story.Until(() => Task.FromResult(_accepted.Count >= wanted || _people.Exists(p => p.IsFaulted)), what);
        await Task.WhenAll(_people.Where(p => p.IsFaulted));
    }

    /// <summary>Nobody applies any more: whoever was accepted has one record, which is final, and every seat is taken.</summary>
    public async Task AllAreThere()
    {
        _enough = true;
        await Task.WhenAll(_people);
        _accepted.Count.Should().BeGreaterThan(20);
        _accepted.Values.Should().OnlyContain(times => times == 1, "nobody's application became somebody else's");
        var found = 0;
        foreach (var cohort in _course.Cohorts)
        {
            await Story.Until(async () => !(await _api.States(cohort)).ContainsKey("AwaitingSeat"), "every record is final");
            var states = await _api.States(cohort);
            states.GetValueOrDefault("Confirmed").Should().Be(Seats, "{0}", string.Join(", ", states));
            found += states.Values.Sum();
        }
        found.Should().Be(_accepted.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_accepted.Count} applications, {_tries - _accepted.Count} tries more than that");
    }

    private async Task Apply()
    {
        while (!_enough)
        {
            var body = _course.Next();
            Guid? record = null;
            await Story.Until(async () =>
            {
                Interlocked.Increment(ref _tries);
                record = await Accepted(body);
                return record is not null;
            }, "the application is accepted");
            _accepted.AddOrUpdate(record!.Value, 1, (_, times) => times + 1);
        }
    }

    private async Task<Guid?> Accepted(object body)
    {
        try
        {
            using var answer = await _api.Enrollment.PostAsJsonAsync("applications", body);
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

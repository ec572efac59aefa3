using System.Diagnostics.CodeAnalysis;
using Tremplin.Cli.Demo;
using Tremplin.Scenarios;

[assembly: AssemblyFixture(typeof(OnePlatform))]
// Two cores: one story at a time. Faults are injected into what the others use, and undone.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Tremplin.Scenarios;

/// <summary>Real PostgreSQL, RabbitMQ and services, shared by the stories; each story uses cohorts and people of its own.</summary>
[SuppressMessage("Usage", "xUnit1041", Justification = "Used as an assembly fixture.")]
public sealed class OnePlatform : IAsyncLifetime
{
    /// <summary>The simulated time at which every story starts.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private Cli.Machine.Platform? _platform;
    private Api? _api;

    /// <summary>The running platform.</summary>
    public Cli.Machine.Platform Platform => _platform!;

    internal Api Api => _api!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Patches are written before anything can run on them.
        if (!Patches.Approving)
            (_platform, _api) = await Begin(replicas: 1);
    }

    internal static async Task<(Cli.Machine.Platform, Api)> Begin(int replicas, IReadOnlyDictionary<string, string>? settings = null, TimeSpan clocksApart = default)
    {
        var folder = Directory.CreateTempSubdirectory("tremplin-test-").FullName;
        var platform = await Cli.Machine.Platform.StartAsync(
            new(folder, replicas, SimulatedClock: true, Settings: settings, ClocksApart: clocksApart), line => TestContext.Current.SendDiagnosticMessage(line), TestContext.Current.CancellationToken);
        platform.SetClock(Start);
        return (platform, new Api(platform));
    }

    /// <summary>Holds the half-day of a cohort, which these attend, and closes it; back at the beginning of time it answers their certificates.</summary>
    internal async Task<IReadOnlyList<Guid>> Certified(Guid cohort, DateOnly on, params IReadOnlyList<Guid> records)
    {
        await Api.Answered(cohort, records.Count);
        var session = $"sessions/{Course.SessionOf(cohort)}";
        Platform.SetClock(new(on, new(8, 0), TimeSpan.Zero));
        await Cli.Demo.Api.Send(Api.Scheduling, HttpMethod.Post, $"{session}/open-signing");
        foreach (var record in records)
            await Cli.Demo.Api.Send(Api.Scheduling, HttpMethod.Post, $"{session}/signatures", new { recordId = record });
        Platform.SetClock(new(on, new(11, 31), TimeSpan.Zero));
        await Cli.Demo.Api.Send(Api.Scheduling, HttpMethod.Post, $"{session}/countersignature");
        await Cli.Demo.Api.Send(Api.Scheduling, HttpMethod.Post, $"{session}/seal");
        await Cli.Demo.Api.Send(Api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        var certificates = new List<Guid>();
        foreach (var record in records)
        {
            await Story.Until(
                async () => (await Cli.Demo.Api.Send(Api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString() == "Completed", "the record is completed");
            certificates.Add((await Cli.Demo.Api.Send(Api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("certificateId").GetGuid());
        }

        Platform.SetClock(Start);
        return certificates;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_platform is not null)
            await _platform.DisposeAsync();
    }
}

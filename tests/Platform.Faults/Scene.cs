using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Faults;
using Tremplin.Scenarios;

[assembly: AssemblyFixture(typeof(Scene))]
// One fault at a time, on one platform.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Tremplin.Faults;

/// <summary>The platform on which every fault is played: two replicas of each service, each with a line of its own to either server.</summary>
[SuppressMessage("Usage", "xUnit1041", Justification = "Used as an assembly fixture.")]
public sealed class Scene : IAsyncLifetime
{
    // By Linux's numbers.
    private const int Stop = 19, GoOn = 18;

    private static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentDictionary<(string Service, int Replica, int Port), Line> _lines = [];
    private Platform? _platform;
    private Api? _api;
    private Heard? _heard;

    /// <summary>The running platform.</summary>
    public Platform Platform => _platform!;

    internal Api Api => _api!;

    internal Heard Heard => _heard!;

    /// <summary>An HTTP client for each replica of Enrollment; who gets no answer within five seconds asks again.</summary>
    internal IReadOnlyList<HttpClient> Doors { get; private set; } = [];

    /// <summary>The simulated time.</summary>
    internal DateTimeOffset Now { get; private set; } = Start;

    internal Disk? Disk { get; private set; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Their processes are what is killed and frozen here.
        foreach (var (name, value) in new Dictionary<string, string?> { ["TREMPLIN_SERVERS"] = "private", ["TREMPLIN_POSTGRES"] = null, ["TREMPLIN_RABBITMQ"] = null })
            Environment.SetEnvironmentVariable(name, value);
        if (!Disk.Possible)
            TestContext.Current.SendDiagnosticMessage("No disk can be mounted here: postgres-disk-full is passed over.");
        var folder = Directory.CreateTempSubdirectory("tremplin-faults-").FullName;
        PrivateFile.FolderToPass(Path.Combine(folder, "servers"));
        Disk = await Disk.Of(Path.Combine(folder, "servers", "postgres"));
        _platform = await Platform.StartAsync(
            new(folder, Replicas: 2, SimulatedClock: true, Through: (service, replica, port) => _lines.GetOrAdd((service, replica, port), key => new(key.Port)).Port),
            line => TestContext.Current.SendDiagnosticMessage(line), TestContext.Current.CancellationToken);
        SetClock(Start);
        _api = new(_platform);
        Doors = [.. _platform.Enrollment.Select(e => _platform.Client("Enrollment", "platform", e.Replica))];
        foreach (var door in Doors)
            door.Timeout = TimeSpan.FromSeconds(5);
        _heard = await Heard.Of(_platform);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        foreach (var door in Doors)
            door.Dispose();
        if (_platform is not null)
            await _platform.DisposeAsync();
        foreach (var line in _lines.Values)
            await line.DisposeAsync();
        if (Disk is not null)
            await Disk.DisposeAsync();
    }

    internal void SetClock(DateTimeOffset now) => Platform.SetClock(Now = now);

    /// <summary>The lines to PostgreSQL: of a service, of one of its replicas, or all.</summary>
    internal IReadOnlyList<Line> ToPostgres(string? service = null, int? replica = null) =>
        Lines(new Npgsql.NpgsqlConnectionStringBuilder(Platform.Servers.PostgresConnectionString("postgres")).Port, service, replica);

    /// <summary>The lines to RabbitMQ: of a service, of one of its replicas, or all.</summary>
    internal IReadOnlyList<Line> ToRabbitMq(string? service = null, int? replica = null) => Lines(Platform.Servers.RabbitMq.Port, service, replica);

    internal IReadOnlyList<ServiceProcess> Replicas(string service) => [.. Platform.Services.Where(s => s.Service == service)];

    /// <summary>Those of a service that say that they lead. Who does not answer does not lead.</summary>
    internal async Task<List<ServiceProcess>> Leaders(string service)
    {
        var leading = new List<ServiceProcess>();
        foreach (var replica in Replicas(service))
        {
            if (await Answers(new Uri(replica.Url, "health/leader")))
                leading.Add(replica);
        }

        return leading;
    }

    internal async Task<ServiceProcess> Leader(string service)
    {
        await Story.Until(async () => await Leaders(service) is [_], $"one {service} leads");
        return (await Leaders(service))[0];
    }

    internal async Task<ServiceProcess> Follower(string service)
    {
        var leader = await Leader(service);
        return Replicas(service).Single(r => r != leader);
    }

    /// <summary>Returns when another replica of the service leads, and only that one.</summary>
    internal Task TakenOver(ServiceProcess from) => Story.Until(
        async () => await Leaders(from.Service) is [var leader] && leader != from, $"another {from.Service} leads");

    /// <summary>Whether every replica is ready, and one of each service leads.</summary>
    internal async Task<bool> Healthy()
    {
        foreach (var replica in Platform.Services.Where(s => s.Service != "Portal"))
        {
            if (!await Answers(new Uri(replica.Url, "health/ready")))
                return false;
        }

        foreach (var service in Checks.Services)
        {
            if (await Leaders(service) is not [_])
                return false;
        }

        return await Answers(new Uri(Platform.Portal.Url, "health/ready"));
    }

    internal static void Freeze(LocalProcess process) => Signals.Send(-process.Pid, Stop);

    internal static void Thaw(LocalProcess process) => Signals.Send(-process.Pid, GoOn);

    /// <summary>The process of <c>postgres</c> or <c>rabbitmq</c>.</summary>
    internal LocalProcess Server(string name) => Platform.Servers.Record.Processes.Single(p => p.Name == name);

    /// <summary>Runs rabbitmqctl as the broker itself would.</summary>
    internal async Task RabbitMqCtl(params string[] arguments)
    {
        var broker = Server("rabbitmq");
        var environment = await File.ReadAllTextAsync($"/proc/{broker.Pid}/environ");
        await DebianPackage.RunAsync(DebianPackage.RunsAs("rabbitmq"),
            ["env", "-i", .. environment.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(v => !v.StartsWith("RABBITMQ_SERVER", StringComparison.Ordinal)),
             DebianPackage.Newest("rabbitmq-server", "/usr/lib/rabbitmq/lib", "rabbitmq_server-*", "sbin/rabbitmqctl"), .. arguments]);
    }

    /// <summary>The length of a fault is part of it, so this does wait for time.</summary>
    internal static Task For(double seconds)
    {
        var begun = Stopwatch.StartNew();
        return Story.Until(() => Task.FromResult(begun.Elapsed.TotalSeconds >= seconds), "the time is over");
    }

    private static async Task<bool> Answers(Uri url)
    {
        try
        {
            using var answer = await Http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private List<Line> Lines(int port, string? service, int? replica) =>
        [.. _lines.Where(l => l.Key.Port == port && l.Key.Service == (service ?? l.Key.Service) && l.Key.Replica == (replica ?? l.Key.Replica)).Select(l => l.Value)];
}

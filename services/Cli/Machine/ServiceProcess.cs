using System.Diagnostics;
using System.Net;

namespace Tremplin.Cli.Machine;

/// <summary>One replica of a service, as a process of this machine. It keeps its address over a restart.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private Launch launch;

    private ServiceProcess(string service, int replica, Uri url, Launch launch)
    {
        Service = service;
        Replica = replica;
        Url = url;
        this.launch = launch;
        Process = LocalProcess.Start(launch);
    }

    /// <summary>The service's name, for example <c>Enrollment</c>.</summary>
    public string Service { get; }

    /// <summary>Which replica of the service it is, from 0.</summary>
    public int Replica { get; }

    /// <summary>Its address (http, on 127.0.0.1).</summary>
    public Uri Url { get; }

    /// <summary>The process that runs now, or ran last.</summary>
    public LocalProcess Process { get; private set; }

    /// <summary>The id of that process.</summary>
    public int Pid => Process.Pid;

    /// <summary>Its resident memory in bytes; 0 when it does not run.</summary>
    public long ResidentBytes => Process.ResidentBytes;

    /// <summary>Starts a replica, and returns when <c>GET /health/ready</c> gives 200.</summary>
    /// <param name="service">The service's name, for example <c>Enrollment</c>; it must be built.</param>
    /// <param name="replica">Which replica it is, from 0.</param>
    /// <param name="url">Its address: http, on 127.0.0.1, with a free port.</param>
    /// <param name="folder">Its output is appended to <c>logs/&lt;service&gt;-&lt;replica&gt;.log</c> in here.</param>
    /// <param name="environment">Its environment, besides this process's own.</param>
    /// <param name="outlivesUs">True to let it run on when this process ends.</param>
    /// <param name="stop">Gives up waiting, and ends it.</param>
    /// <exception cref="InvalidOperationException">It is not built, ended early or was not ready in time; the message holds the end of its log.</exception>
    public static async Task<ServiceProcess> StartAsync(string service, int replica, Uri url, string folder,
        IReadOnlyDictionary<string, string> environment, bool outlivesUs = false, CancellationToken stop = default)
    {
        var built = SourceTree.Published(service);
        var program = Path.Combine(built, $"Tremplin.{service}.dll");
        if (!File.Exists(program))
            throw new InvalidOperationException($"{program} is lacking: build Platform.sln first.");
#pragma warning disable CA1308 // File names are in lower case here.
        var name = $"{service.ToLowerInvariant()}-{replica}";
#pragma warning restore CA1308
        var process = new ServiceProcess(service, replica, url, new Launch(name, Path.Combine(folder, "logs", $"{name}.log"),
            // A shell would drop a variable with dots in its name.
            ["env", "Logging__LogLevel__Microsoft.Hosting.Lifetime=Information", "dotnet", program])
        {
            WorkingFolder = built,
            EndsWithUs = !outlivesUs,
            Environment = new Dictionary<string, string>(environment, StringComparer.Ordinal)
            {
                ["TREMPLIN_FOLDER"] = folder,
                ["Urls"] = url.ToString().TrimEnd('/'),
                ["Logging__LogLevel__Default"] = "Warning",
                ["DOTNET_gcServer"] = "0",
                ["DOTNET_GCConserveMemory"] = "5",
                // Twice what the runtime takes: half the collections, for 16 MB.
                ["DOTNET_GCgen0size"] = "0x2000000",
                // A killed runtime would leave its diagnostic sockets in the temporary folder.
                ["DOTNET_EnableDiagnostics"] = outlivesUs ? "1" : "0",
            },
        });
        await process.ReadyAsync(stop);
        return process;
    }

    /// <summary>Ends it with SIGKILL, and returns when it has gone.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>Ends it with SIGTERM, or with SIGKILL when it takes more than 30 seconds.</summary>
    public Task StopAsync() => Process.EndAsync(TimeSpan.FromSeconds(30));

    /// <summary>Gives it a setting, from its next start on.</summary>
    public void Set(string name, string value) =>
        launch = launch with { Environment = new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal) { [name] = value } };

    /// <summary>Starts it again at the same address, after stopping it if it runs, and returns when it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended early or was not ready in time; the message holds the end of its log.</exception>
    public async Task RestartAsync(CancellationToken stop = default)
    {
        await StopAsync();
        StartAgain();
        await ReadyAsync(stop);
    }

    /// <summary>Starts it again at the same address after it has gone, without waiting: it may not get ready before something else does.</summary>
    public void StartAgain() => Process = LocalProcess.Start(launch);

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>True when <c>GET /health/ready</c> gives 200.</summary>
    internal static async Task<bool> IsReadyAsync(Uri url, CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url, "health/ready"), stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ReadyAsync(CancellationToken stop)
    {
        try
        {
            for (var clock = Stopwatch.StartNew(); !await IsReadyAsync(Url, stop); await Task.Delay(100, stop))
            {
                if (!Process.Alive)
                    throw new InvalidOperationException($"{Process.Name} ended while starting. The end of {Process.Log}:\n{Process.LogTail()}");
                if (clock.Elapsed > TimeSpan.FromSeconds(90))
                    throw new InvalidOperationException($"{Process.Name} was not ready within 90 s. The end of {Process.Log}:\n{Process.LogTail()}");
            }
        }
        catch
        {
            await KillAsync();
            throw;
        }
    }
}

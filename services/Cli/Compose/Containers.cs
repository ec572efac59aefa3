using System.Diagnostics;
using System.Globalization;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Compose;

/// <summary>
/// The platform of <c>docker-compose.yml</c>, as a project of its own on free ports of 127.0.0.1. It is reached through its
/// published ports alone. Disposing removes containers, networks and volumes; images stay.
/// </summary>
internal sealed class Containers : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tremplin-compose-").FullName;
    private readonly Dictionary<string, string> environment;
    private readonly List<string> files;

    private Containers(string project, IReadOnlyDictionary<string, string>? settings, IEnumerable<string>? overlays)
    {
        Project = project;
        files = ["docker-compose.yml", .. overlays ?? []];
        environment = new(settings ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["COMPOSE_PROJECT_NAME"] = project,
            ["TREMPLIN_HTTP_PORT"] = $"{Http}",
            ["TREMPLIN_AMQP_PORT"] = $"{Amqp}",
            ["TREMPLIN_CLOCK"] = folder,
        };
        // The services run as another user.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>The name of the Compose project.</summary>
    public string Project { get; }

    /// <summary>The published port of the gateway.</summary>
    public int Http { get; } = Ports.Take(0);

    /// <summary>The published port of the broker.</summary>
    public int Amqp { get; } = Ports.Take(0);

    /// <summary>The gateway's address.</summary>
    public Uri Url => new($"http://127.0.0.1:{Http}/");

    /// <summary>The file of the clients that Identity knows, with their secrets; gone with this.</summary>
    public string ClientsFile => Path.Combine(folder, "clients.json");

    /// <summary>The address of a service, at the gateway.</summary>
#pragma warning disable CA1308 // Paths are in lower case.
    public Uri Address(string service) => service is "Portal" ? Url : new(Url, service.ToLowerInvariant() + "/");
#pragma warning restore CA1308

    /// <summary>Builds the images where they are lacking, starts everything, and returns when it is healthy.</summary>
    /// <param name="project">The name of the Compose project.</param>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="clock">The time that the services shall take for now; null: the machine's.</param>
    /// <param name="settings">What <c>docker-compose.yml</c> is told besides.</param>
    /// <param name="first">What is done before it starts, such as a restore.</param>
    /// <param name="overlays">Compose files beside <c>docker-compose.yml</c>.</param>
    /// <param name="stop">Gives up, and removes what was started.</param>
    /// <exception cref="InvalidOperationException">It is not healthy within three minutes; the message says what is not. Nothing is left running.</exception>
    public static async Task<Containers> StartAsync(
        string project, Action<string> say, DateTimeOffset? clock = null, IReadOnlyDictionary<string, string>? settings = null,
        Func<Containers, Task>? first = null, IEnumerable<string>? overlays = null, CancellationToken stop = default)
    {
        var containers = new Containers(project, settings, overlays);
        try
        {
            say("Images are built where they are lacking; the first time takes minutes");
            await containers.ComposeAsync(stop, "build", "--quiet");
            await (first?.Invoke(containers) ?? Task.CompletedTask);
            say("Containers start: PostgreSQL, RabbitMQ, five services and the gateway");
            if (clock is { } now)
                await containers.SimulateAsync(now, stop);
            else
                await containers.UpAsync(stop);
            // As an operator hands them out.
            PrivateFile.Write(containers.ClientsFile, await containers.ComposeAsync(stop, "run", "--rm", "-T", "--entrypoint", "cat", "tools", "/platform/secrets/clients.json"));
            return containers;
        }
        catch
        {
            await containers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what does not run, and returns when all is healthy.</summary>
    public Task UpAsync(CancellationToken stop, params string[] more) => ComposeAsync(stop, ["up", "--detach", "--wait", "--wait-timeout", "180", .. more]);

    /// <summary>From now on a file tells the services the time.</summary>
    public async Task SimulateAsync(DateTimeOffset now, CancellationToken stop)
    {
        SetClock(now);
        files.Add(Path.Combine("deploy", "compose.demo.yml"));
        await UpAsync(stop);
    }

    /// <summary>Tells the services the time, in one step.</summary>
    public void SetClock(DateTimeOffset now)
    {
        var file = Path.Combine(folder, "now");
        PrivateFile.Write(file, now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
    }

    /// <summary>An HTTP client for a service, through the gateway, with the access token of a client that Identity knows.</summary>
    public HttpClient Client(string service, string clientId) => new(new ClientCredentials(Url, ClientsFile, clientId)) { BaseAddress = Address(service) };

    /// <summary>What a verb prints that runs beside the services, as an operator runs it.</summary>
    public Task<string> ToolAsync(CancellationToken stop, params string[] verb) => ComposeAsync(stop, ["run", "--rm", "-T", "tools", .. verb]);

    /// <summary>What <c>docker compose</c> prints for this project.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public Task<string> ComposeAsync(CancellationToken stop, params string[] arguments) =>
        RunAsync(stop, ["compose", .. files.SelectMany(file => (string[])["-f", file]), .. arguments]);

    /// <summary>What <c>docker</c> prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public async Task<string> RunAsync(CancellationToken stop, params string[] arguments)
    {
        var (code, output, errors) = await TryAsync(stop, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"docker {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }

    /// <summary>The exit code of <c>docker</c>, and what it prints.</summary>
    public async Task<(int Code, string Output, string Errors)> TryAsync(CancellationToken stop, params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = SourceTree.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var docker = Process.Start(start)!;
        docker.StandardInput.Close();
        var output = docker.StandardOutput.ReadToEndAsync(stop);
        var errors = docker.StandardError.ReadToEndAsync(stop);
        try
        {
            await docker.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            docker.Kill(entireProcessTree: true);
            throw;
        }
        return (docker.ExitCode, await output, await errors);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await TryAsync(CancellationToken.None, ["compose", .. files.SelectMany(file => (string[])["-f", file]), "--profile", "*", "down", "--volumes", "--timeout", "40"]);
        Directory.Delete(folder, recursive: true);
    }
}

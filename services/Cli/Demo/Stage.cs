using System.Globalization;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Demo;

/// <summary>The platform that the demo is played on: containers where a Docker engine answers, otherwise processes of this machine.</summary>
/// <param name="Platform">Ends it.</param>
/// <param name="TellTime">Tells the services the time.</param>
/// <param name="Client">A client for a service, with the token of a client that Identity knows.</param>
/// <param name="Address">Where a service is reached.</param>
/// <param name="Token">The command that prints an auditor's token.</param>
/// <param name="ClientsFile">The file with the clients' secrets.</param>
/// <param name="Memory">How much memory the services hold.</param>
internal sealed record Stage(
    IAsyncDisposable Platform, Action<DateTimeOffset> TellTime, Func<string, string, HttpClient> Client, Func<string, Uri> Address, string Token, string ClientsFile,
    Func<Task<string>> Memory) : IAsyncDisposable
{
    private static readonly string[] Services = ["identity", "enrollment", "scheduling", "certification", "portal"];

    /// <summary>Starts it. <c>TREMPLIN_SERVERS=private</c> and given servers pass Docker over.</summary>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<Stage> SetAsync(Action<string> say, CancellationToken stop)
    {
        if (await Servers.MayBeContainersAsync(stop))
        {
            try
            {
                return Of(await Containers.StartAsync($"tremplin-demo-{Environment.ProcessId}", say, Season.Opens, stop: stop));
            }
            catch (InvalidOperationException e)
            {
                say($"Docker answers, but its containers could not be had: processes of this machine instead. {e.Message}");
            }
        }

        var folder = Directory.CreateTempSubdirectory("tremplin-demo-").FullName;
        var platform = await Machine.Platform.StartAsync(new(folder, SimulatedClock: true), say, stop);
        platform.Record();
        return Of(platform);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    private static Stage Of(Containers containers) => new(
        containers, containers.SetClock, containers.Client, containers.Address, $"docker compose -p {containers.Project} run --rm tools token auditor", containers.ClientsFile,
        async () => Megabytes((await containers.RunAsync(CancellationToken.None, ["stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}"]))
            .Split('\n').Where(line => Services.Any(service => line.StartsWith($"{containers.Project}-{service}-", StringComparison.Ordinal))).Sum(line => Bytes(line.Split(' ')[1]))));

    private static Stage Of(Platform platform) => new(
        platform, platform.SetClock, (service, clientId) => platform.Client(service, clientId), service => platform.Services.First(one => one.Service == service).Url,
        $"TREMPLIN_HOME={platform.Folder} ./platform token auditor", Machine.Platform.ClientsFile(platform.Folder),
        () => Task.FromResult(Megabytes(platform.Services.Sum(s => s.ResidentBytes))));

    // As Docker writes it: 81.3MiB.
    private static double Bytes(string text) => double.Parse(text[..^3], CultureInfo.InvariantCulture) * (text[^3..] is "GiB" ? 1 << 30 : 1 << 20);

    private static string Megabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB");
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tremplin.Cli.Machine;

/// <summary>A platform that runs by itself, as <c>state.json</c> in its folder records it.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Servers">PostgreSQL and RabbitMQ.</param>
/// <param name="Postgres">A connection string of the database server, with its password.</param>
/// <param name="RabbitMq">The broker's address, with its password.</param>
/// <param name="Management">The broker's management pages, when known.</param>
/// <param name="Replicas">Every replica of every service.</param>
/// <param name="Outside">Where those outside reach it; null where that is where we do.</param>
public sealed record PlatformState(
    string Folder, ServersRecord Servers, string Postgres, Uri RabbitMq, Uri? Management, IReadOnlyList<ReplicaState> Replicas, Outside? Outside = null)
{
    /// <summary>The folder of this user's platform: <c>TREMPLIN_HOME</c>, or <c>/var/tmp/tremplin-&lt;user id&gt;</c>.</summary>
    public static string Home { get; } = Path.GetFullPath(
        Environment.GetEnvironmentVariable("TREMPLIN_HOME") is { Length: > 0 } set ? set : $"/var/tmp/tremplin-{LocalProcess.UserId}");

    /// <summary>Reads the record of a folder; null when there is none.</summary>
    public static PlatformState? In(string folder) =>
        File.Exists(FileIn(folder)) ? JsonSerializer.Deserialize<PlatformState>(File.ReadAllText(FileIn(folder))) : null;

    /// <summary>False after <see cref="EndAsync"/>: then this only tells where the data is.</summary>
    [JsonIgnore]
    public bool Started => Replicas.Count > 0;

    /// <summary>Whether containers of <c>docker-compose.yml</c> are the platform, and this runs beside them.</summary>
    [JsonIgnore]
    public bool InContainers => Servers.How is "compose";

    /// <summary>The address of Identity.</summary>
    /// <exception cref="InvalidOperationException">The platform is not started.</exception>
    [JsonIgnore]
    public Uri Authority => Replicas.FirstOrDefault(replica => replica.Service is "Identity")?.Url
        ?? throw new InvalidOperationException($"No platform is up in {Folder}.");

    /// <summary>An HTTP client for a service, with the access token of one of the clients that Identity knows. The caller disposes of it.</summary>
    public HttpClient Client(string service, string clientId) =>
        new(new ClientCredentials(Authority, Platform.ClientsFile(Folder), clientId)) { BaseAddress = Replicas.First(replica => replica.Service == service).Url };

    /// <summary>Ends the services, then the servers. Data stays.</summary>
    /// <param name="purge">Removes the data as well: Docker volumes and the folder. Databases on given servers stay.</param>
    public async Task EndAsync(bool purge)
    {
        await Task.WhenAll(Replicas.Select(replica => replica.Process.EndAsync(TimeSpan.FromSeconds(30))));
        await Machine.Servers.EndAsync(Servers, purge);
        if (purge)
            Directory.Delete(Folder, recursive: true);
        else
            (this with { Replicas = [], Servers = Servers with { Processes = [], Containers = [] } }).Save();
    }

    internal void Save() => PrivateFile.Write(FileIn(Folder), JsonSerializer.Serialize(this));

    private static string FileIn(string folder) => Path.Combine(folder, "state.json");
}

/// <summary>The addresses that those outside know.</summary>
/// <param name="Http">The gateway, below which each service has its name as path.</param>
/// <param name="Amqp">The broker, without user and password.</param>
public sealed record Outside(Uri Http, Uri Amqp);

/// <summary>A replica of a service.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Replica">Which replica, from 0.</param>
/// <param name="Url">Its address.</param>
/// <param name="Process">Its process.</param>
public sealed record ReplicaState(string Service, int Replica, Uri Url, LocalProcess Process);

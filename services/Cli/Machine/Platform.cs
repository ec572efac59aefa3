using System.Globalization;
using Npgsql;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Databases;

namespace Tremplin.Cli.Machine;

/// <summary>How to start a platform.</summary>
/// <param name="Folder">Holds its secrets, logs, clock and, with private servers, data. As root every user must be able to pass through its parents.</param>
/// <param name="Replicas">How many of each service that stores events; Identity, whose address is everybody's issuer, and Portal are one each.</param>
/// <param name="SimulatedClock">True to let <see cref="Platform.SetClock"/> tell the services the time.</param>
/// <param name="Persistent">True to keep its data, and to let it outlive this process: <see cref="PlatformState.EndAsync"/> ends it.</param>
/// <param name="Partners">The ids of partners that Identity shall know as clients, separated by commas.</param>
/// <param name="Through">
/// The port by which a replica reaches PostgreSQL or RabbitMQ, from its service, its number and the server's own port;
/// null where that is the server's own. So a test can stand in between.
/// </param>
/// <param name="Settings">What the services are told beside what they need to start, by the names of environment variables.</param>
/// <param name="ClocksApart">With a simulated clock: by how much each replica's clock is ahead of that of the replica before it.</param>
public sealed record PlatformOptions(
    string Folder, int Replicas = 1, bool SimulatedClock = false, bool Persistent = false, string Partners = "",
    Func<string, int, int, int>? Through = null, IReadOnlyDictionary<string, string>? Settings = null, TimeSpan ClocksApart = default);

/// <summary>
/// PostgreSQL, RabbitMQ and the five services on this machine. Disposing ends them and removes the folder, unless the
/// platform is persistent.
/// </summary>
public sealed class Platform : IAsyncDisposable
{
    private static readonly string[] Stores = ["Enrollment", "Scheduling", "Certification"];
    private static readonly string[] Names = ["Identity", .. Stores, "Portal"];
    private readonly PlatformOptions options;
    // Of the first replica of each: Identity's is the authority, and Portal shows what the others answer.
    private readonly Dictionary<string, Uri> addresses = Names.ToDictionary(name => name, _ => Ports.TakeUrl(), StringComparer.Ordinal);
    private readonly List<ServiceProcess> services = [];
    private Servers? servers;

    private Platform(PlatformOptions options) => this.options = options;

    /// <summary>Holds its secrets, logs and clock.</summary>
    public string Folder => options.Folder;

    /// <summary>PostgreSQL and RabbitMQ.</summary>
    public Servers Servers => servers!;

    /// <summary>Every replica of every service, Identity's first.</summary>
    public IReadOnlyList<ServiceProcess> Services =>
        [.. services.OrderBy(process => Array.IndexOf(Names, process.Service)).ThenBy(process => process.Replica)];

    /// <summary>The replica of Identity.</summary>
    public ServiceProcess Identity => Of("Identity")[0];

    /// <summary>The replicas of Enrollment.</summary>
    public IReadOnlyList<ServiceProcess> Enrollment => Of("Enrollment");

    /// <summary>The replicas of Scheduling.</summary>
    public IReadOnlyList<ServiceProcess> Scheduling => Of("Scheduling");

    /// <summary>The replicas of Certification.</summary>
    public IReadOnlyList<ServiceProcess> Certification => Of("Certification");

    /// <summary>The replica of Portal.</summary>
    public ServiceProcess Portal => Of("Portal")[0];

    /// <summary>Starts everything, and returns when every service is ready.</summary>
    /// <param name="options">How.</param>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="stop">Gives up, and ends what was started.</param>
    /// <exception cref="InvalidOperationException">Something did not start; the message says what and why. Nothing is left running.</exception>
    public static async Task<Platform> StartAsync(PlatformOptions options, Action<string> say, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(say);
        PrivateFile.FolderToPass(options.Folder);
        PrivateFile.Folder(Path.Combine(options.Folder, "secrets"));
        var platform = new Platform(options);
        try
        {
            platform.servers = await Servers.StartAsync(Path.Combine(options.Folder, "servers"), say, options.Persistent, stop);
            if (options.SimulatedClock && !File.Exists(platform.ClockFile(0)))
                platform.SetClock(DateTimeOffset.UtcNow);
            await Migration.ApplyAsync(platform.Servers.PostgresConnectionString("postgres"), platform.Passwords, say, stop);
            if (platform.OwnBroker)
            {
                using var broker = new Partners.Broker(platform.Servers.Management!, platform.Servers.RabbitMq.UserInfo);
                await Topology.ApplyAsync(broker, platform.BrokerPasswords, stop);
            }
            await platform.StartServicesAsync(say, stop);
            return platform;
        }
        catch
        {
            await platform.EndAsync();
            throw;
        }
    }

    /// <summary>
    /// An HTTP client for one replica, with the access token of one of the clients that Identity knows. The caller disposes of it.
    /// </summary>
    /// <param name="service">The service's name, for example <c>Enrollment</c>.</param>
    /// <param name="clientId">The client to be, a name in <c>secrets/clients.json</c>.</param>
    /// <param name="replica">Which replica, from 0.</param>
    public HttpClient Client(string service, string clientId, int replica = 0) =>
        new(new ClientCredentials(addresses["Identity"], ClientsFile(options.Folder), clientId)) { BaseAddress = Of(service)[replica].Url };

    /// <summary>Tells the services the time, in one step.</summary>
    /// <exception cref="InvalidOperationException">The platform has no simulated clock.</exception>
    public void SetClock(DateTimeOffset now)
    {
        if (!options.SimulatedClock)
            throw new InvalidOperationException("This platform was started without a simulated clock.");
        for (var replica = 0; replica < options.Replicas; replica++)
            PrivateFile.Write(ClockFile(replica), (now + (replica * options.ClocksApart)).UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <summary>Writes what another run needs to find and end this platform.</summary>
    public void Record() => new PlatformState(options.Folder, Servers.Record, Servers.PostgresConnectionString("postgres"), Servers.RabbitMq, Servers.Management,
        [.. Services.Select(service => new ReplicaState(service.Service, service.Replica, service.Url, service.Process))]).Save();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!options.Persistent)
            await EndAsync();
    }

    /// <summary>Where the services append their ledgers' checkpoints, and leave the keys that open them.</summary>
    public string Witness => WitnessFolder(options.Folder);

    internal static string WitnessFolder(string folder) => Path.Combine(folder, "witness");

    internal static string ClientsFile(string folder) => Path.Combine(folder, "secrets", "clients.json");

    /// <summary>The connection string of one database, for one of our roles.</summary>
    public string Role(string role, string database) => new NpgsqlConnectionStringBuilder(Servers.PostgresConnectionString(database))
    {
        Username = role,
        Password = Migration.Password(Passwords, role),
    }.ConnectionString;

    internal string Passwords => Path.Combine(options.Folder, "secrets", "postgres");

    private bool OwnBroker => Servers.Record.How is not "given";

    private string BrokerPasswords => Path.Combine(options.Folder, "secrets", "rabbitmq");

    private string ClockFile(int replica) => Path.Combine(options.Folder, options.ClocksApart == default || replica == 0 ? "clock" : $"clock-{replica}");

    private List<ServiceProcess> Of(string service) => [.. Services.Where(process => process.Service.Equals(service, StringComparison.Ordinal))];

    private async Task StartServicesAsync(Action<string> say, CancellationToken stop)
    {
        say("Identity starts first: the others trust its tokens");
        await StartServiceAsync("Identity", 0, stop);
        say($"Enrollment, Scheduling and Certification start ({options.Replicas} of each), and Portal");
        // All are waited for, also when one fails, so that all are known when it comes to ending them.
        await Task.WhenAll(Stores.SelectMany(name => Enumerable.Range(0, options.Replicas).Select(replica => StartServiceAsync(name, replica, stop)))
            .Append(StartServiceAsync("Portal", 0, stop)));
    }

    private async Task StartServiceAsync(string service, int replica, CancellationToken stop)
    {
        var process = await ServiceProcess.StartAsync(service, replica, replica == 0 ? addresses[service] : Ports.TakeUrl(), options.Folder, EnvironmentOf(service, replica), options.Persistent, stop);
        lock (services)
            services.Add(process);
    }

    private Dictionary<string, string> EnvironmentOf(string service, int replica)
    {
        var environment = new Dictionary<string, string>(options.Settings ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["Identity__Authority"] = addresses["Identity"].ToString(),
            ["Identity__Audience"] = "tremplin",
            ["Secrets__Folder"] = Path.Combine(options.Folder, "secrets"),
        };
        if (service is "Identity")
            environment["ConnectionStrings__Identity"] = Database(service, service, replica);
        if (service is "Identity" && options.Partners.Length > 0)
            environment["Identity__Partners"] = options.Partners;
        if (service is "Portal")
        {
            foreach (var name in Stores)
                environment[$"Services__{name}"] = addresses[name].ToString();
        }

        if (Stores.Contains(service))
        {
            environment["ConnectionStrings__Store"] = Database(service, service, replica);
            environment["RabbitMq__Uri"] = Broker(service, replica);
            environment["Ledger__Witness"] = WitnessFolder(options.Folder);
        }

        // As behind a gateway: whoever checks a certificate comes by the portal.
        if (service is "Portal" or "Certification")
            environment[service is "Portal" ? "Portal__Address" : "Certificates__Address"] = addresses["Portal"].ToString();
        if (service is "Enrollment" or "Certification")
            environment["ConnectionStrings__Keys"] = Database("Keys", service, replica);
        if (options.SimulatedClock)
        {
            environment["Clock__File"] = ClockFile(replica);
            // Nobody waits a minute where weeks pass in seconds.
            environment["Ledger__Longest"] = "00:00:01";
        }

        return environment;
    }

#pragma warning disable CA1308 // Databases and roles are named in lower case.
    private string Database(string of, string service, int replica)
    {
        var role = new NpgsqlConnectionStringBuilder(Role($"tremplin_{service.ToLowerInvariant()}", of.ToLowerInvariant())) { MaxPoolSize = 40 };
        role.Port = Through(service, replica, role.Port);
        return role.ConnectionString;
    }

    // On a broker of somebody else's a service is who that one said.
    private string Broker(string service, int replica)
    {
        var uri = new UriBuilder(Servers.RabbitMq) { Port = Through(service, replica, Servers.RabbitMq.Port) };
        if (OwnBroker)
            (uri.UserName, uri.Password) = (service.ToLowerInvariant(), Migration.Password(BrokerPasswords, service.ToLowerInvariant()));
        return uri.ToString();
    }
#pragma warning restore CA1308

    private int Through(string service, int replica, int port) => options.Through?.Invoke(service, replica, port) ?? port;

    private async Task EndAsync()
    {
        await Task.WhenAll(services.Select(service => service.StopAsync()));
        if (options.Persistent)
        {
            if (servers is not null)
                await Servers.EndAsync(servers.Record, purge: false);
            return;
        }
        if (servers is not null)
            await servers.DisposeAsync();
        Directory.Delete(options.Folder, recursive: true);
    }
}

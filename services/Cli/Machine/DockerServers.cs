using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Tremplin.Cli.Machine;

/// <summary>
/// Servers in two containers of the official images, published on 127.0.0.1. Persistent ones keep their data in named
/// volumes; others are labelled with the process they belong to, and one that was killed is cleaned up after by the next run.
/// </summary>
internal sealed class DockerServers : Servers
{
    private const string Owner = "tremplin.owner";
    private readonly ServerSettings settings;
    private readonly string folder;
    private readonly bool persistent;
    private readonly PostgreSqlContainer database;
    private readonly RabbitMqContainer broker;

    private DockerServers(string folder, bool persistent)
    {
        this.folder = folder;
        this.persistent = persistent;
        Directory.CreateDirectory(folder);
        settings = ServerSettings.In(folder);
        database = Published(new PostgreSqlBuilder("postgres:17")
            .WithUsername(ServerSettings.User).WithPassword(settings.Password).WithPortBinding(settings.Postgres, 5432)
            // Testcontainers switches durability off.
            .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on", "-c", "max_connections=400", "-c", "shared_buffers=256MB", "-c", "random_page_cost=1.1", "-c", "autovacuum_naptime=15s"),
            "postgres", "/var/lib/postgresql/data").Build();
        broker = Published(new RabbitMqBuilder("rabbitmq:4-management")
            .WithUsername(ServerSettings.User).WithPassword(settings.Password)
            .WithPortBinding(settings.Amqp, 5672).WithPortBinding(settings.Management, 15672)
            // The node, and so its data, is named after the host.
            .WithHostname("tremplin"),
            "rabbitmq", "/var/lib/rabbitmq").Build();
    }

    public override Uri RabbitMq => settings.RabbitMqUri;

    public override Uri? Management => settings.ManagementUri;

    protected override string Postgres => settings.PostgresConnectionString;

    internal override ServersRecord Record => new("docker", [],
        [.. new DockerContainer[] { broker, database }.Where(container => container.State != TestcontainersStates.Undefined).Select(container => container.Id)],
        persistent ? [Volume("postgres"), Volume("rabbitmq")] : []);

    /// <summary>True when a Docker engine takes a connection within two seconds.</summary>
    public static async Task<bool> EngineAnswersAsync(CancellationToken stop)
    {
        var host = new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } set ? set : "unix:///var/run/docker.sock");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var socket = host.Scheme is "unix" ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host.Scheme is "unix" ? new UnixDomainSocketEndPoint(host.AbsolutePath) : new System.Net.DnsEndPoint(host.Host, host.Port), patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }

    public static async Task<Servers> ObtainAsync(string folder, Action<string> say, bool persistent, CancellationToken stop)
    {
        await RemoveForsakenAsync(stop);
        var servers = new DockerServers(folder, persistent);
        try
        {
            say("PostgreSQL and RabbitMQ: Docker containers of postgres:17 and rabbitmq:4-management, published on 127.0.0.1 only");
            await Task.WhenAll(servers.StartDatabaseAsync(stop), servers.StartBrokerAsync(stop));
            return servers;
        }
        catch
        {
            await RemoveAsync(servers.Record, purge: !persistent);
            throw;
        }
    }

    /// <summary>Stops and removes containers with their unnamed volumes; <paramref name="purge"/> also removes the named ones.</summary>
    public static async Task RemoveAsync(ServersRecord record, bool purge)
    {
        using var docker = Client();
        await Task.WhenAll(record.Containers.Select(id => RemoveAsync(docker, id)));
        foreach (var volume in purge ? record.Volumes : [])
            await docker.Volumes.RemoveAsync(volume, force: true);
    }

    public override Task StopBrokerAsync() => broker.StopAsync();

    public override async Task StartBrokerAsync(CancellationToken stop = default)
    {
        await broker.StartAsync(stop);
        await BrokerAnswersAsync(null, stop);
    }

    public override async Task StopDatabaseAsync(bool kill = false)
    {
        if (kill)
        {
            using var docker = Client();
            await docker.Containers.KillContainerAsync(database.Id, new ContainerKillParameters { Signal = "SIGKILL" });
        }
        await database.StopAsync();
    }

    public override async Task StartDatabaseAsync(CancellationToken stop = default)
    {
        await database.StartAsync(stop);
        await DatabaseAnswersAsync(null, stop);
    }

    public override async ValueTask DisposeAsync()
    {
        if (persistent)
            return;
        await RemoveAsync(Record, purge: true);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static DockerClient Client() => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.Empty).Build();

    private static async Task RemoveAsync(DockerClient docker, string id)
    {
        try
        {
            await docker.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = 30 });
            await docker.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true });
        }
        catch (DockerContainerNotFoundException)
        {
            // Somebody was quicker.
        }
    }

    private static async Task RemoveForsakenAsync(CancellationToken stop)
    {
        using var docker = Client();
        var filter = new Dictionary<string, IDictionary<string, bool>>(StringComparer.Ordinal)
        {
            ["label"] = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{Owner}.machine={Environment.MachineName}"] = true },
        };
        foreach (var container in await docker.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filter }, stop))
        {
            if (!JsonSerializer.Deserialize<LocalProcess>(container.Labels![Owner])!.Alive)
                await RemoveAsync(docker, container.ID);
        }
    }

    private string Volume(string of) => $"tremplin-{settings.Name}-{of}";

    private TBuilder Published<TBuilder, TContainer, TConfiguration>(ContainerBuilder<TBuilder, TContainer, TConfiguration> builder, string name, string data)
        where TBuilder : ContainerBuilder<TBuilder, TContainer, TConfiguration>
        where TContainer : IContainer
        where TConfiguration : IContainerConfiguration
    {
        var published = builder
            .WithName($"tremplin-{settings.Name}-{name}")
            .WithLogger(NullLogger.Instance)
            // We remove what we made ourselves: no further container is needed for that.
            .WithCleanUp(false)
            .WithCreateParameterModifier(create =>
            {
                foreach (var binding in create.HostConfig!.PortBindings!.Values.SelectMany(bindings => bindings))
                    binding.HostIP = "127.0.0.1";
            });
        return persistent
            ? published.WithVolumeMount(Volume(name), data)
            : published.WithLabel($"{Owner}.machine", Environment.MachineName).WithLabel(Owner, JsonSerializer.Serialize(LocalProcess.Ourselves()));
    }
}

using System.Diagnostics;
using Npgsql;
using RabbitMQ.Client;

namespace Tremplin.Cli.Machine;

/// <summary>
/// A PostgreSQL and a RabbitMQ: given by the environment, in Docker, or private ones from Debian's packages.
/// Disposing ends what was started and removes its data, unless it is persistent: then it runs on, and
/// <see cref="EndAsync"/> ends it.
/// </summary>
public abstract class Servers : IAsyncDisposable
{
    /// <summary>Where they come from: <c>given</c>, <c>docker</c> or <c>private</c>.</summary>
    public string How => Record.How;

    /// <summary>The broker's address with user and password (amqp).</summary>
    public abstract Uri RabbitMq { get; }

    /// <summary>The address of the broker's management pages (http); null when none is known.</summary>
    public abstract Uri? Management { get; }

    /// <summary>A connection string of a superuser, without a database.</summary>
    protected abstract string Postgres { get; }

    /// <summary>What another run needs to end these servers.</summary>
    internal abstract ServersRecord Record { get; }

    /// <summary>
    /// Obtains the servers. <c>TREMPLIN_POSTGRES</c> (the Npgsql connection string of a superuser) with
    /// <c>TREMPLIN_RABBITMQ</c> (an amqp URI) come first, then a Docker engine that answers, then private servers;
    /// <c>TREMPLIN_SERVERS=private</c> passes Docker over.
    /// </summary>
    /// <param name="folder">Where private servers keep their data and logs. When running as root every user must be able to pass through its parents.</param>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="persistent">Keeps data, and lets the servers outlive this process.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">No way was possible, or a server failed to start; the message says why.</exception>
    public static async Task<Servers> StartAsync(string folder, Action<string> say, bool persistent = false, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(say);
        if (GivenServers.FromEnvironment() is { } given)
        {
            say("PostgreSQL and RabbitMQ: those given by TREMPLIN_POSTGRES and TREMPLIN_RABBITMQ");
            return await given.ReadyAsync(stop);
        }
        if (await MayBeContainersAsync(stop))
        {
            try
            {
                return await DockerServers.ObtainAsync(folder, say, persistent, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                say($"Docker answers, but its servers could not be had ({e.Message.Split('\n')[0]}): private servers instead");
            }
        }
        return await PrivateServers.ObtainAsync(folder, say, persistent, stop);
    }

    /// <summary>Whether nothing stands against containers: no servers are given, Docker is not passed over, and an engine answers.</summary>
    internal static async Task<bool> MayBeContainersAsync(CancellationToken stop) =>
        GivenServers.FromEnvironment() is null && Environment.GetEnvironmentVariable("TREMPLIN_SERVERS") is not "private" && await DockerServers.EngineAnswersAsync(stop);

    /// <summary>The Npgsql connection string of one database.</summary>
    public string PostgresConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(Postgres) { Database = database }.ConnectionString;

    /// <summary>Creates a database unless it exists.</summary>
    public async Task CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(MaintenanceConnectionString);
        await connection.OpenAsync();
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await exists.ExecuteScalarAsync() is not null)
            return;
#pragma warning disable CA2100 // A name cannot be a parameter; it is quoted.
        await using var create = new NpgsqlCommand($"create database {new NpgsqlCommandBuilder().QuoteIdentifier(name)}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the broker in good order; its data and port stay.</summary>
    /// <exception cref="NotSupportedException">The servers are given ones.</exception>
    public abstract Task StopBrokerAsync();

    /// <summary>Starts the broker again and returns when it answers.</summary>
    /// <exception cref="NotSupportedException">The servers are given ones.</exception>
    public abstract Task StartBrokerAsync(CancellationToken stop = default);

    /// <summary>Stops the database server, in good order or (<paramref name="kill"/>) with SIGKILL; its data and port stay.</summary>
    /// <exception cref="NotSupportedException">The servers are given ones.</exception>
    public abstract Task StopDatabaseAsync(bool kill = false);

    /// <summary>Starts the database server again and returns when it answers.</summary>
    /// <exception cref="NotSupportedException">The servers are given ones.</exception>
    public abstract Task StartDatabaseAsync(CancellationToken stop = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Ends servers by their record. <paramref name="purge"/> also removes Docker volumes; the folder is the caller's.</summary>
    internal static async Task EndAsync(ServersRecord record, bool purge)
    {
        // In their order: epmd comes after the broker that is registered with it.
        foreach (var process in record.Processes)
            await process.EndAsync(TimeSpan.FromSeconds(30));
        if (record.How is "docker")
            await DockerServers.RemoveAsync(record, purge);
    }

    /// <summary>Returns when both servers answer.</summary>
    protected async Task<Servers> ReadyAsync(CancellationToken stop)
    {
        await Task.WhenAll(DatabaseAnswersAsync(null, stop), BrokerAnswersAsync(null, stop));
        return this;
    }

    /// <summary>Returns when a query is answered; fails early when the server's process ends.</summary>
    protected Task DatabaseAnswersAsync(LocalProcess? server, CancellationToken stop) => AnswersAsync("PostgreSQL", server, async () =>
    {
        await using var connection = new NpgsqlConnection(MaintenanceConnectionString);
        await connection.OpenAsync(stop);
        await using var query = new NpgsqlCommand("select 1", connection);
        await query.ExecuteScalarAsync(stop);
    }, stop);

    /// <summary>Returns when a connection is opened; fails early when the server's process ends.</summary>
    protected Task BrokerAnswersAsync(LocalProcess? server, CancellationToken stop) => AnswersAsync("RabbitMQ", server, async () =>
    {
        await using var connection = await new ConnectionFactory { Uri = RabbitMq, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stop);
        await connection.CloseAsync(stop);
    }, stop);

    // Without a pool, so that no idle connection outlives a stopped server.
    private string MaintenanceConnectionString =>
        new NpgsqlConnectionStringBuilder(Postgres) { Database = "postgres", Pooling = false, Timeout = 5 }.ConnectionString;

    private static async Task AnswersAsync(string name, LocalProcess? server, Func<Task> ask, CancellationToken stop)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                await ask();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (server is { Alive: false })
                    throw new InvalidOperationException($"{name} ended while starting. The end of {server.Log}:\n{server.LogTail()}", e);
                if (clock.Elapsed > TimeSpan.FromSeconds(90))
                    throw new InvalidOperationException($"{name} did not answer within 90 s: {e.Message}\n{server?.LogTail()}", e);
                await Task.Delay(100, stop);
            }
        }
    }
}

/// <summary>What must be ended, in this order.</summary>
/// <param name="How"><c>given</c>, <c>docker</c> or <c>private</c>.</param>
/// <param name="Processes">Processes of this machine.</param>
/// <param name="Containers">Ids of Docker containers.</param>
/// <param name="Volumes">Names of the Docker volumes that hold their data.</param>
public sealed record ServersRecord(
    string How, IReadOnlyList<LocalProcess> Processes, IReadOnlyList<string> Containers, IReadOnlyList<string> Volumes);

using System.Reflection;
using System.Threading.RateLimiting;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon.HighWater;
using JasperFx.OpenTelemetry;
using Marten;
using Medallion.Threading.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Weasel.Core;

namespace Tremplin.Defaults;

/// <summary>Marten, as every service uses it.</summary>
public static class EventStore
{
    // Statements repeat, and nothing is left behind on a connection that would have to be discarded.
    internal const string Settings = ";Max Auto Prepare=64;No Reset On Close=true";

    /// <summary>Adds the event store of a service, its schema at start, and the leader that drives its daemon.</summary>
    public static void AddEventStore(
        this IHostApplicationBuilder builder, string service, Func<Recorded, object?> announcements, Action<StoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var connection = builder.Required("ConnectionStrings:Store") + Settings;
        builder.Services.AddMarten(options =>
        {
            options.Connection(connection);
            options.DatabaseSchemaName = service;
            options.DisableNpgsqlLogging = true;
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
            options.Events.AppendMode = EventAppendMode.Quick;
            options.Projections.Wakeup = new Appended(connection);
            options.Events.UseMandatoryStreamTypeDeclaration = true;
            options.Events.EnableUniqueIndexOnEventId = true;
            options.Events.MetadataConfig.EnableAll();
            options.OpenTelemetry.TrackConnections = TrackLevel.None;
            // What cannot be read is an alarm, not something to step over.
            options.Projections.Errors.SkipApplyErrors = false;
            options.Projections.Errors.SkipSerializationErrors = false;
            options.Projections.Errors.SkipUnknownEvents = false;
            options.Projections.RebuildErrors.SkipApplyErrors = false;
            options.Projections.RebuildErrors.SkipSerializationErrors = false;
            options.Projections.RebuildErrors.SkipUnknownEvents = false;
            configure(options);
        }).ApplyAllDatabaseChangesOnStartup().AddAsyncDaemon(JasperFx.Events.Daemon.DaemonMode.ExternallyManaged);
        builder.Services.ConfigureMarten((services, options) =>
            options.Events.Subscribe(new Announcer(
                announcements, services.GetRequiredService<MassTransit.IBus>(), services.GetRequiredService<ILogger<Announcer>>())));
        builder.Services.AddSingleton<Shell>();
        builder.Services.AddSingleton<Leader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Leader>());
        builder.Services.AddSingleton(new LeaderLock(connection));
    }

    /// <summary>Registers every event of a stream under its stored name.</summary>
    public static void AddStream<TState, TEvent>(this StoreOptions options)
        where TState : IStreamState<TState> where TEvent : class
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var type in typeof(TEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(TEvent))))
        {
            var name = type.GetCustomAttribute<StoredAsAttribute>()?.Name
                ?? throw new InvalidOperationException($"{type} has no [StoredAs] name.");
            options.Events.MapEventType(type, name);
        }
    }
}

/// <summary>
/// Wakes the daemon when something was appended. Marten's own (UseListenNotifyForEventAppends) drops a notification
/// that comes between its look and its wait, and then sleeps for a second; this one keeps it.
/// </summary>
internal sealed class Appended(string connection) : IDaemonWakeup
{
    /// <summary>What a transaction that appends says; PostgreSQL passes it on at the commit.</summary>
    public const string Notify = "NOTIFY mt_events_appended";

    private readonly SemaphoreSlim _news = new(0);
    private readonly TokenBucketRateLimiter _pace = Pace.Start();
    private readonly CancellationTokenSource _end = new();
    private Task? _listening;

    public async Task WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        // An outage ends the listening; until it works again the daemon looks after every timeout.
        if (_listening is null or { IsCompleted: true })
            _listening = Listen();
        if (await _news.WaitAsync(timeout, token))
            await _pace.AcquireAsync(1, token);
        while (_news.Wait(0, token))
        {
            // Many commits are seen in one look.
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _news.Dispose();
        _pace.Dispose();
    }

    private async Task Listen()
    {
        await using var listening = new NpgsqlConnection($"{connection};Pooling=false;Keepalive=10");
        listening.Notification += (_, _) => _news.Release();
        await listening.OpenAsync(_end.Token);
        await using (var listen = new NpgsqlCommand("LISTEN mt_events_appended", listening))
            await listen.ExecuteNonQueryAsync(_end.Token);
        // For what was appended before.
        _news.Release();
        while (!_end.IsCancellationRequested)
            await listening.WaitAsync(_end.Token);
    }
}

/// <summary>Something that only the leading replica does, again and again, such as expiring offers.</summary>
public interface ISweeper
{
    /// <summary>Sends idempotent commands for what has fallen due.</summary>
    Task Sweep(CancellationToken cancellation);
}

internal sealed record LeaderLock(string Connection)
{
    // Without the check interval a replica killed with -9 keeps the lock for up to a minute.
    public PostgresDistributedLock Open() => new(
        new PostgresAdvisoryLockKey("tremplin-leader", allowHashing: true),
        $"{Connection};Options=-c client_connection_check_interval=500;Pooling=false;Keepalive=1",
        o => o.KeepaliveCadence(TimeSpan.FromSeconds(1)));
}

/// <summary>
/// Runs the daemon (Announcer, projections) and the sweepers on exactly one replica of a service, chosen by a
/// PostgreSQL advisory lock. When that replica dies another takes over within two seconds.
/// </summary>
internal sealed class Leader(IDocumentStore store, LeaderLock leaderLock, IServiceProvider services, ILogger<Leader> log)
    : BackgroundService
{
    /// <summary>Whether this replica leads now.</summary>
    public bool Leads { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var held = await leaderLock.Open().AcquireAsync(timeout: null, stoppingToken);
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, held.HandleLostToken);
                await Lead(leading.Token);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The database is away or the lock is lost: stand for election again.
                log.LogWarning(e, "Leadership ended; trying again.");
                await Task.Delay(TimeSpan.FromMilliseconds(250), stoppingToken);
            }
        }
    }

    private async Task Lead(CancellationToken leading)
    {
        using var daemon = await store.BuildProjectionDaemonAsync();
        await daemon.StartAllAsync();
        Leads = true;
        log.LogInformation("This replica leads.");
        try
        {
            var sweepers = services.GetServices<ISweeper>().ToList();
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(leading))
                await Task.WhenAll(sweepers.Select(s => Sweep(s, leading)));
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            log.LogInformation("This replica no longer leads.");
        }
        finally
        {
            Leads = false;
            await daemon.StopAllAsync();
        }
    }

    private async Task Sweep(ISweeper sweeper, CancellationToken leading)
    {
        try
        {
            await sweeper.Sweep(leading);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "A sweep failed; it is tried again.");
        }
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Threading.RateLimiting;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Daemon.HighWater;
using JasperFx.OpenTelemetry;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tremplin.Defaults.Audit;
using Weasel.Core;
using Weasel.Postgresql;
using DbDataReader = System.Data.Common.DbDataReader;

namespace Tremplin.Defaults;

/// <summary>Marten, as every service uses it.</summary>
public static class EventStore
{
    // Statements repeat, and nothing is left behind on a connection that would have to be discarded.
    internal const string Settings = ";Max Auto Prepare=64;No Reset On Close=true";

    /// <summary>Adds the event store of a service, and the leader that drives its daemon. Its schema is made by patches (<c>deploy/postgres</c>).</summary>
    public static void AddEventStore(
        this IHostApplicationBuilder builder, string service, Func<Recorded, object?> announcements, Action<StoreOptions> configure,
        Func<IServiceProvider, Func<IReadOnlyList<IEvent>, CancellationToken, Task>>? outside = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var connection = builder.Required("ConnectionStrings:Store") + Settings;
        var appended = new Appended();
        builder.Services.AddMarten(options =>
        {
            options.Connection(connection);
            options.DatabaseSchemaName = service;
            options.DisableNpgsqlLogging = true;
            options.AutoCreateSchemaObjects = AutoCreate.None;
            options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase);
            options.Events.AppendMode = EventAppendMode.Quick;
            options.Projections.Wakeup = appended;
            // A killed transaction leaves a gap in the sequence. Marten passes it when no transaction is left that could
            // fill it; this is only how long it waits before it looks for one.
            options.Projections.StaleSequenceThreshold = TimeSpan.FromMilliseconds(250);
            options.Events.UseMandatoryStreamTypeDeclaration = true;
            options.Events.EnableUniqueIndexOnEventId = true;
            options.Events.MetadataConfig.EnableAll();
            options.OpenTelemetry.TrackConnections = TrackLevel.None;
            options.OpenTelemetry.TrackEventCounters();
            // What cannot be read is an alarm, not something to step over.
            foreach (var errors in (ErrorHandlingOptions[])[options.Projections.Errors, options.Projections.RebuildErrors])
                (errors.SkipApplyErrors, errors.SkipSerializationErrors, errors.SkipUnknownEvents) = (false, false, false);
            options.AddEventIndex("mt_events_record", "(correlation_id)");
            options.Storage.ExtendedSchemaObjects.AddRange(
            [
                // No plan uses statistics over the events' JSON, and sorting JSON for them took a tenth of PostgreSQL's time.
                new InSql(service, "mt_events_statistics", $"ALTER TABLE {service}.mt_events ALTER data SET STATISTICS 0, ALTER headers SET STATISTICS 0",
                    $"FROM pg_attribute WHERE attrelid = to_regclass('{service}.mt_events') AND attname = 'headers' AND attstattarget = 0"),
                // A stream's row is rewritten with each append: where its page has room, no index is.
                new InSql(service, "mt_streams_room", $"ALTER TABLE {service}.mt_streams SET (fillfactor = 80)",
                    $"FROM pg_class WHERE oid = to_regclass('{service}.mt_streams') AND reloptions @> '{{fillfactor=80}}'"),
                .. LedgerKeeper.Tables(service),
            ]);
            configure(options);
        }).AddAsyncDaemon(JasperFx.Events.Daemon.DaemonMode.ExternallyManaged);
        builder.Services.ConfigureMarten((services, options) =>
            options.Events.Subscribe(new Announcer(
                announcements, outside?.Invoke(services), services.GetRequiredService<IAnnouncing>(), services.GetRequiredService<ILogger<Announcer>>())));
        builder.AddAudit(service, connection, announcements);
        builder.Services.AddSingleton<Shell>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<Leader>(services, appended, connection));
        builder.Services.AddHostedService(services => services.GetRequiredService<Leader>());
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

    /// <summary>Adds an index over the stored events, which Marten leaves alone. Another definition needs another name.</summary>
    public static void AddEventIndex(this StoreOptions options, string name, string over)
    {
        ArgumentNullException.ThrowIfNull(options);
        var schema = options.DatabaseSchemaName;
        options.Events.IgnoreIndex(name);
        options.Storage.ExtendedSchemaObjects.Add(new InSql(
            schema, name, $"CREATE INDEX {name} ON {schema}.mt_events {over}", $"FROM pg_indexes WHERE schemaname = '{schema}' AND indexname = '{name}'"));
    }
}

/// <summary>A part of the schema that Marten has no words for: how it is made once the tables are there, and the query that finds it.</summary>
public sealed class InSql(string schema, string name, string create, string there) : ISchemaObject
{
    /// <inheritdoc/>
    public DbObjectName Identifier { get; } = new PostgresqlObjectName(schema, name, SchemaUtils.IdentifierUsage.General);

    /// <inheritdoc/>
    public void WriteCreateStatement(Migrator migrator, TextWriter writer) => writer.WriteLine(create + ";");

    /// <inheritdoc/>
    public void WriteDropStatement(Migrator rules, TextWriter writer) => throw new NotSupportedException($"{name} is never dropped.");

    /// <inheritdoc/>
    public void ConfigureQueryCommand(DbCommandBuilder builder) => builder.Append($"SELECT {there};");

    /// <inheritdoc/>
    public async Task<ISchemaObjectDelta> CreateDeltaAsync(DbDataReader reader, CancellationToken ct = default) =>
        new SchemaObjectDelta(this, await reader.ReadAsync(ct) ? SchemaPatchDifference.None : SchemaPatchDifference.Create);

    /// <inheritdoc/>
    public IEnumerable<DbObjectName> AllNames() => [Identifier];
}

/// <summary>Refuses to start on a database that lacks a patch which this build knows.</summary>
internal sealed class Patched(string database, string connection) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var known = typeof(Patched).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(database + "/", StringComparison.Ordinal));
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using var query = source.CreateCommand("SELECT min(name) FROM unnest($1) AS name WHERE name NOT IN (SELECT name FROM applied_patch)");
        query.Parameters.AddWithValue(known.Select(name => name[(database.Length + 1)..]).ToArray());
        try
        {
            if (await query.ExecuteScalarAsync(cancellationToken) is string lacking)
                throw new InvalidOperationException($"The database {database} lacks the patch {lacking}: run migrate first.");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new InvalidOperationException($"The database {database} lacks every patch: run migrate first.", e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Wakes the daemon when something was appended. Marten's own (UseListenNotifyForEventAppends) drops a notification
/// that comes between its look and its wait, and then sleeps for a second; this one keeps it.
/// </summary>
internal sealed class Appended : IDaemonWakeup
{
    /// <summary>What a transaction that appends says; PostgreSQL passes it on at the commit.</summary>
    public const string Notify = "NOTIFY mt_events_appended";

    private readonly SemaphoreSlim _news = new(0);
    private readonly TokenBucketRateLimiter _pace = Pace.Start();
    private int _last;

    /// <summary>Says that there is something new.</summary>
    public void Tell() => _news.Release();

    public async Task WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        if (await _news.WaitAsync(timeout, token) && Math.Max(_last, _news.CurrentCount) > 0)
            await _pace.AcquireAsync(1, token);
        for (_last = 0; _news.Wait(0, token); _last++)
        {
            // Many commits are seen in one look, and after many more are expected.
        }
    }

    public void Dispose()
    {
        _news.Dispose();
        _pace.Dispose();
    }
}

/// <summary>Something that only the leading replica does, again and again, such as expiring offers.</summary>
public interface ISweeper
{
    /// <summary>Sends idempotent commands for what has fallen due.</summary>
    Task Sweep(CancellationToken cancellation);
}

/// <summary>
/// Runs the daemon (Announcer, projections) and the sweepers on exactly one replica of a service, chosen by a
/// PostgreSQL advisory lock. When that replica dies another takes over within two seconds.
/// </summary>
/// <remarks>
/// The connection that holds the lock also hears of appends: it is idle on the server, never in a transaction, for
/// Marten would take a transaction that stays open for one that may still append, and wait for it.
/// </remarks>
internal sealed class Leader(
    IDocumentStore store, Appended appended, string connection, IServiceProvider services, ILogger<Leader> log) : BackgroundService
{
    private static readonly TimeSpan Election = TimeSpan.FromMilliseconds(250);

    // Both ends find out within seconds when the other is gone without a word. A process that is frozen keeps its
    // connection: it loses the lock when the server has not heard from it for five seconds.
    private readonly string _own =
        $"{connection};Pooling=false;Keepalive=1;Timeout=5;Command Timeout=3;Cancellation Timeout=-1;Options=-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 -c idle_session_timeout=5s";

    /// <summary>Whether this replica leads now.</summary>
    public bool Leads { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var held = new NpgsqlConnection(_own);
                await held.OpenAsync(stoppingToken);
                while (!await Elected(held, stoppingToken))
                    await Task.Delay(Election, stoppingToken);
                await Lead(held, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The database is away or the lock is lost: stand for election again.
                log.LogWarning(e, "Leadership ended; trying again.");
                await Task.Delay(Election, stoppingToken);
            }
        }
    }

    private static async Task<bool> Elected(NpgsqlConnection held, CancellationToken cancellation)
    {
        await using var attempt = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended('tremplin-leader', 0))", held);
        return (bool)(await attempt.ExecuteScalarAsync(cancellation))!;
    }

    private async Task Lead(NpgsqlConnection held, CancellationToken stopping)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var daemon = await store.BuildProjectionDaemonAsync();
        await daemon.StartAllAsync();
        Leads = true;
        log.LogInformation("This replica leads.");
        try
        {
            // The first to end is the listening, when the connection and with it the lock are lost, or the watch.
            await await Task.WhenAny(Listen(held, leading.Token), Watch(daemon, leading.Token), Sweep(leading.Token));
        }
        finally
        {
            Leads = false;
            await leading.CancelAsync();
            await daemon.StopAllAsync();
            log.LogInformation("This replica no longer leads.");
        }
    }

    // What failed too often is stopped, and what could not be started is only logged: nobody starts it but the next leader.
    private async Task Watch(IProjectionDaemon daemon, CancellationToken leading)
    {
        var all = ((IEventStore)store).RegisteredShardNames().Count;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(leading))
        {
            var running = daemon.CurrentAgents().Count(agent => agent.Status == AgentStatus.Running);
            if (running < all)
                throw new InvalidOperationException($"Of {all} subscriptions and projections {running} run.");
        }
    }

    private async Task Listen(NpgsqlConnection held, CancellationToken leading)
    {
        held.Notification += (_, _) => appended.Tell();
        await using (var listen = new NpgsqlCommand("LISTEN mt_events_appended", held))
            await listen.ExecuteNonQueryAsync(leading);
        // For what was appended before.
        appended.Tell();
        // Under load a notification always comes before the driver has waited long enough to ask by itself, and a session
        // that only hears is idle to the server.
        await using var here = new NpgsqlCommand("SELECT 1", held);
        for (var asked = Stopwatch.StartNew(); ; await held.WaitAsync(leading))
        {
            if (asked.Elapsed < TimeSpan.FromSeconds(1))
                continue;
            await here.ExecuteScalarAsync(leading);
            asked.Restart();
        }
    }

    private Task Sweep(CancellationToken leading) => Task.WhenAll(services.GetServices<ISweeper>().Select(s => Sweep(s, leading)));

    // Each at its own pace: one that has much to do holds no other up.
    private async Task Sweep(ISweeper sweeper, CancellationToken leading)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(leading))
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
}

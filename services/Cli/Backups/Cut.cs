using System.Data;
using Npgsql;

namespace Tremplin.Cli.Backups;

/// <summary>
/// One moment of all databases: in each a transaction that holds a snapshot, from which it is dumped. The snapshots are
/// opened nearly together, and then checked: no service knows, in its snapshot, of what another has not done in its own.
/// </summary>
internal sealed class Cut : IAsyncDisposable
{
    private const int Attempts = 50;

    private readonly Dictionary<string, NpgsqlDataSource> _databases;
    private readonly Dictionary<string, NpgsqlConnection> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _snapshots = new(StringComparer.Ordinal);

    private Cut(Place place) => _databases = Place.Data.Append(Place.Keys).ToDictionary(d => d, place.Open, StringComparer.Ordinal);

    /// <summary>When it was taken.</summary>
    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>How often it was taken until it held.</summary>
    public int Taken { get; private set; }

    /// <summary>The name of a database's snapshot, for as long as this lives.</summary>
    public string Snapshot(string database) => _snapshots[database];

    /// <summary>A database, in its snapshot.</summary>
    public NpgsqlConnection In(string database) => _held[database];

    /// <summary>Takes it. Where a message was too quick, it is taken again.</summary>
    /// <exception cref="InvalidOperationException">Each time there was one.</exception>
    public static async Task<Cut> Take(Place place, CancellationToken stop)
    {
        var cut = new Cut(place);
        try
        {
            foreach (var (name, database) in cut._databases)
                cut._held[name] = await database.OpenConnectionAsync(stop);
            while (!await cut.Attempt(stop))
            {
                if (cut.Taken == Attempts)
                    throw new InvalidOperationException($"Each of {Attempts} times somebody acted between the snapshots: is a database very slow? Try again.");
            }

            return cut;
        }
        catch
        {
            await cut.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _held.Values)
            await connection.DisposeAsync();
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
    }

    private async Task<bool> Attempt(CancellationToken stop)
    {
        foreach (var connection in Taken++ > 0 ? _held.Values : Enumerable.Empty<NpgsqlConnection>())
            await Execute(connection, "ROLLBACK", stop);
        // What a service did because of an event that is in no snapshot has its number from after this.
        var marks = await Each(Place.Stores, async store => await Scalar<long>(_databases[store], $"SELECT last_value FROM {store}.mt_events_sequence", stop));
        TakenAt = DateTimeOffset.UtcNow;
        await Each(Place.Data, Hold);
        // Keys are made before the event of their learner, so theirs comes after.
        await Hold(Place.Keys);

        var causes = new HashSet<Guid>();
        foreach (var store in Place.Stores)
            causes.UnionWith(await Column<Guid>(_held[store], $"SELECT DISTINCT causation_id::uuid FROM {store}.mt_events WHERE seq_id >= {marks[store]} AND causation_id IS NOT NULL", null, stop));
        foreach (var store in Place.Stores)
        {
            if (await News(store, $"SELECT id FROM {store}.mt_events WHERE id = ANY($1)", [.. causes], stop))
                return false;
        }

        // Nor is a key gone whose learner is not erased yet.
        return !await News("enrollment", $"SELECT id FROM enrollment.mt_events WHERE type = 'learner.erased.v1' AND seq_id >= {marks["enrollment"]} AND $1 IS NOT NULL", [], stop);

        async Task<bool> Hold(string database)
        {
            await Execute(_held[database], "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0", stop);
            await using var name = new NpgsqlCommand("SELECT pg_export_snapshot()", _held[database]);
            var snapshot = (string)(await name.ExecuteScalarAsync(stop))!;
            lock (_snapshots)
                _snapshots[database] = snapshot;
            return true;
        }
    }

    /// <summary>Whether a store has, by now, more of these than in its snapshot.</summary>
    private async Task<bool> News(string store, string query, Guid[] ids, CancellationToken stop)
    {
        var then = await Column<Guid>(_held[store], query, ids, stop);
        await using var now = await _databases[store].OpenConnectionAsync(stop);
        return (await Column<Guid>(now, query, ids, stop)).Except(then).Any();
    }

    private static async Task<Dictionary<string, T>> Each<T>(IEnumerable<string> names, Func<string, Task<T>> each) =>
        (await Task.WhenAll(names.Select(async name => (name, await each(name))))).ToDictionary(e => e.name, e => e.Item2, StringComparer.Ordinal);

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task<T> Scalar<T>(NpgsqlDataSource database, string sql, CancellationToken stop)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(stop))!;
    }

    private static async Task<List<T>> Column<T>(NpgsqlConnection connection, string sql, Guid[]? parameter, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (parameter is not null)
            command.Parameters.AddWithValue(parameter);
        await using var rows = await command.ExecuteReaderAsync(stop);
        var all = new List<T>();
        while (await rows.ReadAsync(stop))
            all.Add(rows.GetFieldValue<T>(0));
        return all;
    }
}

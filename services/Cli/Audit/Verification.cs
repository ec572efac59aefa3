using System.Data;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary>What is not as it was recorded.</summary>
/// <param name="Kind">A stable word for programs: changed, deleted, inserted, backdated, unreadable, hidden, stream, ledger, rewritten, truncated, unsigned, unwitnessed, masked or unerased.</param>
/// <param name="Sequence">The place in the order of all events, where one is at fault.</param>
/// <param name="Stream">The stream, where it is known; of a training record its id.</param>
/// <param name="Version">The version in the stream, where it is known.</param>
/// <param name="Words">What is wrong, in words.</param>
internal sealed record Finding(string Kind, long? Sequence, Guid? Stream, long? Version, string Words);

/// <summary>What a verification saw.</summary>
/// <param name="Service">The service.</param>
/// <param name="Events">How many events were read.</param>
/// <param name="Covered">How many the ledger holds.</param>
/// <param name="Waiting">How many events are younger than the ledger.</param>
/// <param name="Checkpoints">How many witnessed checkpoints fit.</param>
/// <param name="Proven">Up to how many events the ledger is as it was witnessed.</param>
/// <param name="Erased">How many learners are erased. Their sealed texts are as they were recorded, and open for nobody.</param>
/// <param name="Findings">What is wrong. With none, everything is as it was recorded.</param>
/// <param name="Highest">The sequence of the last event.</param>
/// <param name="Root">The root over all events that were read, also those that are younger than the ledger.</param>
internal sealed record Verified(
    string Service, long Events, long Covered, long Waiting, int Checkpoints, long Proven, long Erased, IReadOnlyList<Finding> Findings, long Highest, string Root);

/// <summary>
/// Reads every stored event of a service in order and compares it with the leaf that its ledger holds, and the tree over
/// the leaves with every checkpoint that was witnessed outside of the database. Memory does not grow with the store.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="store">Its store.</param>
/// <param name="key">The key that opens its checkpoints.</param>
/// <param name="witnessed">The checkpoints.</param>
/// <param name="keys">The learners' keys, where the service's erasures are to be compared with them.</param>
/// <param name="snapshot">The snapshot that somebody exported and holds; null: what is stored now.</param>
internal sealed class Verification(
    string service, NpgsqlDataSource store, VerifierKey key, IEnumerable<string> witnessed, HeldKeys? keys = null, string? snapshot = null)
{
    private const int Page = 5000;

    // So long may a transaction take, whose events bear the time at which it began.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly List<Finding> _findings = [];
    private readonly Tree _tree = new();
    private readonly Tree _rows = new();
    private readonly Queue<Checkpoint> _checkpoints = [];
    private readonly Dictionary<(int Level, long Place), byte[]> _upper = [];
    private (int Fit, long Proven) _seen;
    private bool _any;
    private long _erased, _highest;

    /// <summary>Verifies. Now and then it tells how many events it has read.</summary>
    public async Task<Verified> Run(Action<long> progress, CancellationToken stop)
    {
        foreach (var checkpoint in Opened().OrderBy(c => c.Size))
            _checkpoints.Enqueue(checkpoint);
        await using var first = await store.OpenConnectionAsync(stop);
        await using var second = await store.OpenConnectionAsync(stop);
        // One snapshot for rows and leaves: what arrives meanwhile is no fault.
        await using var rowsSnapshot = await first.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        if (snapshot is not null)
            await Share(first, snapshot);
        await using var name = new NpgsqlCommand("SELECT pg_export_snapshot()", first);
        var same = (string)(await name.ExecuteScalarAsync(stop))!;
        await using var leavesSnapshot = await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        await Share(second, same);

        await Upper(first, stop);
        var (events, waiting) = await Compare(first, second, progress, stop);
        Ends();
        await Hidden(first, stop);
        if (keys is not null)
            _findings.AddRange(await keys.Compare(first, stop));
        return new(service, events, _tree.Size, waiting, _seen.Fit, _seen.Proven, _erased, _findings, _highest, Convert.ToHexStringLower(_rows.Root()));

        async Task Share(NpgsqlConnection connection, string exported)
        {
            await using var share = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{exported}'", connection);
            await share.ExecuteNonQueryAsync(stop);
        }
    }

    private async Task<(long Events, long Waiting)> Compare(NpgsqlConnection first, NpgsqlConnection second, Action<long> progress, CancellationToken stop)
    {
        var (events, waiting, latest) = (0L, 0L, DateTime.MinValue);
        await using var leaves = Leaves(second, stop).GetAsyncEnumerator(stop);
        var leaf = await Next();
        await foreach (var stored in Events(first, stop))
        {
            if (++events % Page == 0)
                progress(events);
            if (stored.Type == "learner.erased.v1")
                _erased++;
            _highest = stored.Sequence;
            var hash = Hash(stored);
            if (hash is not null)
                _rows.Append(hash);
            for (; leaf is { } missing && missing.Sequence < stored.Sequence; leaf = await Next())
                Deleted(missing);
            if (leaf is not { } recorded)
            {
                waiting++;
                InTime(stored);
                continue;
            }

            if (recorded.Sequence > stored.Sequence)
            {
                Found("inserted", stored, "is not in the ledger, which holds later ones");
                InTime(stored);
                continue;
            }

            if (hash is not null && !hash.AsSpan().SequenceEqual(recorded.Hash))
                Found("changed", stored, "is not what was recorded");
            else
                InTime(stored);
            Grow(recorded.Hash);
            leaf = await Next();
        }

        for (; leaf is { } missing; leaf = await Next())
            Deleted(missing);
        return (events, waiting);

        async Task<(long Sequence, byte[] Hash)?> Next() => await leaves.MoveNextAsync() ? leaves.Current : null;

        void InTime(StoredEvent stored)
        {
            if (stored.RecordedAt + Longest < latest)
                Found("backdated", stored, $"says that it was recorded at {stored.RecordedAt:u}, after one of {latest:u}");
            else if (stored.RecordedAt > latest)
                latest = stored.RecordedAt;
        }

        void Deleted((long Sequence, byte[] Hash) leaf)
        {
            _findings.Add(new("deleted", leaf.Sequence, null, null, $"The ledger holds an event with the sequence {leaf.Sequence}; the store does not."));
            Grow(leaf.Hash);
        }
    }

    private void Grow(byte[] hash)
    {
        foreach (var tile in _tree.Append(hash))
            Fits(tile);
        while (_checkpoints.TryPeek(out var next) && next.Size == _tree.Size)
        {
            _checkpoints.Dequeue();
            if (next.Root.Span.SequenceEqual(_tree.Root()))
                _seen = (_seen.Fit + 1, next.Size);
            else if (_findings.TrueForAll(f => f.Kind != "rewritten"))
                _findings.Add(new("rewritten", null, null, null,
                    $"The ledger was written anew: its first {_seen.Proven} events are those that were witnessed, its first {next.Size} are not."));
        }
    }

    private void Ends()
    {
        foreach (var tile in _tree.Partial())
            Fits(tile);
        if (_tree.Size > 0 && !_any)
            _findings.Add(new("unwitnessed", null, null, null, $"The ledger holds {_tree.Size} events, and no checkpoint of it was witnessed: nothing is proven."));
        if (_checkpoints.TryPeek(out var next))
            _findings.Add(new("truncated", null, null, null,
                $"{_checkpoints.Max(c => c.Size)} events were witnessed; the ledger ends after {_tree.Size}. The next that should be there is number {_tree.Size + 1} of {next.Size}."));
    }

    private IEnumerable<Checkpoint> Opened()
    {
        foreach (var note in witnessed)
        {
            Checkpoint checkpoint;
            try
            {
                checkpoint = Checkpoint.Open(note, key);
            }
            catch (InvalidDataException e)
            {
                _findings.Add(new("unsigned", null, null, null, e.Message));
                continue;
            }

            _any = true;
            yield return checkpoint;
        }
    }

    private byte[]? Hash(StoredEvent stored)
    {
        try
        {
            return Merkle.Leaf(Entry.Of(service, stored));
        }
        catch (JsonException e)
        {
            Found("unreadable", stored, "cannot be read: " + e.Message);
            return null;
        }
    }

    private void Found(string kind, StoredEvent stored, string what) => _findings.Add(new(
        kind, stored.Sequence, stored.Stream, stored.Version,
        $"Version {stored.Version} ({stored.Type}) of {(stored.StreamType.Length > 0 ? stored.StreamType : "the stream")} {stored.Stream}, sequence {stored.Sequence}, {what}."));

    // By pages, so that they come by the index: sorting them all would need the disk.
    private async IAsyncEnumerable<StoredEvent> Events(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var page = new NpgsqlCommand(StoredEvent.Query(service) + $" LIMIT {Page}", connection);
        page.Parameters.AddWithValue(0L);
        page.Parameters.AddWithValue(long.MaxValue);
        await page.PrepareAsync(stop);
        for (var more = true; more;)
        {
            more = false;
            await using var rows = await page.ExecuteReaderAsync(stop);
            while (await rows.ReadAsync(stop))
            {
                var stored = StoredEvent.Read(rows);
                (more, page.Parameters[0].Value) = (true, stored.Sequence);
                yield return stored;
            }
        }
    }

    private async IAsyncEnumerable<(long Sequence, byte[] Hash)> Leaves(NpgsqlConnection connection, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var tiles = new NpgsqlCommand($"SELECT place, hashes, sequences FROM {service}.ledger_tile WHERE level = 0 ORDER BY place", connection);
        await using var rows = await tiles.ExecuteReaderAsync(stop);
        for (var place = 0L; await rows.ReadAsync(stop); place++)
        {
            var (hashes, sequences) = (rows.GetFieldValue<byte[]>(1), rows.GetFieldValue<long[]>(2));
            if (rows.GetInt64(0) != place || hashes.Length != sequences.Length * Merkle.Length)
                _findings.Add(new("ledger", null, null, null, $"Where tile {place} of the ledger's leaves should be, there is tile {rows.GetInt64(0)} with {hashes.Length} bytes."));
            foreach (var (at, sequence) in sequences.Take(hashes.Length / Merkle.Length).Index())
                yield return (sequence, hashes[(at * Merkle.Length)..((at + 1) * Merkle.Length)]);
        }
    }

    private async Task Upper(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var tiles = new NpgsqlCommand($"SELECT level, place, hashes FROM {service}.ledger_tile WHERE level > 0", connection);
        await using var rows = await tiles.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            _upper[(rows.GetInt16(0), rows.GetInt64(1))] = rows.GetFieldValue<byte[]>(2);
    }

    private void Fits(Tile tile)
    {
        if (tile.Level > 0 && !(_upper.TryGetValue((tile.Level, tile.Index), out var hashes) && tile.Hashes.Span.SequenceEqual(hashes)))
            _findings.Add(new("ledger", null, null, null, $"Tile {tile.Index} of level {tile.Level} does not fit the leaves below it: proofs made with it would fail."));
    }

    private async Task Hidden(NpgsqlConnection connection, CancellationToken stop)
    {
        // The column is there only where Marten was told to skip events.
        await using var column = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'mt_events' AND column_name = 'is_skipped')", connection)
        {
            Parameters = { new() { Value = service } },
        };
        var skipped = (bool)(await column.ExecuteScalarAsync(stop))! ? " OR e.is_skipped" : "";
        await using (var events = new NpgsqlCommand(
            $"SELECT e.seq_id, e.stream_id, e.version, e.type FROM {service}.mt_events e WHERE (e.is_archived{skipped} OR e.bdata IS NOT NULL OR e.tenant_id <> '*DEFAULT*') ORDER BY 1", connection))
        await using (var rows = await events.ExecuteReaderAsync(stop))
        {
            while (await rows.ReadAsync(stop))
                _findings.Add(new("hidden", rows.GetInt64(0), rows.GetGuid(1), rows.GetInt64(2),
                    $"Version {rows.GetInt64(2)} ({rows.GetString(3)}) of {rows.GetGuid(1)}, sequence {rows.GetInt64(0)}, is marked so that the store does not show it, or shows something else."));
        }

        await using var streams = new NpgsqlCommand(
            $"""
            SELECT s.id, s.version, coalesce(e.last, 0), coalesce(e.count, 0), s.is_archived FROM {service}.mt_streams s
            LEFT JOIN (SELECT stream_id, max(version) AS last, count(*) AS count FROM {service}.mt_events GROUP BY stream_id) e ON e.stream_id = s.id
            WHERE (s.version, s.version, s.is_archived) IS DISTINCT FROM (coalesce(e.last, 0), coalesce(e.count, 0), false)
              AND NOT EXISTS (SELECT FROM {service}.mt_events t WHERE t.stream_id = s.id AND t.type = 'tombstone') ORDER BY s.id
            """, connection);
        await using var differing = await streams.ExecuteReaderAsync(stop);
        while (await differing.ReadAsync(stop))
            _findings.Add(new("stream", null, differing.GetGuid(0), differing.GetInt64(1),
                differing.GetBoolean(4)
                    ? $"The stream {differing.GetGuid(0)} is archived: the store does not show it."
                    : $"The stream {differing.GetGuid(0)} says that it has {differing.GetInt64(1)} events; there are {differing.GetInt64(3)}, the last of version {differing.GetInt64(2)}."));
    }
}

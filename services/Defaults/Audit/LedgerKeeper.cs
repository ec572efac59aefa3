using System.Text;
using Npgsql;
using Tremplin.Ledger;
using Weasel.Core;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Tremplin.Defaults.Audit;

/// <summary>
/// Keeps the ledger of a service: a tree over its stored events in their order (RFC 6962), in tiles, and signed checkpoints
/// of it, every 1 000 events and whenever the last is older than the longest time. The write path pays nothing; the tree is as old as the last sweep.
/// </summary>
/// <remarks>
/// Each checkpoint is also appended to the witness file, outside of the database. A ledger that does not continue what
/// was witnessed is not signed.
/// </remarks>
internal sealed class LedgerKeeper(Books books, string witness, TimeSpan longest) : ISweeper
{
    private const int Page = 10_000, Often = 1000;

    private readonly string _witness = Path.Combine(witness, $"{books.Service}.checkpoints");
    private readonly List<long> _sequences = [];
    private Tree? _tree;
    private long _last, _witnessed;

    /// <summary>Why this replica, which leads, signs nothing any more; null where all is well.</summary>
    public string? Refuses { get; private set; }

    /// <summary>The tables of a ledger.</summary>
    public static IEnumerable<ISchemaObject> Tables(string service)
    {
        var tiles = new Table(Named("ledger_tile"));
        tiles.AddColumn("level", "smallint").AsPrimaryKey();
        tiles.AddColumn("place", "bigint").AsPrimaryKey();
        tiles.AddColumn("hashes", "bytea").NotNull();
        tiles.AddColumn("sequences", "bigint[]");
        tiles.Indexes.Add(new IndexDefinition("ledger_tile_sequences") { IsUnique = true, Columns = ["(sequences[1])"], Predicate = "level = 0" });
        var checkpoints = new Table(Named("ledger_checkpoint"));
        checkpoints.AddColumn("size", "bigint").AsPrimaryKey();
        checkpoints.AddColumn("note", "text").NotNull();
        checkpoints.AddColumn("made_at", "timestamptz").NotNull().DefaultValueByExpression("now()");
        return [tiles, checkpoints];

        PostgresqlObjectName Named(string name) => new(service, name, SchemaUtils.IdentifierUsage.General);
    }

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        try
        {
            while (await Grow(cancellation) == Page)
            {
                // Until it has caught up.
            }

            await Witness(cancellation);
            Refuses = null;
        }
        catch (Exception e)
        {
            // What is stored counts, not what was meant to be.
            _tree = null;
            Refuses = e is InvalidDataException ? e.Message : null;
            throw;
        }
    }

    /// <summary>Adds the next page of events, in one transaction with the checkpoint that has fallen due; says how many.</summary>
    private async Task<int> Grow(CancellationToken cancellation)
    {
        await using var connection = await books.Database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // A leader that is on its way out may still be here.
        await using (var alone = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('tremplin-ledger', 0))", connection))
            await alone.ExecuteNonQueryAsync(cancellation);
        // Another may have led, and grown it, since this replica last did.
        var grown = _tree is null ? -1 : await Number(
            connection, $"SELECT sequences[cardinality(sequences)] FROM {books.Service}.ledger_tile WHERE level = 0 ORDER BY place DESC LIMIT 1", cancellation);
        var tree = _tree = _tree is null || grown != _last ? await Load(connection, cancellation) : _tree;
        await using var batch = new NpgsqlBatch(connection);
        // Up to here the daemon has seen that nothing will be added in between.
        var settled = await Number(connection, $"SELECT last_seq_id FROM {books.Service}.mt_event_progression WHERE name = 'HighWaterMark'", cancellation);
        await using var events = new NpgsqlCommand(StoredEvent.Query(books.Service) + $" LIMIT {Page}", connection)
        {
            Parameters = { new() { Value = _last }, new() { Value = settled } },
        };
        var added = 0;
        await using (var rows = await events.ExecuteReaderAsync(cancellation))
        {
            for (; await rows.ReadAsync(cancellation); added++)
            {
                var stored = StoredEvent.Read(rows);
                _sequences.Add(_last = stored.Sequence);
                foreach (var tile in tree.Append(Merkle.Leaf(Entry.Of(books.Service, stored))))
                    Store(tile);
                if (tree.Size % Often == 0)
                    Sign();
            }
        }

        foreach (var tile in added > 0 ? tree.Partial() : [])
            Store(tile);
        if (tree.Size > 0)
        {
            Sign();
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return added;

        void Sign() => batch.BatchCommands.Add(new(
            $"""
            INSERT INTO {books.Service}.ledger_checkpoint SELECT $1, $2 FROM (SELECT max(size) AS size, max(made_at) AS made_at FROM {books.Service}.ledger_checkpoint) last
            WHERE last.size IS NULL OR $1 >= last.size + {Often} OR ($1 > last.size AND last.made_at < now() - $3::interval)
            """)
        {
            Parameters = { new() { Value = tree.Size }, new() { Value = books.Key.Sign(new(books.Key.Verifier.Name, tree.Size, tree.Root())) }, new() { Value = longest } },
        });

        void Store(Tile tile)
        {
            batch.BatchCommands.Add(new(
                $"""
                INSERT INTO {books.Service}.ledger_tile VALUES ($1, $2, $3, $4)
                ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes, sequences = excluded.sequences
                """)
            {
                Parameters =
                {
                    new() { Value = (short)tile.Level }, new() { Value = tile.Index }, new() { Value = tile.Hashes.ToArray() },
                    new() { Value = tile.Level == 0 ? _sequences.ToArray() : DBNull.Value },
                },
            });
            if (tile is { Level: 0, Hashes.Length: Tile.Width * Merkle.Length })
                _sequences.Clear();
        }
    }

    private static async Task<long> Number(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    private async Task<Tree> Load(NpgsqlConnection connection, CancellationToken cancellation)
    {
        Directory.CreateDirectory(witness);
        await Replace(Path.Combine(witness, $"{books.Service}.vkey"), books.Key.Verifier + "\n", cancellation);
        var edge = new Dictionary<int, Tile>();
        var size = 0L;
        (_last, var sequences) = (0, (long[])[]);
        await using (var last = new NpgsqlCommand(
            $"SELECT DISTINCT ON (level) level, place, hashes, sequences FROM {books.Service}.ledger_tile ORDER BY level, place DESC", connection))
        await using (var rows = await last.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
            {
                var tile = new Tile(rows.GetInt16(0), rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
                edge.Add(tile.Level, tile);
                if (tile.Level > 0)
                    continue;
                sequences = rows.GetFieldValue<long[]>(3);
                (size, _last) = ((tile.Index * Tile.Width) + sequences.Length, sequences[^1]);
            }
        }

        _sequences.Clear();
        _sequences.AddRange(sequences.Length < Tile.Width ? sequences : []);
        var tree = new Tree(size, (level, _) => edge[level]);
        if (Witnessed() is { } seen)
        {
            if (seen.Size > size
                || !(await books.Prove(connection, tile => Tree.Subtree(0, seen.Size, tile), cancellation)).AsSpan().SequenceEqual(seen.Root.Span))
                throw new InvalidDataException(
                    $"The ledger of {books.Service} with its {size} events does not continue the witnessed checkpoint of size {seen.Size}. Nothing is signed any more.");
            _witnessed = seen.Size;
        }

        return tree;
    }

    // Whole or not at all: a process that is frozen or dies while it writes leaves no key that nobody can read.
    private static async Task Replace(string file, string text, CancellationToken cancellation)
    {
        if (File.Exists(file) && await File.ReadAllTextAsync(file, cancellation) == text)
            return;
        var fresh = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(fresh, text, cancellation);
        File.Move(fresh, file, overwrite: true);
    }

    private Checkpoint? Witnessed() => File.Exists(_witness) && Checkpoint.Notes(File.ReadLines(_witness)).LastOrDefault() is { } note
        ? Checkpoint.Open(note, books.Key.Verifier)
        : null;

    /// <summary>Appends to the witness file what it does not have yet.</summary>
    private async Task Witness(CancellationToken cancellation)
    {
        await using var after = books.Database.CreateCommand($"SELECT note FROM {books.Service}.ledger_checkpoint WHERE size > $1 ORDER BY size");
        after.Parameters.AddWithValue(_witnessed);
        var notes = new List<string>();
        await using (var rows = await after.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                notes.Add(rows.GetString(0));
        }

        if (notes.Count == 0)
            return;
        await using (var file = new FileStream(_witness, FileMode.Append))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(notes)), cancellation);
            file.Flush(flushToDisk: true);
        }

        _witnessed = Checkpoint.Open(notes[^1], books.Key.Verifier).Size;
    }
}

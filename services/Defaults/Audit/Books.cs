using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Npgsql;
using Tremplin.Ledger;

namespace Tremplin.Defaults.Audit;

/// <summary>What auditors read of a service: its store as rows, the streams that it knows, and its ledger.</summary>
/// <param name="service">The service's name, and its schema's.</param>
/// <param name="connection">The store.</param>
/// <param name="options">How Marten reads it.</param>
/// <param name="announcements">What the other services hear of an event.</param>
/// <param name="secrets">The folder with the ledger's key.</param>
internal sealed class Books(
    string service, string connection, StoreOptions options, Func<Recorded, object?> announcements, string secrets) : IAsyncDisposable
{
    private readonly Lazy<SigningKey> _key = new(() =>
        new($"tremplin/{service}", Secrets.Bytes(Path.Combine(secrets, $"ledger-{service}.key"), SigningKey.SeedLength)));

    public string Service => service;

    public StoreOptions Options => options;

    public Func<Recorded, object?> Announcements => announcements;

    public SigningKey Key => _key.Value;

    public NpgsqlDataSource Database { get; } = NpgsqlDataSource.Create(connection + ";Maximum Pool Size=8");

    /// <summary>The stored name of a state's type.</summary>
    public string AliasOf(Type state) => ((IEventRegistry)options.Events).AggregateAliasFor(state);

    /// <summary>Up to here the daemon has seen that nothing will be added in between.</summary>
    public string Settled => $"(SELECT last_seq_id FROM {service}.mt_event_progression WHERE name = 'HighWaterMark')";

    /// <summary>Asks first which tiles a proof needs, reads them together, and makes it.</summary>
    public async Task<T> Prove<T>(NpgsqlConnection connection, Func<Func<int, long, Tile>, T> proof, CancellationToken cancellation)
    {
        var tiles = new Dictionary<(int Level, long Place), Tile>();
        proof((level, place) => tiles[(level, place)] = new(level, place, new byte[Tile.Width * Merkle.Length]));
        await using var read = new NpgsqlCommand(
            $"SELECT level, place, hashes FROM {service}.ledger_tile JOIN unnest($1::int[], $2::bigint[]) AS wanted (l, p) ON level = l AND place = p", connection)
        {
            Parameters = { new() { Value = tiles.Keys.Select(t => t.Level).ToArray() }, new() { Value = tiles.Keys.Select(t => t.Place).ToArray() } },
        };
        await using (var rows = await read.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                tiles[(rows.GetInt16(0), rows.GetInt64(1))] = new(rows.GetInt16(0), rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
        }

        return proof((level, place) => tiles[(level, place)]);
    }

    /// <summary>How many streams there are.</summary>
    public async Task<long> Count(CancellationToken cancellation)
    {
        await using var count = Database.CreateCommand($"SELECT count(*) FROM {service}.mt_streams");
        return (long)(await count.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The streams in pages: id and the stored name of the type.</summary>
    public async IAsyncEnumerable<IReadOnlyDictionary<Guid, string>> Streams([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var last = Guid.Empty; ;)
        {
            var page = new Dictionary<Guid, string>();
            await using (var next = Database.CreateCommand($"SELECT id, coalesce(type, '') FROM {service}.mt_streams WHERE id > $1 ORDER BY id LIMIT 200"))
            {
                next.Parameters.AddWithValue(last);
                await using var rows = await next.ExecuteReaderAsync(cancellation);
                while (await rows.ReadAsync(cancellation))
                    page[last = rows.GetGuid(0)] = rows.GetString(1);
            }

            if (page.Count == 0)
                yield break;
            yield return page;
        }
    }

    /// <summary>The events of these streams, in their order.</summary>
    public static async Task<IReadOnlyList<IEvent>> EventsOf(IQuerySession session, IEnumerable<Guid> streams, CancellationToken cancellation)
    {
        Guid[] ids = [.. streams];
        var events = await session.Events.QueryAllRawEvents().Where(e => e.StreamId.IsOneOf(ids)).ToListAsync(cancellation);
        return [.. events.Where(e => e.Data is not Tombstone).OrderBy(e => e.StreamId).ThenBy(e => e.Version)];
    }

    /// <summary>A state, a document or an event as the store writes it. A state does not know its stream's id by itself.</summary>
    public JsonObject Json(object value, Guid stream)
    {
        var json = JsonNode.Parse(options.Serializer().ToJson(value))!.AsObject();
        if (json.ContainsKey("id"))
            json["id"] = stream;
        return json;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_key.IsValueCreated)
            _key.Value.Dispose();
        await Database.DisposeAsync();
    }
}

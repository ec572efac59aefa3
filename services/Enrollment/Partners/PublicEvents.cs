using System.Globalization;
using JasperFx.Events;
using Marten;
using Marten.Linq.MatchesSql;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Partners;

/// <summary>
/// The public events of one partner in the order of the store, up to the last that was announced: later ones may still
/// be overtaken by a transaction that is not committed.
/// </summary>
public sealed class PublicEvents(IDocumentStore store)
{
    /// <summary>The partner whose an event is; an index is over it.</summary>
    public const string Partner = $"(headers ->> '{Origin.PartnerHeader}')";

    private const int AtOnce = 1000;

    private const string From = $"FROM enrollment.mt_events e WHERE {Partner} = ?";

    /// <summary>The sequence of the last announced event, of any partner.</summary>
    public async Task<long> Announced(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var found = await session.AdvancedSql.QueryAsync<long>(
            "SELECT coalesce(max(last_seq_id), 0) FROM enrollment.mt_event_progression WHERE name = 'Announcer:All'", cancellation);
        return found[0];
    }

    /// <summary>The sequences of a partner's events, in order.</summary>
    public async Task<IReadOnlyList<long>> Sequences(
        string partner, long after, int most, DateTimeOffset? since = null, Guid? record = null, CancellationToken cancellation = default)
    {
        await using var session = store.QuerySession();
        List<object> values = [partner, after, await Announced(cancellation)];
        var only = "";
        if (since is { } instant)
        {
            only += " AND e.timestamp >= ?";
            values.Add(instant.ToUniversalTime());
        }

        if (record is { } stream)
        {
            only += " AND e.stream_id = ?";
            values.Add(stream);
        }

        values.Add(most);
        return await session.AdvancedSql.QueryAsync<long>(
            $"SELECT e.seq_id {From} AND e.seq_id > ? AND e.seq_id <= ?{only} ORDER BY e.seq_id LIMIT ?", cancellation, [.. values]);
    }

    /// <summary>The events with these sequences, in order, a thousand at a time.</summary>
    public async IAsyncEnumerable<IReadOnlyList<IEvent>> Read(
        IReadOnlyList<long> sequences, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var page in sequences.Chunk(AtOnce))
        {
            await using var session = store.QuerySession();
            yield return await session.Events.QueryAllRawEvents()
                .Where(e => e.MatchesSql("d.seq_id = ANY(?)", page)).OrderBy(e => e.Sequence).ToListAsync(cancellation);
        }
    }

    /// <summary>The last version of each of a partner's records as it was at this sequence, in the order of the ids.</summary>
    public async Task<IReadOnlyList<(Guid Record, long Version)>> Versions(string partner, long sequence, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        // Marten takes a row apart only where it is a document, so the two come as one text.
        var found = await session.AdvancedSql.QueryAsync<string>(
            $"SELECT e.stream_id || ' ' || max(e.version) {From} AND e.seq_id <= ? GROUP BY e.stream_id ORDER BY e.stream_id", cancellation, partner, sequence);
        return [.. found.Select(line => line.Split(' ')).Select(f => (Guid.Parse(f[0]), long.Parse(f[1], CultureInfo.InvariantCulture)))];
    }
}

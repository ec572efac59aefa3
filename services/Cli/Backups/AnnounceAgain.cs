using Npgsql;

namespace Tremplin.Cli.Backups;

/// <summary>
/// Messages that were on their way at the moment of a backup are in no database. The Announcers are set back so far that
/// each of them is sent again; who knows one already changes nothing.
/// </summary>
internal static class AnnounceAgain
{
    // What one message takes at most, with all that is tried for it.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Sets back the Announcers of stores whose services do not run, and says how many events each passes again.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> In(Place place, CancellationToken stop)
    {
        var stores = Place.Stores.ToDictionary(s => s, place.Open, StringComparer.Ordinal);
        try
        {
            var (heard, moment) = (new Dictionary<string, Dictionary<Guid, DateTime>>(StringComparer.Ordinal), DateTime.UnixEpoch);
            foreach (var (service, store) in stores)
            {
                heard[service] = [];
                await foreach (var (_, _, _, at, cause) in Events(store, service, stop))
                {
                    if (cause is { } id)
                        heard[service].TryAdd(id, at);
                    moment = at > moment ? at : moment;
                }
            }

            var again = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var (service, store) in stores)
            {
                var first = await First(store, service, [.. heard.Where(h => h.Key != service).Select(h => h.Value)], moment - Margin, stop);
                again[service] = await SetBack(store, service, first, stop);
            }

            return again;
        }
        finally
        {
            foreach (var store in stores.Values)
                await store.DisposeAsync();
        }
    }

    /// <summary>The first event of which a message may have been lost.</summary>
    private static async Task<long> First(
        NpgsqlDataSource store, string service, List<Dictionary<Guid, DateTime>> others, DateTime settled, CancellationToken stop)
    {
        var flows = new Dictionary<(string Type, int Other), Flow>();
        await foreach (var (sequence, id, type, at, _) in Events(store, service, stop))
        {
            foreach (var (place, other) in others.Index())
            {
                if (!flows.TryGetValue((type, place), out var flow))
                    // Most types are announced to nobody, and only the margin counts; but who knows nothing may have heard nothing.
                    flows[(type, place)] = flow = new(settled, other.Count > 0 ? settled : DateTime.MinValue);
                flow.Saw(sequence, at, other.TryGetValue(id, out var then) ? then : null);
            }
        }

        return flows.Values.Select(f => f.First).Append(long.MaxValue).Min();
    }

    private static async Task<long> SetBack(NpgsqlDataSource store, string service, long first, CancellationToken stop)
    {
        await using var set = store.CreateCommand(
            $"""
            WITH was AS (SELECT name, last_seq_id FROM {service}.mt_event_progression WHERE name LIKE 'Announcer:%'),
            now AS (UPDATE {service}.mt_event_progression p SET last_seq_id = least(p.last_seq_id, $1 - 1) FROM was WHERE p.name = was.name
              RETURNING was.last_seq_id AS before, p.last_seq_id AS after)
            SELECT count(e.seq_id) FROM now JOIN {service}.mt_events e ON e.seq_id > now.after AND e.seq_id <= now.before
            """);
        set.Parameters.AddWithValue(first);
        var events = (long)(await set.ExecuteScalarAsync(stop))!;
        // Where nothing was announced yet Marten inserts the row, and would not get past one that is there.
        await using var none = store.CreateCommand($"DELETE FROM {service}.mt_event_progression WHERE name LIKE 'Announcer:%' AND last_seq_id <= 0");
        await none.ExecuteNonQueryAsync(stop);
        return events;
    }

    private static async IAsyncEnumerable<(long Sequence, Guid Id, string Type, DateTime At, Guid? Cause)> Events(
        NpgsqlDataSource store, string service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await using var events = store.CreateCommand(
            $"SELECT seq_id, id, type, timestamp, causation_id FROM {service}.mt_events WHERE type <> 'tombstone' ORDER BY seq_id");
        await using var rows = await events.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            var cause = await rows.IsDBNullAsync(4, stop) ? null : rows.GetString(4);
            yield return (rows.GetInt64(0), rows.GetGuid(1), string.Intern(rows.GetString(2)), rows.GetDateTime(3), Guid.TryParse(cause, out var id) ? id : null);
        }
    }

    /// <summary>
    /// The events of one type, before one other service. A queue keeps its order, and a message is done with within the
    /// margin: what is older than one that had its effect that long ago was heard as well.
    /// </summary>
    internal sealed class Flow(DateTime settled, DateTime since)
    {
        private bool _heard;

        /// <summary>The first event that may not have been heard.</summary>
        public long First { get; private set; } = long.MaxValue;

        public void Saw(long sequence, DateTime at, DateTime? heard)
        {
            if (heard <= settled)
                (First, _heard) = (long.MaxValue, true);
            else if (heard is null && (_heard || at >= since))
                First = Math.Min(First, sequence);
        }
    }
}

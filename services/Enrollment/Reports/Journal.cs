using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Marten;
using Npgsql;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Reports;

/// <summary>
/// The stored events of Enrollment up to a position of the log. What lies up to a settled position never changes, so whatever is
/// folded from it comes out the same for good.
/// </summary>
public sealed class Journal(IDocumentStore store)
{
    /// <summary>Up to here nothing will be added in between: the last sequence that the daemon has seen so.</summary>
    public async Task<long> Settled(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return (await session.AdvancedSql.QueryAsync<long>(
            "SELECT coalesce(max(last_seq_id), 0) FROM enrollment.mt_event_progression WHERE name = 'HighWaterMark'", cancellation))[0];
    }

    /// <summary>The streams that have events of these kinds, one after the other, each with these events in their order. One stream is in memory at a time.</summary>
    /// <param name="position">The sequence of the last event that counts.</param>
    /// <param name="kinds">Events, or the base of a stream's events.</param>
    /// <param name="partner">Whose; null stands for everybody's.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<IReadOnlyList<Recorded>> Streams(
        long position, IReadOnlyList<Type> kinds, string? partner = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var types = typeof(Journal).Assembly.GetTypes().Where(t => !t.IsAbstract && kinds.Any(t.IsAssignableTo)).ToDictionary(Name, StringComparer.Ordinal);
        // Read without what no fold asks for: it is most of what is stored with an event, and it would be sorted too.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT id, stream_id, version, type, headers ->> '{Origin.OccurredAtHeader}', data FROM enrollment.mt_events
            WHERE type = ANY($1) AND seq_id <= $2 {(partner is null ? "" : $"AND {Partners.PublicEvents.Partner} = $3")} ORDER BY stream_id, version
            """)
        {
            // Sorting many takes longer than a command may elsewhere. When whoever asked goes away it ends.
            CommandTimeout = 0,
            Parameters = { new() { Value = types.Keys.ToArray() }, new() { Value = position } },
        };
        if (partner is not null)
            command.Parameters.Add(new() { Value = partner });
        await using var session = store.QuerySession();
        await using var rows = await session.ExecuteReaderAsync(command, cancellation);
        List<Recorded> stream = [];
        while (await rows.ReadAsync(cancellation))
        {
            var e = Read(rows, types);
            if (stream is [var first, ..] && first.StreamId != e.StreamId)
            {
                yield return stream;
                stream = [];
            }

            stream.Add(e);
        }

        if (stream.Count > 0)
            yield return stream;
    }

    private Recorded Read(DbDataReader row, Dictionary<string, Type> types) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), store.Options.Serializer().FromJson(types[row.GetString(3)], row, 5),
        DateTimeOffset.Parse(row.GetString(4), CultureInfo.InvariantCulture));

    private static string Name(Type type) => ((StoredAsAttribute)Attribute.GetCustomAttribute(type, typeof(StoredAsAttribute))!).Name;
}

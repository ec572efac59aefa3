using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Tremplin.Ledger;

namespace Tremplin.Defaults.Audit;

/// <summary>Stored events as lines, each the very bytes that are hashed into the ledger.</summary>
internal static class Events
{
    /// <summary>JSON values, one a line.</summary>
    public const string Lines = "application/x-ndjson";

    /// <summary>How many are asked for at once.</summary>
    public const int Most = 100;

    public static void Map(IEndpointRouteBuilder audit, Books books) =>
        audit.MapGet("/events", (Guid[] record, Guid[] id, Guid? stream, long? after, DateTimeOffset? from, DateTimeOffset? to, int? take, CancellationToken cancellation) =>
            record.Length > Most || id.Length > Most
                ? TooMany()
                : Results.Stream(
                    body => Write(books, Wanted(books, record, id, stream, after ?? 0, from, to, take ?? int.MaxValue), body, cancellation), Lines))
            .WithSummary("Stored events, each line the bytes that the ledger holds of it.");

    /// <summary>The refusal of more.</summary>
    public static IResult TooMany() =>
        Problems.Of(StatusCodes.Status400BadRequest, "too-many", $"At most {Most} records or events are asked for at once.");

    /// <summary>Only what is settled: whoever goes on after the last line misses nothing.</summary>
    private static NpgsqlCommand Wanted(
        Books books, Guid[] records, Guid[] ids, Guid? stream, long after, DateTimeOffset? from, DateTimeOffset? to, int take)
    {
        var command = new NpgsqlCommand();
        var where = $"WHERE e.type <> 'tombstone' AND e.seq_id <= {books.Settled}";
        And(" AND e.seq_id > ", after);
        if (records.Length > 0)
            And(" AND e.correlation_id = ANY", records.Select(r => r.ToString()).ToArray());
        if (ids.Length > 0)
            And(" AND e.id = ANY", ids);
        if (stream is not null)
            And(" AND e.stream_id = ", stream);
        if (from is not null)
            And(" AND e.timestamp >= ", from.Value.ToUniversalTime());
        if (to is not null)
            And(" AND e.timestamp < ", to.Value.ToUniversalTime());
        where += " ORDER BY e.seq_id";
        And(" LIMIT ", take);
        command.CommandText = StoredEvent.Select(books.Service) + where;
        return command;

        void And(string condition, object value)
        {
            command.Parameters.Add(new() { Value = value });
            where += $"{condition}(${command.Parameters.Count})";
        }
    }

    private static async Task Write(Books books, NpgsqlCommand wanted, Stream body, CancellationToken cancellation)
    {
        await using var connection = await books.Database.OpenConnectionAsync(cancellation);
        await using var command = wanted;
        command.Connection = connection;
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            await body.WriteAsync(Entry.Of(books.Service, StoredEvent.Read(rows)), cancellation);
            await body.WriteAsync("\n"u8.ToArray(), cancellation);
        }
    }
}

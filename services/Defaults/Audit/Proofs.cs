using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using NpgsqlTypes;
using Tremplin.Ledger;

namespace Tremplin.Defaults.Audit;

/// <summary>Checkpoints of the ledger, and proofs against them.</summary>
internal static class Proofs
{
    public static void Map(IEndpointRouteBuilder audit, Books books)
    {
        audit.MapGet("/ledger/key", () => Results.Text(books.Key.Verifier.ToString())).WithSummary("The public key of the ledger.");
        audit.MapGet("/ledger/checkpoint", async (CancellationToken cancellation) =>
            await Note(books, null, cancellation) is { } note ? Results.Text(note) : NoCheckpoint(null))
            .WithSummary("The newest signed checkpoint of the ledger.");
        audit.MapGet("/ledger/inclusion/{eventId:guid}", async (Guid eventId, long? size, CancellationToken cancellation) =>
        {
            if (await Note(books, size, cancellation) is not { } note)
                return NoCheckpoint(size);
            var covered = Checkpoint.Open(note, books.Key.Verifier).Size;
            if (await Place(books, eventId, cancellation) is not { } place)
                return Problems.NotFound("event", eventId);
            if (!(place.Index < covered))
                return Problems.Of(StatusCodes.Status409Conflict, "not-yet", $"The checkpoint of size {covered} does not cover the event {eventId} yet.");
            await using var connection = await books.Database.OpenConnectionAsync(cancellation);
            var path = await books.Prove(
                connection, tile => Merkle.Inclusion(place.Index.Value, covered, (start, end) => Tree.Subtree(start, end, tile)), cancellation);
            return Results.Ok(new { place.Index, place.Sequence, path = path.Select(Convert.ToBase64String), checkpoint = note });
        }).WithSummary("A proof that an event is in the ledger.");
        audit.MapGet("/ledger/proofs", async (Guid[] record, long size, CancellationToken cancellation) =>
            await Note(books, size, cancellation) is null ? NoCheckpoint(size)
            : record.Length > Events.Most ? Events.TooMany()
            : Results.Stream(body => Write(books, record, size, body, cancellation), Events.Lines))
            .WithSummary("Proofs that the events about some records are in the ledger, a JSON value a line.");
        audit.MapGet("/ledger/consistency", async (long from, long to, CancellationToken cancellation) =>
        {
            foreach (var size in new[] { from, to })
            {
                if (await Note(books, size, cancellation) is null)
                    return NoCheckpoint(size);
            }

            if (from > to)
                return Problems.Of(StatusCodes.Status400BadRequest, "invalid-range", $"A ledger does not shrink from {from} to {to}.");
            await using var connection = await books.Database.OpenConnectionAsync(cancellation);
            var path = await books.Prove(connection, tile => Merkle.Consistency(from, to, (start, end) => Tree.Subtree(start, end, tile)), cancellation);
            return Results.Ok(new { from, to, path = path.Select(Convert.ToBase64String) });
        }).WithSummary("A proof that the ledger only grew from one checkpoint to another.");
    }

    private static IResult NoCheckpoint(long? size) => Problems.Of(
        StatusCodes.Status404NotFound, Problems.Unknown, size is null ? "There is no checkpoint yet." : $"There is no checkpoint of size {size}.");

    private static async Task<string?> Note(Books books, long? size, CancellationToken cancellation)
    {
        await using var note = books.Database.CreateCommand(
            $"SELECT note FROM {books.Service}.ledger_checkpoint WHERE $1::bigint IS NULL OR size = $1 ORDER BY size DESC LIMIT 1");
        note.Parameters.Add(new() { Value = (object?)size ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        return await note.ExecuteScalarAsync(cancellation) as string;
    }

    /// <summary>A proof for each event that the checkpoint covers, in the order in which <see cref="Events"/> gives them.</summary>
    private static async Task Write(Books books, Guid[] records, long size, Stream body, CancellationToken cancellation)
    {
        await using var connection = await books.Database.OpenConnectionAsync(cancellation);
        var places = new List<(long Sequence, long Index)>();
        await using (var find = new NpgsqlCommand(
            $"""
            SELECT e.seq_id, place * {Tile.Width} + array_position(sequences, e.seq_id) - 1 AS index FROM {books.Service}.mt_events e, LATERAL
              (SELECT place, sequences FROM {books.Service}.ledger_tile WHERE level = 0 AND sequences[1] <= e.seq_id ORDER BY sequences[1] DESC LIMIT 1) tile
            WHERE e.type <> 'tombstone' AND e.correlation_id = ANY($1) ORDER BY e.seq_id
            """, connection)
        {
            Parameters = { new() { Value = records.Select(r => r.ToString()).ToArray() } },
        })
        await using (var rows = await find.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
            {
                if (!rows.IsDBNull(1) && rows.GetInt64(1) < size)
                    places.Add((rows.GetInt64(0), rows.GetInt64(1)));
            }
        }

        // Together, for neighbours share their tiles; by pages, for tiles take room.
        foreach (var page in places.Chunk(Tile.Width))
        {
            var paths = await books.Prove(
                connection, tile => page.Select(p => Merkle.Inclusion(p.Index, size, (start, end) => Tree.Subtree(start, end, tile))).ToList(), cancellation);
            foreach (var ((sequence, index), path) in page.Zip(paths))
            {
                await JsonSerializer.SerializeAsync(body, new { sequence, index, path = path.Select(Convert.ToBase64String) }, JsonSerializerOptions.Web, cancellation);
                await body.WriteAsync("\n"u8.ToArray(), cancellation);
            }
        }
    }

    /// <summary>Where an event is: its sequence, and its place in the ledger where it has one already.</summary>
    private static async Task<(long Sequence, long? Index)?> Place(Books books, Guid eventId, CancellationToken cancellation)
    {
        await using var find = books.Database.CreateCommand(
            $"""
            SELECT e.seq_id, (SELECT place * {Tile.Width} + array_position(sequences, e.seq_id) - 1 FROM {books.Service}.ledger_tile
              WHERE level = 0 AND sequences[1] <= e.seq_id ORDER BY sequences[1] DESC LIMIT 1)
            FROM {books.Service}.mt_events e WHERE e.id = $1
            """);
        find.Parameters.AddWithValue(eventId);
        await using var rows = await find.ExecuteReaderAsync(cancellation);
        return await rows.ReadAsync(cancellation) ? (rows.GetInt64(0), rows.IsDBNull(1) ? null : rows.GetInt64(1)) : null;
    }
}

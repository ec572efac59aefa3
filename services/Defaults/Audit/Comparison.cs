using System.Data;
using System.Text.Json.Nodes;
using JasperFx.Events;
using JasperFx.Events.Aggregation;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Tremplin.Defaults.Audit;

/// <summary>Every read model made again from the events, by its own projection, and compared with the stored rows.</summary>
internal static class Comparison
{
    public static void Map(IEndpointRouteBuilder audit, Books books, IDocumentStore store) =>
        audit.MapGet("/compare", (CancellationToken cancellation) => Report.Lines(say => Run(books, store, say, cancellation)))
            .WithSummary("Every read model made again from the events and compared, row by row.");

    private static async Task Run(Books books, IDocumentStore store, Func<object, Task> say, CancellationToken cancellation)
    {
        var models = books.Options.Projections.AllAggregateTypes().Select(type => Model.Of(books, type)).ToList();
        var (seen, of) = (0L, await books.Count(cancellation));
        await foreach (var page in books.Streams(cancellation))
        {
            await using var connection = await books.Database.OpenConnectionAsync(cancellation);
            // One snapshot for events and rows, and a short one.
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await using var session = store.QuerySession(Marten.Services.SessionOptions.ForTransaction(snapshot));
            var events = (await Books.EventsOf(session, page.Keys, cancellation)).ToLookup(e => e.StreamId);
            foreach (var model in models)
            {
                await foreach (var difference in model.Compare([.. page.Keys], events, session, connection, cancellation))
                    await say(new { difference });
            }

            await say(new { streams = seen += page.Count, of });
        }

        foreach (var model in models)
        {
            foreach (var stray in await model.Strays(cancellation))
                await say(new { difference = new Difference(model.Name, stray, "", "a row", "none: there is no such stream", null) });
            await say(new { document = model.Name, model.Rows, model.Differences });
        }
    }

    /// <summary>Where a row is not what the events make of it.</summary>
    /// <param name="Document">The read model.</param>
    /// <param name="Id">The row, which has its stream's id.</param>
    /// <param name="Field">The first value that differs, a JSON pointer; empty for the row itself.</param>
    /// <param name="Stored">What the row holds.</param>
    /// <param name="Rebuilt">What it should hold.</param>
    /// <param name="Event">The event that made it so; null where none did.</param>
    private sealed record Difference(string Document, Guid Id, string Field, string? Stored, string? Rebuilt, object? Event);

    private abstract class Model(Books books, Type type)
    {
        private readonly string _table = ((IReadOnlyStoreOptions)books.Options).FindOrResolveDocumentType(type).TableName.QualifiedName;

        public string Name => type.Name;

        public long Rows { get; private set; }

        public int Differences { get; private set; }

        public static Model Of(Books books, Type type) => (Model)Activator.CreateInstance(typeof(Model<>).MakeGenericType(type), books)!;

        public async IAsyncEnumerable<Difference> Compare(
            IReadOnlyList<Guid> streams, ILookup<Guid, IEvent> events, IQuerySession session, NpgsqlConnection connection,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            var stored = await Stored(streams, connection, cancellation);
            foreach (var id in streams)
            {
                var (row, history) = (stored.GetValueOrDefault(id), events[id].ToList());
                var rebuilt = await Rebuild(history, history.Count, id, session);
                if (row is not null || rebuilt is not null)
                    Rows++;
                if (JsonNode.DeepEquals(row, rebuilt))
                    continue;
                var field = row is null || rebuilt is null ? "" : Changes.Between(row, rebuilt).Select(c => c.Field).FirstOrDefault("/version");
                Differences++;
                yield return new(
                    Name, id, field, At(row, field)?.ToJsonString(), At(rebuilt, field)?.ToJsonString(), await Maker(history, field, id, session));
            }
        }

        /// <summary>Rows whose stream is not there.</summary>
        public async Task<List<Guid>> Strays(CancellationToken cancellation)
        {
            await using var find = books.Database.CreateCommand(
                $"SELECT d.id FROM {_table} d WHERE NOT EXISTS (SELECT FROM {books.Service}.mt_streams s WHERE s.id = d.id) ORDER BY d.id");
            await using var rows = await find.ExecuteReaderAsync(cancellation);
            var strays = new List<Guid>();
            while (await rows.ReadAsync(cancellation))
                strays.Add(rows.GetGuid(0));
            (Rows, Differences) = (Rows + strays.Count, Differences + strays.Count);
            return strays;
        }

        /// <summary>What the projection makes of the first events of a stream; null where it makes nothing.</summary>
        protected abstract Task<object?> Make(IReadOnlyList<IEvent> events, IQuerySession session);

        private static JsonNode? At(JsonNode? node, string pointer) => pointer.Split('/').Skip(1)
            .Aggregate(node, (n, name) => (n as JsonObject)?[name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]);

        private async Task<JsonNode?> Rebuild(List<IEvent> events, int count, Guid id, IQuerySession session) =>
            await Make(events[..count], session) is { } document ? books.Json(document, id) : null;

        private async Task<object?> Maker(List<IEvent> events, string field, Guid id, IQuerySession session)
        {
            var now = At(await Rebuild(events, events.Count, id, session), field);
            for (var count = events.Count; count > 0; count--)
            {
                if (!JsonNode.DeepEquals(At(await Rebuild(events, count - 1, id, session), field), now))
                    return new { events[count - 1].Version, type = events[count - 1].EventTypeName, events[count - 1].Id, events[count - 1].Sequence };
            }

            return null;
        }

        private async Task<Dictionary<Guid, JsonNode>> Stored(IReadOnlyList<Guid> ids, NpgsqlConnection connection, CancellationToken cancellation)
        {
            await using var read = new NpgsqlCommand($"SELECT id, data::text FROM {_table} WHERE id = ANY($1)", connection) { Parameters = { new() { Value = ids } } };
            await using var rows = await read.ExecuteReaderAsync(cancellation);
            var stored = new Dictionary<Guid, JsonNode>();
            while (await rows.ReadAsync(cancellation))
                stored[rows.GetGuid(0)] = JsonNode.Parse(rows.GetString(1))!;
            return stored;
        }
    }

    private sealed class Model<T>(Books books) : Model(books, typeof(T)) where T : class
    {
        private readonly IAggregator<T, IQuerySession> _aggregator = books.Options.Projections.AggregatorFor<T>();
        private readonly HashSet<Type> _types = books.Options.Projections.TryFindAggregate(typeof(T), out var projection) ? [.. projection.AllEventTypes] : [];

        protected override async Task<object?> Make(IReadOnlyList<IEvent> events, IQuerySession session) =>
            events.Where(e => _types.Any(t => t.IsAssignableFrom(e.EventType))).ToList() is { Count: > 0 } taken
                ? await _aggregator.BuildAsync(taken, session, null, CancellationToken.None)
                : null;
    }
}

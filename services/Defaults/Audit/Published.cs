using System.Reflection;
using Marten;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tremplin.Defaults.Audit;

/// <summary>What each stored event announced, what led to it, and how far the Announcer has come.</summary>
internal static class Published
{
    private const int Page = 1000;

    public static void Map(IEndpointRouteBuilder audit, Books books, IDocumentStore store, Assembly assembly) =>
        audit.MapGet("/published", (CancellationToken cancellation) => Report.Lines(say => Run(books, store, assembly, say, cancellation)))
            .WithSummary("What each stored event announced, and what led to it.");

    private static async Task Run(Books books, IDocumentStore store, Assembly assembly, Func<object, Task> say, CancellationToken cancellation)
    {
        await using (var position = books.Database.CreateCommand(
            $"SELECT (SELECT last_seq_id FROM {books.Service}.mt_event_progression WHERE name LIKE 'Announcer:%'), {books.Settled}"))
        await using (var row = await position.ExecuteReaderAsync(cancellation))
        {
            await row.ReadAsync(cancellation);
            await say(new
            {
                books.Service,
                announced = await row.IsDBNullAsync(0, cancellation) ? 0 : row.GetInt64(0),
                settled = await row.IsDBNullAsync(1, cancellation) ? 0 : row.GetInt64(1),
                hears = assembly.GetTypes().SelectMany(t => t.GetInterfaces())
                    .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>)).Select(i => Name(i.GenericTypeArguments[0])),
            });
        }

        await using var session = store.QuerySession();
        for (var last = 0L; ;)
        {
            var events = await session.Events.QueryAllRawEvents().Where(e => e.Sequence > last).OrderBy(e => e.Sequence).Take(Page).ToListAsync(cancellation);
            foreach (var e in events.Where(e => e.Data is not JasperFx.Events.Tombstone))
            {
                await say(new
                {
                    e.Id,
                    e.Sequence,
                    e.StreamId,
                    e.Version,
                    type = e.EventTypeName,
                    recordedAt = e.Timestamp,
                    cause = e.CausationId,
                    message = books.Announcements(e.Recorded()) is { } message ? Name(message.GetType()) : null,
                });
            }

            if (events.Count == 0)
                return;
            last = events[^1].Sequence;
        }
    }

    private static string Name(Type contract) => contract.FullName![(contract.FullName!.IndexOf("Contracts.", StringComparison.Ordinal) + "Contracts.".Length)..];
}

using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tremplin.Defaults.Audit;

/// <summary>The history of a stream: what each event changed, and the state at any version or time.</summary>
internal static class History
{
    public static void Map(IEndpointRouteBuilder audit, Books books) =>
        audit.MapGet("/streams/{id:guid}", async (
            Guid id, int? version, DateTimeOffset? asOf, DateTimeOffset? asKnown, IQuerySession store, CancellationToken cancellation) =>
        {
            if (await store.Events.FetchStreamStateAsync(id, cancellation) is not { AggregateType: { } type })
                return Problems.NotFound("stream", id);
            var events = await store.Events.FetchStreamAsync(id, token: cancellation);
            if (version is { } wanted && (wanted < 0 || wanted > events.Count))
                return Problems.Of(StatusCodes.Status404NotFound, Problems.Unknown, $"The stream {id} has no version {wanted}; its last is {events.Count}.");
            return Results.Ok(Of(books, id, type, [.. events.Where(e =>
                !(e.Version > version) && !(e.OccurredAt() > asOf) && !(e.Timestamp > asKnown))], events.Count));
        }).WithSummary("The history of a stream: what each event changed, and the state at any version or time.");

    private static JsonObject Of(Books books, Guid id, Type type, IReadOnlyList<IEvent> events, int newest)
    {
        var state = Fold.Of(type);
        var before = books.Json(state.State, id);
        var history = new JsonArray();
        foreach (var e in events)
        {
            state.Take(e.Data);
            var after = books.Json(state.State, id);
            history.Add(new JsonObject
            {
                ["version"] = e.Version,
                ["sequence"] = e.Sequence,
                ["type"] = e.EventTypeName,
                ["eventId"] = e.Id,
                ["occurredAt"] = e.OccurredAt(),
                ["recordedAt"] = e.Timestamp,
                ["actor"] = e.Header(Origin.ActorHeader),
                ["organisation"] = e.Header(Origin.OrganisationHeader),
                ["correlationId"] = e.CorrelationId,
                ["causationId"] = e.CausationId,
                ["data"] = books.Json(e.Data, id),
                ["changed"] = new JsonArray([.. Changes.Between(before, after).Select(c =>
                    new JsonObject { ["field"] = c.Field, ["was"] = c.Was?.DeepClone(), ["is"] = c.Is?.DeepClone() })]),
            });
            before = after;
        }

        return new()
        {
            ["service"] = books.Service,
            ["stream"] = id,
            ["type"] = books.AliasOf(type),
            ["version"] = events.Count == 0 ? 0 : events[^1].Version,
            ["of"] = newest,
            ["state"] = before,
            ["history"] = history,
        };
    }
}

/// <summary>A stream's state as its events make it one after the other, whatever its type.</summary>
internal abstract class Fold
{
    public abstract object State { get; }

    public abstract void Take(object @event);

    public static Fold Of(Type state) => (Fold)Activator.CreateInstance(typeof(Fold<>).MakeGenericType(state))!;
}

internal sealed class Fold<TState> : Fold where TState : IStreamState<TState>
{
    private TState _state = TState.Initial;

    public override object State => _state;

    public override void Take(object @event) => _state = _state.Evolve(@event);
}

/// <summary>In what two JSON values differ.</summary>
internal static class Changes
{
    /// <summary>Each value that differs, by its JSON pointer (RFC 6901). A version counts events, and is not told.</summary>
    public static IEnumerable<(string Field, JsonNode? Was, JsonNode? Is)> Between(JsonNode? before, JsonNode? after, string at = "") => (before, after) switch
    {
        (JsonObject was, JsonObject @is) => Members(was, @is, at),
        // What comes or goes as a whole is told value by value.
        (null, JsonObject { Count: > 0 } came) => Members([], came, at),
        (JsonObject { Count: > 0 } went, null) => Members(went, [], at),
        _ when JsonNode.DeepEquals(before, after) => [],
        _ => [(at, before, after)],
    };

    private static IEnumerable<(string Field, JsonNode? Was, JsonNode? Is)> Members(JsonObject was, JsonObject @is, string at) =>
        was.Select(m => m.Key).Union(@is.Select(m => m.Key)).Where(name => at.Length > 0 || name != "version")
            .SelectMany(name => Between(was[name], @is[name], $"{at}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}"));
}

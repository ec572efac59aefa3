using System.Reflection;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tremplin.Defaults.Audit;

/// <summary>A rule that was not kept.</summary>
/// <param name="Rule">The rule, such as R1.</param>
/// <param name="Words">What is against it; holds no personal data.</param>
public sealed record Breach(string Rule, string Words);

/// <summary>Rules that hold at every version of a stream, whoever wrote it: what decisions keep, checked without them.</summary>
public abstract class Invariants
{
    /// <summary>The rules that are checked.</summary>
    public abstract IReadOnlyList<string> Rules { get; }

    /// <summary>The state that they are about.</summary>
    public abstract Type State { get; }

    internal static void Map(IEndpointRouteBuilder audit, Books books, IDocumentStore store, Assembly assembly) =>
        audit.MapGet("/invariants", (CancellationToken cancellation) => Report.Lines(say => Run(books, store, assembly, say, cancellation)))
            .WithSummary("The rules that hold at every version of every stream, checked.");

    internal abstract IEnumerable<(IEvent Event, Breach Breach)> Check(Guid stream, IReadOnlyList<IEvent> events, List<Holding> holdings);

    private static async Task Run(Books books, IDocumentStore store, Assembly assembly, Func<object, Task> say, CancellationToken cancellation)
    {
        var all = assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Invariants)) && !t.IsAbstract)
            .Select(t => (Invariants)Activator.CreateInstance(t)!).ToDictionary(i => books.AliasOf(i.State), StringComparer.Ordinal);
        var (holdings, streams, events, breaches, of) = (new List<Holding>(), 0L, 0L, 0, await books.Count(cancellation));
        await foreach (var page in books.Streams(cancellation))
        {
            await using var session = store.QuerySession();
            foreach (var stream in (await Books.EventsOf(session, page.Keys, cancellation)).GroupBy(e => e.StreamId))
            {
                events += stream.Count();
                if (!all.TryGetValue(page[stream.Key], out var invariants))
                    continue;
                foreach (var (e, breach) in invariants.Check(stream.Key, [.. stream], holdings))
                {
                    breaches++;
                    await say(new { breach = new { breach.Rule, breach.Words, stream = stream.Key, e.Version, e.Sequence, type = e.EventTypeName, eventId = e.Id } });
                }
            }

            await say(new { streams = streams += page.Count, of });
        }

        foreach (var (first, second) in Holding.Together(holdings))
        {
            breaches++;
            await say(new
            {
                breach = new
                {
                    second.Held.Rule,
                    words = $"It and {first.Stream} are alive at the same time, from sequence {second.From} on: {second.Held.What}.",
                    second.Stream,
                    sequence = second.From,
                },
            });
        }

        await say(new { rules = all.Values.SelectMany(i => i.Rules).Distinct().OrderBy(r => r.Length).ThenBy(r => r, StringComparer.Ordinal), streams, events, breaches });
    }
}

/// <summary>The invariants of one kind of stream.</summary>
public abstract class Invariants<TState> : Invariants where TState : IStreamState<TState>
{
    /// <inheritdoc/>
    public sealed override Type State => typeof(TState);

    /// <summary>What an event broke.</summary>
    public abstract IEnumerable<Breach> Broken(Guid stream, TState before, object @event, TState after);

    /// <summary>What only one stream may hold at a time: the rule that says so and the thing; null while it holds nothing.</summary>
    public virtual (string Rule, string What)? Holds(TState state) => null;

    /// <summary>The same of a stream that holds several things, or for a time only.</summary>
    public virtual IEnumerable<Held> AllHeld(TState state) => Holds(state) is { } one ? [new(one.Rule, one.What)] : [];

    internal sealed override IEnumerable<(IEvent Event, Breach Breach)> Check(Guid stream, IReadOnlyList<IEvent> events, List<Holding> holdings)
    {
        var (before, since) = (TState.Initial, new Dictionary<Held, long>());
        foreach (var e in events)
        {
            var (after, fault) = Evolve(before, e.Data);
            if (fault is not null)
            {
                yield return (e, new("fold", $"The event does not fit what was before it: {fault}"));
                yield break;
            }

            foreach (var breach in Broken(stream, before, e.Data, after!))
                yield return (e, breach);
            var held = AllHeld(after!).ToHashSet();
            foreach (var (gone, from) in since.Where(h => !held.Contains(h.Key)).ToList())
            {
                holdings.Add(new(gone, stream, from, e.Sequence));
                since.Remove(gone);
            }

            foreach (var one in held)
                since.TryAdd(one, e.Sequence);

            before = after!;
        }

        holdings.AddRange(since.Select(h => new Holding(h.Key, stream, h.Value, long.MaxValue)));
    }

    // Only a changed history gets here: a fold takes every fact that a decision made.
    private static (TState? After, string? Fault) Evolve(TState state, object @event)
    {
        try
        {
            return (state.Evolve(@event), null);
        }
        catch (Exception e) when (e is KeyNotFoundException or NullReferenceException or InvalidOperationException or ArgumentException)
        {
            return (default, e.Message);
        }
    }
}

/// <summary>What only one stream may hold at a time.</summary>
/// <param name="Rule">The rule that says so.</param>
/// <param name="What">The thing.</param>
public sealed record Held(string Rule, string What)
{
    /// <summary>From when it is held, UTC: what two hold at different times is no breach.</summary>
    public DateTimeOffset Starts { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Until when, UTC; then it is free.</summary>
    public DateTimeOffset Ends { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The streams that may hold it too, because a person said so.</summary>
    public IReadOnlyCollection<Guid> Beside { get; init; } = [];
}

/// <summary>What a stream held, from one sequence up to another.</summary>
internal sealed record Holding(Held Held, Guid Stream, long From, long To)
{
    /// <summary>Those that held the same at the same time.</summary>
    public static IEnumerable<(Holding First, Holding Second)> Together(IEnumerable<Holding> all)
    {
        foreach (var same in all.GroupBy(h => (h.Held.Rule, h.Held.What)).Select(g => g.OrderBy(h => h.Held.Starts).ToList()))
        {
            foreach (var (at, one) in same.Index())
            {
                foreach (var other in same.Skip(at + 1).TakeWhile(o => o.Held.Starts < one.Held.Ends).Where(one.Breaks))
                    yield return one.From < other.From ? (one, other) : (other, one);
            }
        }
    }

    private bool Breaks(Holding other) => Stream != other.Stream && From < other.To && other.From < To
        && Held.Starts < Held.Ends && other.Held.Starts < other.Held.Ends && !Held.Beside.Contains(other.Stream) && !other.Held.Beside.Contains(Stream);
}

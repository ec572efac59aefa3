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
                    second.Rule,
                    words = $"It and {first.Stream} are alive at the same time, from sequence {second.From} on: {second.What}.",
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

    internal sealed override IEnumerable<(IEvent Event, Breach Breach)> Check(Guid stream, IReadOnlyList<IEvent> events, List<Holding> holdings)
    {
        var (before, since) = (TState.Initial, default(IEvent));
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
            if (Holds(after!) != Holds(before))
            {
                if (since is not null)
                    holdings.Add(new(Holds(before)!.Value, stream, since.Sequence, e.Sequence));
                since = Holds(after!) is null ? null : e;
            }

            before = after!;
        }

        if (since is not null)
            holdings.Add(new(Holds(before)!.Value, stream, since.Sequence, long.MaxValue));
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

/// <summary>What a stream held, from one sequence up to another.</summary>
internal sealed record Holding(string Rule, string What, Guid Stream, long From, long To)
{
    public Holding((string Rule, string What) held, Guid stream, long from, long to) : this(held.Rule, held.What, stream, from, to) { }

    /// <summary>Those that held the same at the same time.</summary>
    public static IEnumerable<(Holding First, Holding Second)> Together(IEnumerable<Holding> all) => all
        .GroupBy(h => (h.Rule, h.What)).SelectMany(same => same.OrderBy(h => h.From).ToList() is var ordered
            ? ordered.Zip(ordered.Skip(1)).Where(two => two.Second.From < two.First.To)
            : []);
}

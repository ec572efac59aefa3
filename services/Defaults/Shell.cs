using System.Collections.Concurrent;
using System.Threading.Channels;
using JasperFx;
using Marten;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Tremplin.Defaults;

/// <summary>What a command led to, once it is committed.</summary>
/// <param name="State">The stream's state afterwards.</param>
/// <param name="Version">The stream's version afterwards; 0 when the stream does not exist.</param>
/// <param name="Appended">How many events this command appended; 0 when it was decided before.</param>
/// <param name="Refusal">Why it was refused, or null.</param>
public sealed record Outcome<TState>(TState State, long Version, int Appended, Decision.Rejected? Refusal);

/// <summary>A message was refused for good. It is parked with this reason; trying again would not help.</summary>
public sealed class RefusedException(string code, string reason) : Exception($"{code}: {reason}");

/// <summary>How consumers treat refusals.</summary>
public static class Outcomes
{
    /// <summary>Parks the message that led to a refusal: between our services that is a fault, not an answer.</summary>
    /// <exception cref="RefusedException">The command was refused.</exception>
    public static void ThrowIfRefused<TState>(this Outcome<TState> outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Refusal is { } refusal)
            throw new RefusedException(refusal.Code, refusal.Reason);
    }
}

/// <summary>
/// The one place where decisions meet the event store. Commands that arrive together are decided together,
/// in one transaction (group commit), yet each has its own outcome: one that fails does not take others with it.
/// </summary>
public sealed class Shell(IDocumentStore store, Clock clock) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(Type, bool), IAsyncDisposable> _desks = new();

    /// <summary>Decides optimistically: on a conflict it decides again on fresh state.</summary>
    public Task<Outcome<TState>> Handle<TState>(Guid id, ICommand<TState> command, Origin origin)
        where TState : class, IStreamState<TState> => Desk<TState>(exclusive: false).Enqueue(id, command, origin);

    /// <summary>Decides under a row lock, for a stream that many people hit at once. It needs an inline snapshot.</summary>
    public Task<Outcome<TState>> HandleExclusively<TState>(Guid id, ICommand<TState> command, Origin origin)
        where TState : class, IStreamState<TState> => Desk<TState>(exclusive: true).Enqueue(id, command, origin);

    private GroupCommit<TState> Desk<TState>(bool exclusive) where TState : class, IStreamState<TState> =>
        (GroupCommit<TState>)_desks.GetOrAdd((typeof(TState), exclusive), _ => new GroupCommit<TState>(store, clock, exclusive));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var desk in _desks.Values)
            await desk.DisposeAsync();
    }
}

internal sealed class GroupCommit<TState> : IAsyncDisposable where TState : class, IStreamState<TState>
{
    // Two lanes: one commits while the other decides. A stream always takes the same lane, so it never meets itself.
    private const int Lanes = 2, Together = 200;

    private static readonly ResiliencePipeline Again = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<ConcurrencyException>().Handle<Marten.Exceptions.ExistingStreamIdCollisionException>(),
        MaxRetryAttempts = 10,
        Delay = TimeSpan.FromMilliseconds(5),
        BackoffType = DelayBackoffType.Exponential,
        MaxDelay = TimeSpan.FromMilliseconds(200),
        UseJitter = true,
    }).Build();

    private readonly IDocumentStore _store;
    private readonly Clock _clock;
    private readonly bool _exclusive;
    private readonly Channel<Pending>[] _lanes;
    private readonly Task[] _pumps;

    public GroupCommit(IDocumentStore store, Clock clock, bool exclusive)
    {
        (_store, _clock, _exclusive) = (store, clock, exclusive);
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateUnbounded<Pending>(new() { SingleReader = true }))];
        // The pump must not inherit the trace of whoever happened to come first.
        using (ExecutionContext.SuppressFlow())
            _pumps = [.. _lanes.Select(lane => Task.Run(() => Pump(lane.Reader)))];
    }

    public Task<Outcome<TState>> Enqueue(Guid id, ICommand<TState> command, Origin origin)
    {
        var pending = new Pending(id, command, origin);
        var lane = _lanes[(uint)id.GetHashCode() % Lanes];
        return lane.Writer.TryWrite(pending)
            ? pending.Answer.Task
            : throw new OperationCanceledException("The service is stopping; nothing was decided.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
            lane.Writer.TryComplete();
        await Task.WhenAll(_pumps);
    }

    private async Task Pump(ChannelReader<Pending> lane)
    {
        var batch = new List<Pending>(Together);
        while (await lane.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < Together && lane.TryRead(out var pending))
                batch.Add(pending);
            await Commit(batch);
        }
    }

    private async Task Commit(IReadOnlyList<Pending> batch)
    {
        try
        {
            var outcomes = await Again.ExecuteAsync(async _ => await Attempt(batch));
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer.SetResult(outcomes[i]);
        }
        catch (Exception e) when (batch.Count > 1 && e is not NpgsqlException { IsTransient: true })
        {
            // One of them is at fault: each alone, so that the others go on.
            foreach (var pending in batch)
                await Commit([pending]);
        }
        catch (Exception e)
        {
            foreach (var pending in batch)
                pending.Answer.SetException(e);
        }
    }

    private async Task<Outcome<TState>[]> Attempt(IReadOnlyList<Pending> batch)
    {
        await using var session = _store.LightweightSession();
        var now = _clock.Now;
        var outcomes = new Outcome<TState>[batch.Count];
        // Locks are taken in one order everywhere, so two replicas cannot wait for each other.
        var streams = batch.Select((pending, place) => (pending, place)).GroupBy(p => p.pending.Id).OrderBy(g => g.Key).ToList();
        var loaded = _exclusive ? [] : await Load(session, [.. streams.Select(g => g.Key)]);
        var anything = false;
        foreach (var asked in streams)
        {
            var locked = _exclusive ? await session.Events.FetchForExclusiveWriting<TState>(asked.Key) : null;
            var (state, version) = locked is null
                ? loaded.GetValueOrDefault(asked.Key, (TState.Initial, 0))
                : (locked.Aggregate ?? TState.Initial, locked.CurrentVersion ?? 0);
            var events = new List<object>();
            var origins = new List<Origin>();
            foreach (var (pending, place) in asked)
            {
                var decision = pending.Command.Decide(state, now);
                var accepted = (decision as Decision.Accepted)?.Events ?? [];
                state = accepted.Aggregate(state, (s, e) => s.Evolve(e));
                events.AddRange(accepted);
                origins.AddRange(accepted.Select(_ => pending.Origin));
                outcomes[place] = new(state, version + events.Count, accepted.Count, decision as Decision.Rejected);
            }

            if (events.Count == 0)
                continue;
            anything = true;
            locked?.AppendMany(events);
            var stored = locked?.Events ?? (version == 0
                ? session.Events.StartStream<TState>(asked.Key, events)
                : session.Events.Append(asked.Key, version + events.Count, events)).Events;
            for (var i = 0; i < events.Count; i++)
                origins[i].Stamp(stored[i], now, TState.RecordOf(asked.Key, events[i]));
        }

        if (anything)
            await session.SaveChangesAsync();
        return outcomes;
    }

    private static async Task<Dictionary<Guid, (TState, long)>> Load(IDocumentSession session, Guid[] ids)
    {
        var events = ids is [var one]
            ? await session.Events.FetchStreamAsync(one)
            : await session.Events.QueryAllRawEvents().Where(e => e.StreamId.IsOneOf(ids)).ToListAsync();
        return events.GroupBy(e => e.StreamId).ToDictionary(
            g => g.Key,
            g => (g.OrderBy(e => e.Version).Aggregate(TState.Initial, (s, e) => s.Evolve(e.Data)), g.Max(e => e.Version)));
    }

    private sealed record Pending(Guid Id, ICommand<TState> Command, Origin Origin)
    {
        public TaskCompletionSource<Outcome<TState>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

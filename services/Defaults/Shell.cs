using System.Threading.Channels;
using System.Threading.RateLimiting;
using JasperFx;
using JasperFx.Events;
using Marten;
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
public sealed class Shell : IAsyncDisposable
{
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
    private readonly Desk<Pending> _desk;

    /// <summary>A shell over this store.</summary>
    public Shell(IDocumentStore store, Clock clock) => (_store, _clock, _desk) = (store, clock, new(Commit, paced: true));

    /// <summary>Decides optimistically: on a conflict it decides again on fresh state.</summary>
    public Task<Outcome<TState>> Handle<TState>(Guid id, ICommand<TState> command, Origin origin)
        where TState : class, IStreamState<TState> => Enqueue(new Pending<TState>(id, command, origin, exclusive: false));

    /// <summary>Decides under a row lock, for a stream that many people hit at once. It needs an inline snapshot.</summary>
    public Task<Outcome<TState>> HandleExclusively<TState>(Guid id, ICommand<TState> command, Origin origin)
        where TState : class, IStreamState<TState> => Enqueue(new Pending<TState>(id, command, origin, exclusive: true));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    private Task<Outcome<TState>> Enqueue<TState>(Pending<TState> pending) where TState : class, IStreamState<TState>
    {
        _desk.Enqueue(pending);
        return pending.Answer.Task;
    }

    private async Task Commit(List<Pending> batch)
    {
        try
        {
            await Again.ExecuteAsync(async _ => await Attempt(batch));
            foreach (var pending in batch)
                pending.Succeed();
        }
        catch (Exception e) when (batch.Count > 1 && !Bus.Outage(e))
        {
            // One of them is at fault: each alone, so that the others go on.
            foreach (var pending in batch)
                await Commit([pending]);
        }
        catch (Exception e)
        {
            foreach (var pending in batch)
                pending.Fail(e);
        }
    }

    private async Task Attempt(List<Pending> batch)
    {
        await using var session = _store.LightweightSession();
        var now = _clock.Now;
        // Locks are taken in one order everywhere, so two replicas cannot wait for each other.
        var streams = batch.GroupBy(p => p.Id).OrderBy(g => g.Key).ToList();
        Guid[] ids = [.. streams.Where(s => !s.First().Exclusive).Select(s => s.Key)];
        var stored = ids.Length == 0
            ? []
            : await session.Events.QueryAllRawEvents().Where(e => e.StreamId.IsOneOf(ids)).ToListAsync();
        var histories = stored.ToLookup(e => e.StreamId);
        var anything = false;
        foreach (var asked in streams)
            anything |= await asked.First().Decide([.. asked], histories[asked.Key], session, now);
        if (!anything)
            return;
        session.QueueSqlCommand(Appended.Notify);
        await session.SaveChangesAsync();
    }
}

/// <summary>Takes what arrives and does together what has gathered: at most 200 at once, in the order in which it came.</summary>
public sealed class Desk<T> : IAsyncDisposable
{
    private const int Together = 200, Few = 2;

    private readonly Channel<T> _waiting = Channel.CreateUnbounded<T>();
    private readonly Task _pump;

    /// <summary>A desk that is open.</summary>
    /// <param name="work">Does a batch, and answers each of it; throws nothing.</param>
    /// <param name="paced">Whether it waits for more under load, for what is costly to do; else only what has come meanwhile is done together.</param>
    public Desk(Func<List<T>, Task> work, bool paced)
    {
        // The pump must not inherit the trace of whoever happened to come first.
        using (ExecutionContext.SuppressFlow())
            _pump = Task.Run(() => Pump(work, paced));
    }

    /// <summary>Adds one; the work answers it.</summary>
    /// <exception cref="OperationCanceledException">The service is stopping.</exception>
    public void Enqueue(T one)
    {
        if (!_waiting.Writer.TryWrite(one))
            throw new OperationCanceledException("The service is stopping; nothing was decided.");
    }

    /// <summary>Returns when what waits is done.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _pump;
    }

    private async Task Pump(Func<List<T>, Task> work, bool paced)
    {
        using var pace = Pace.Start();
        for (var batch = new List<T>(); await _waiting.Reader.WaitToReadAsync(); await work(batch))
        {
            // A crowd that comes by network begins with one alone: where many were done together last, more are expected.
            using var turn = paced && Math.Max(batch.Count, _waiting.Reader.Count) > Few ? await pace.AcquireAsync() : null;
            batch = [];
            while (batch.Count < Together && _waiting.Reader.TryRead(out var one))
                batch.Add(one);
        }
    }
}

/// <summary>
/// In a crowd at most forty a second: then many commands share a commit, and many commits a look of the daemon. Who comes
/// alone does not wait.
/// </summary>
internal static class Pace
{
    public static TokenBucketRateLimiter Start() => new(new()
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(25),
        QueueLimit = 1,
    });
}

/// <summary>A command that waits for its commit.</summary>
internal abstract class Pending(Guid id, bool exclusive)
{
    public Guid Id { get; } = id;

    public bool Exclusive { get; } = exclusive;

    /// <summary>Decides all that is asked of this stream, in order, and appends; says whether anything was.</summary>
    public abstract Task<bool> Decide(IReadOnlyList<Pending> asked, IEnumerable<IEvent> history, IDocumentSession session, DateTimeOffset now);

    public abstract void Succeed();

    public abstract void Fail(Exception e);
}

internal sealed class Pending<TState>(Guid id, ICommand<TState> command, Origin origin, bool exclusive) : Pending(id, exclusive)
    where TState : class, IStreamState<TState>
{
    private Outcome<TState>? _outcome;

    public TaskCompletionSource<Outcome<TState>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void Succeed() => Answer.SetResult(_outcome!);

    public override void Fail(Exception e) => Answer.SetException(e);

    public override async Task<bool> Decide(
        IReadOnlyList<Pending> asked, IEnumerable<IEvent> history, IDocumentSession session, DateTimeOffset now)
    {
        var locked = Exclusive ? await session.Events.FetchForExclusiveWriting<TState>(Id) : null;
        var state = locked is not null
            ? locked.Aggregate ?? TState.Initial
            : history.OrderBy(e => e.Version).Aggregate(TState.Initial, (s, e) => s.Evolve(e.Data));
        var version = locked is not null ? locked.CurrentVersion ?? 0 : history.Select(e => e.Version).DefaultIfEmpty().Max();
        var events = new List<(object Data, Origin Origin)>();
        foreach (var pending in asked.Cast<Pending<TState>>())
        {
            var decision = pending._command.Decide(state, now);
            var accepted = (decision as Decision.Accepted)?.Events ?? [];
            state = accepted.Aggregate(state, (s, e) => s.Evolve(e));
            events.AddRange(accepted.Select(e => (e, pending._origin)));
            pending._outcome = new(state, version + events.Count, accepted.Count, decision as Decision.Rejected);
        }

        if (events.Count == 0)
            return false;
        object[] data = [.. events.Select(e => e.Data)];
        locked?.AppendMany(data);
        var appended = locked?.Events ?? (version == 0
            ? session.Events.StartStream<TState>(Id, data)
            : session.Events.Append(Id, version + data.Length, data)).Events;
        foreach (var (stored, e) in appended.Zip(events))
            e.Origin.Stamp(stored, now, TState.RecordOf(Id, e.Data), TState.PartnerOf(state));
        return true;
    }

    private readonly ICommand<TState> _command = command;
    private readonly Origin _origin = origin;
}

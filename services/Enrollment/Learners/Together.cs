using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>
/// What is decided about several streams at once, to be stored in one transaction or not at all. Every stream that gets an event
/// is checked for what came in meanwhile: then nothing is stored, and all is decided again.
/// </summary>
internal sealed class Together(IDocumentSession session, Origin origin, DateTimeOffset now)
{
    // In one order everywhere, as the shell has it, so that two replicas cannot wait for each other.
    private readonly SortedDictionary<Guid, Draft> _drafts = [];

    /// <summary>The stream as it is, with what was decided here before.</summary>
    public async Task<TState> Load<TState>(Guid id, CancellationToken cancellation) where TState : class, IStreamState<TState> =>
        (await Of<TState>(id, cancellation)).State;

    /// <summary>Decides about one of them.</summary>
    public async Task<Outcome<TState>> Decide<TState>(Guid id, ICommand<TState> command, CancellationToken cancellation) where TState : class, IStreamState<TState>
    {
        var draft = await Of<TState>(id, cancellation);
        var decision = command.Decide(draft.State, now);
        var events = (decision as Decision.Accepted)?.Events ?? [];
        draft.Events.AddRange(events);
        draft.State = events.Aggregate(draft.State, (s, e) => s.Evolve(e));
        return new(draft.State, draft.Version + draft.Events.Count, events.Count, decision as Decision.Rejected);
    }

    /// <summary>Stores what was decided.</summary>
    /// <exception cref="JasperFx.ConcurrencyException">Something came in meanwhile; nothing is stored.</exception>
    public Task Store(CancellationToken cancellation)
    {
        foreach (var draft in _drafts.Values.Where(d => d.Events.Count > 0))
            draft.Append(session, origin, now);
        return session.SaveChangesAsync(cancellation);
    }

    private async Task<Draft<TState>> Of<TState>(Guid id, CancellationToken cancellation) where TState : class, IStreamState<TState>
    {
        if (_drafts.TryGetValue(id, out var known))
            return (Draft<TState>)known;
        var events = await session.Events.FetchStreamAsync(id, token: cancellation);
        var draft = new Draft<TState>(id, events.Count, events.Aggregate(TState.Initial, (s, e) => s.Evolve(e.Data)));
        _drafts.Add(id, draft);
        return draft;
    }

    private abstract class Draft(Guid id, long version)
    {
        public Guid Id { get; } = id;

        public long Version { get; } = version;

        public List<object> Events { get; } = [];

        public abstract void Append(IDocumentSession session, Origin origin, DateTimeOffset now);
    }

    private sealed class Draft<TState>(Guid id, long version, TState state) : Draft(id, version) where TState : class, IStreamState<TState>
    {
        public TState State { get; set; } = state;

        public override void Append(IDocumentSession session, Origin origin, DateTimeOffset now)
        {
            foreach (var (stored, e) in session.Events.Append(Id, Version + Events.Count, [.. Events]).Events.Zip(Events))
                origin.Stamp(stored, now, TState.RecordOf(Id, e), TState.PartnerOf(State));
        }
    }
}

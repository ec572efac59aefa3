using Marten;
using Marten.Linq.MatchesSql;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Learners;

/// <summary>Erases a learner: the key is destroyed, and nobody opens the sealed texts any more. Asked again it changes nothing.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Live">The learner's training records that have not ended. Whoever is erased in the middle of a training would lose it unasked.</param>
public sealed record EraseLearner(ErasureReason Reason, IReadOnlyList<Guid> Live) : ICommand<Learner>
{
    /// <summary>R46: every id of the person that was looked at; the person is erased under each.</summary>
    public IReadOnlyList<Guid> Everybody { get; init; } = [];

    /// <summary>R46: the learner's other ids follow the one that stays, which was decided about.</summary>
    public bool Follows { get; init; }

    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) => state switch
    {
        { Person: null } => Decision.Refuse(Problems.Unknown, "There is no such learner."),
        { Erased: not null } => Decision.Nothing,
        _ when Live.Count > 0 => Decision.Refuse(
            "record-live", $"The learner is in training. Withdraw these records first, or wait for their end: {string.Join(", ", Live)}."),
        // Merged since: then more has to be looked at.
        { MergedInto: not null } when !Follows => Decision.Refuse("learner-merged", "The learner was merged at this moment. Ask again."),
        _ when !Follows && state.Aliases.Except(Everybody).Any() => Decision.Refuse("learner-merged", "Somebody was merged into the learner at this moment. Ask again."),
        _ => Decision.Accept(new LearnerErased(Reason)),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/learners/{id}", async (
            Guid id, ErasureReason reason, Shell shell, Origin origin, Erasures erasures, IQuerySession store, CancellationToken cancellation) =>
        {
            if (!Enum.IsDefined(reason))
                return Problems.Of(StatusCodes.Status400BadRequest, "malformed", $"reason is one of: {string.Join(", ", Enum.GetNames<ErasureReason>())}.");
            id = await store.Survivor(id, cancellation);
            var everybody = await store.Everybody(id, cancellation);
            var erased = await shell.Handle(id, new EraseLearner(reason, await erasures.Live(everybody, cancellation)) { Everybody = everybody }, origin);
            if (erased.Refusal is null)
                await erasures.Complete([id], origin, cancellation);
            var shown = await Shown(id, store);
            return erased.Answer(_ => Results.Ok(shown));
        }).For(Role.Coordinator);

    /// <summary>What there is to say of a learner who was erased; null of any other.</summary>
    public static async Task<object?> Shown(Guid id, IQuerySession store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.Events.FetchStreamAsync(id)).FirstOrDefault(e => e.Data is LearnerErased) is { } stored
            ? new { id, erased = true, reason = ((LearnerErased)stored.Data).Reason, erasedAt = stored.OccurredAt() }
            : null;
    }
}

/// <summary>
/// What follows from an erasure, so often as it takes: the door does it at once, and the leader for every erasure that
/// it has not seen since it began. So a process that dies in between leaves no key, nor does a backup that is restored.
/// </summary>
public sealed class Erasures(IDocumentStore store, Shell shell, LearnerKeys keys) : ISweeper
{
    private const int AtOnce = 1000;
    private const string Erased = "type = 'learner.erased.v1'";

    private long _last;

    /// <summary>The training records of these learners that have not ended.</summary>
    public async Task<IReadOnlyList<Guid>> Live(IReadOnlyCollection<Guid> learners, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        Guid[] ids = [.. learners];
        var records = await session.Query<TrainingRecord>().Where(r => r.Application!.LearnerId.IsOneOf(ids)).ToListAsync(cancellation);
        return [.. records.Where(r => !r.Ended()).Select(r => r.Id)];
    }

    /// <summary>
    /// Destroys the keys. An application that was on its way at the same moment may have led to a record meanwhile: it
    /// is withdrawn, and whoever received it finds that the learner is erased (<see cref="Completed"/>). A person is erased
    /// under every id (R46).
    /// </summary>
    public async Task Complete(IReadOnlyCollection<Guid> learners, Origin origin, CancellationToken cancellation)
    {
        await keys.Destroy(learners);
        await using var session = store.QuerySession();
        var aliases = await session.Followers(learners, cancellation);
        foreach (var alias in aliases)
        {
            var reason = (await session.Events.FetchStreamAsync(alias.Into!.Value, token: cancellation)).Select(e => e.Data).OfType<LearnerErased>().First().Reason;
            await shell.Handle(alias.Id, new EraseLearner(reason, []) { Follows = true }, origin);
        }

        Guid[] others = [.. aliases.Select(a => a.Id)];
        if (others.Length > 0)
            await keys.Destroy(others);
        foreach (var record in await Live([.. learners, .. others], cancellation))
            await shell.Handle(record, new Withdraw(WithdrawalReason.Other), origin);
    }

    /// <summary>Whether the learner is erased; if so nothing is left to do for it when this returns.</summary>
    public async Task<bool> Completed(Guid learner, Origin origin, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        if (await EraseLearner.Shown(learner, session) is null)
            return false;
        await Complete([learner], origin, cancellation);
        return true;
    }

    /// <summary>Adds what erasures need.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Erasures>().AddSingleton<ISweeper>(all => all.GetRequiredService<Erasures>());
        services.ConfigureMarten(options =>
        {
            options.Schema.For<TrainingRecord>().Index(r => r.Application!.LearnerId);
            options.AddEventIndex("mt_events_erased", $"(seq_id) WHERE {Erased}");
        });
    }

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        // Up to where the daemon has seen that nothing will be added in between.
        var erased = await session.Events.QueryAllRawEvents()
            .Where(e => e.MatchesSql(
                $"d.{Erased} AND d.seq_id > ? AND d.seq_id <= (SELECT last_seq_id FROM enrollment.mt_event_progression WHERE name = 'HighWaterMark')", _last))
            .OrderBy(e => e.Sequence).Take(AtOnce).ToListAsync(cancellation);
        if (erased.Count == 0)
            return;
        await Complete([.. erased.Select(e => e.StreamId)], Origin.Sweep("enrollment"), cancellation);
        _last = erased[^1].Sequence;
    }
}

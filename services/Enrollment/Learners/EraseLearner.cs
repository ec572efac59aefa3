using Marten;
using Marten.Linq.MatchesSql;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Learners;

/// <summary>
/// Erases a learner: the key is destroyed, and nobody opens the sealed texts any more. While a legal hold lasts the learner is
/// restricted, and erased on the day that it ends. Asked again it changes nothing.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Live">The learner's training records that have not ended. Whoever is erased in the middle of a training would lose it unasked.</param>
public sealed record EraseLearner(ErasureReason Reason, IReadOnlyList<Guid> Live) : ICommand<Learner>
{
    /// <summary>R46: every id of the person that was looked at; the person is erased under each.</summary>
    public IReadOnlyList<Guid> Everybody { get; init; } = [];

    /// <summary>The legal hold that lasts longest; null where there is none.</summary>
    public LegalHold? Hold { get; init; }

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
        { Restricted: { } hold } => hold.Lasts(now) ? Decision.Nothing : Decision.Accept(new LearnerErased(state.Asked ?? Reason)),
        _ when Hold?.Lasts(now) == true => Decision.Accept(new ErasureRequested(Reason), new LearnerRestricted(Hold)),
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
            var erased = await shell.Handle(id, new EraseLearner(reason, await erasures.Live(everybody, cancellation)) { Everybody = everybody, Hold = await erasures.Hold(everybody, cancellation) }, origin);
            if (erased.Refusal is null)
                await erasures.Completed(id, origin, cancellation);
            var shown = await Shown(id, store);
            return erased.Answer(_ => Results.Ok(shown));
        }).For(Role.Coordinator);

    /// <summary>What there is to say of a learner who was erased, or whose erasure waits; null of any other.</summary>
    public static async Task<object?> Shown(Guid id, IQuerySession store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var stored = (await store.Events.FetchStreamAsync(id)).LastOrDefault(e => e.Data is LearnerErased or LearnerRestricted);
        return stored?.Data switch
        {
            LearnerErased e => new { id, erased = true, reason = e.Reason, erasedAt = stored.OccurredAt() },
            LearnerRestricted { Hold: var hold } => new
            {
                id,
                erased = false,
                restrictedUntil = hold.Until,
                hold.Funder,
                requestedAt = stored.OccurredAt(),
                says = $"restricted until {hold.Until:yyyy-MM-dd}",
            },
            _ => null,
        };
    }
}

/// <summary>
/// What follows from an erasure, so often as it takes: the door does it at once, and the leader for every erasure that
/// it has not seen since it began. So a process that dies in between leaves no key, nor does a backup that is restored. When
/// a legal hold has ended the leader erases who waited for that.
/// </summary>
public sealed class Erasures(IDocumentStore store, Shell shell, LearnerKeys keys, WithheldKeys withheld, Clock clock, IConfiguration configuration) : ISweeper
{
    private const int AtOnce = 1000;
    private const string Erased = "type = 'learner.erased.v1'", Restricted = "type = 'learner.restricted.v1'";

    private readonly Func<string, (string Funder, int Years)?> _funding = LegalHold.Funding(configuration);
    private long _erased, _restricted;

    /// <summary>The training records of these learners that have not ended.</summary>
    public async Task<IReadOnlyList<Guid>> Live(IReadOnlyCollection<Guid> learners, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return [.. (await Records(learners, session, cancellation)).Where(r => !r.Ended()).Select(r => r.Id)];
    }

    /// <summary>The legal hold on what these learners were trained in; null where there is none.</summary>
    public async Task<LegalHold?> Hold(IReadOnlyCollection<Guid> learners, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var trained = new List<LegalHold.Trained>();
        foreach (var record in (await Records(learners, session, cancellation)).Where(r => r.Ended() && r.Attended.Values.Any(minutes => minutes > 0)))
            trained.Add(new(record.Application!.Programme, Cycles.Day(await Cycles.End(record.Id, session, cancellation), "UTC")));
        return LegalHold.Longest(trained, _funding);
    }

    /// <summary>
    /// Whether the learner is erased, or restricted; if so nothing is left to do for it when this returns. An application that was
    /// on its way at the same moment may have led to a record meanwhile: it is withdrawn, and whoever received it begins again.
    /// </summary>
    public async Task<bool> Completed(Guid learner, Origin origin, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var state = await Of(learner, session, cancellation);
        if (state is { Erased: null, Restricted: null })
            return false;
        await Complete([learner], state.Erased is not null ? keys.Destroy : withheld.Withhold, origin, cancellation);
        return true;
    }

    /// <summary>Adds what erasures need.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Erasures>().AddSingleton<ISweeper>(all => all.GetRequiredService<Erasures>());
        services.AddSingleton(all => new WithheldKeys(Npgsql.NpgsqlDataSource.Create(all.GetRequiredService<IConfiguration>()["ConnectionStrings:Keys"] + ";Maximum Pool Size=2")));
        services.ConfigureMarten(options =>
        {
            options.Schema.For<TrainingRecord>().Index(r => r.Application!.LearnerId);
            options.Schema.For<Standing>().Index(s => s.Until!);
            options.AddEventIndex("mt_events_erased", $"(seq_id) WHERE {Erased}");
            options.AddEventIndex("mt_events_restricted", $"(seq_id) WHERE {Restricted}");
        });
    }

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        var origin = Origin.Sweep("enrollment");
        await using var session = store.QuerySession();
        // First these: whoever is erased since is not withheld again.
        _restricted = await Follow(session, Restricted, _restricted, withheld.Withhold, origin, cancellation);
        _erased = await Follow(session, Erased, _erased, keys.Destroy, origin, cancellation);
        var today = DateOnly.FromDateTime(clock.Now.UtcDateTime).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        // Aliases go with the learner whom they lead to.
        var due = await session.Query<Standing>()
            .Where(s => s.MatchesSql("(d.data ->> 'until') <= ? AND (d.data ->> 'into') IS NULL", today)).Take(AtOnce).ToListAsync(cancellation);
        foreach (var id in due.Select(s => s.Id))
        {
            await shell.Handle(id, new EraseLearner(ErasureReason.RetentionEnded, []) { Everybody = await session.Everybody(id, cancellation) }, origin);
            await Completed(id, origin, cancellation);
        }
    }

    private async Task<long> Follow(
        IQuerySession session, string what, long last, Func<IReadOnlyCollection<Guid>, Task> withKeys, Origin origin, CancellationToken cancellation)
    {
        // Up to where the daemon has seen that nothing will be added in between.
        var found = await session.Events.QueryAllRawEvents()
            .Where(e => e.MatchesSql(
                $"d.{what} AND d.seq_id > ? AND d.seq_id <= (SELECT last_seq_id FROM enrollment.mt_event_progression WHERE name = 'HighWaterMark')", last))
            .OrderBy(e => e.Sequence).Take(AtOnce).ToListAsync(cancellation);
        if (found.Count == 0)
            return last;
        await Complete([.. found.Select(e => e.StreamId)], withKeys, origin, cancellation);
        return found[^1].Sequence;
    }

    // A person is erased, or restricted, under every id (R46).
    private async Task Complete(IReadOnlyCollection<Guid> learners, Func<IReadOnlyCollection<Guid>, Task> withKeys, Origin origin, CancellationToken cancellation)
    {
        await withKeys(learners);
        await using var session = store.QuerySession();
        var aliases = await session.Followers(learners, cancellation);
        foreach (var alias in aliases)
        {
            var into = await Of(alias.Into!.Value, session, cancellation);
            var follows = new EraseLearner(into.Erased ?? into.Asked ?? ErasureReason.OnRequest, []) { Follows = true, Hold = into.Erased is null ? into.Restricted : null };
            await shell.Handle(alias.Id, follows, origin);
        }

        Guid[] others = [.. aliases.Select(a => a.Id)];
        if (others.Length > 0)
            await withKeys(others);
        foreach (var record in await Live([.. learners, .. others], cancellation))
            await shell.Handle(record, new Withdraw(WithdrawalReason.Other), origin);
    }

    private static async Task<Learner> Of(Guid learner, IQuerySession session, CancellationToken cancellation) =>
        (await session.Events.FetchStreamAsync(learner, token: cancellation)).Aggregate(Learner.Initial, (s, e) => s.Evolve(e.Data));

    private static Task<IReadOnlyList<TrainingRecord>> Records(IReadOnlyCollection<Guid> learners, IQuerySession session, CancellationToken cancellation)
    {
        Guid[] ids = [.. learners];
        return session.Query<TrainingRecord>().Where(r => r.Application!.LearnerId.IsOneOf(ids)).ToListAsync(cancellation);
    }
}

using JasperFx;
using Marten;
using Marten.Linq.MatchesSql;
using Polly;
using Polly.Retry;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Learners;

/// <summary>
/// Merges learners and parts them again. A merge is one decision in one transaction: the alias, the word of it at the learner
/// who stays, and what becomes of records of one programme (R47). Only an application that was on its way at the same moment
/// can lead to a second record after that: whoever received it settles it, and so does the leader.
/// </summary>
public sealed class Merges(IDocumentStore store, Clock clock) : ISweeper
{
    private const int AtOnce = 100;
    private const string Merged = "type = 'learner.merged.v1'";

    private static readonly ResiliencePipeline Again = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<ConcurrencyException>().Handle<Marten.Exceptions.ExistingStreamIdCollisionException>(),
        MaxRetryAttempts = 10,
        Delay = TimeSpan.FromMilliseconds(5),
        BackoffType = DelayBackoffType.Exponential,
        MaxDelay = TimeSpan.FromMilliseconds(200),
        UseJitter = true,
    }).Build();

    private long _last;

    /// <summary>R46: merges a learner into another, or into whom that one is an alias of. Of two that are merged into each other at once, one is (R49).</summary>
    public Task<Defaults.Outcome<Learner>> Merge(Guid learner, Guid into, MergeGround ground, Origin origin, CancellationToken cancellation) =>
        Decide(origin, async (session, together) =>
        {
            var survivor = await session.Survivor(into, cancellation);
            var alias = await together.Decide(learner, new BecomeAlias(learner, survivor, ground), cancellation);
            if (alias.Refusal is not null)
                return (false, alias);
            var stays = await together.Decide(survivor, new TakeAlias(learner), cancellation);
            if (stays.Refusal is not null)
                return (false, stays);
            await Collide([.. await session.Everybody(survivor, cancellation), .. await session.Everybody(learner, cancellation)], session, together, cancellation);
            return (true, alias);
        }, cancellation);

    /// <summary>R46: undoes a merge. What was closed for it stays closed: the person applies again.</summary>
    public Task<Defaults.Outcome<Learner>> Unmerge(Guid learner, Origin origin, CancellationToken cancellation) =>
        Decide(origin, async (session, together) =>
        {
            var into = (await together.Load<Learner>(learner, cancellation)).MergedInto;
            var parted = await together.Decide(learner, new Unmerge(), cancellation);
            if (parted.Refusal is not null || into is null)
                return (false, parted);
            // Whoever is erased is erased under every id, though that takes a moment.
            if ((await together.Load<Learner>(await session.Survivor(into.Value, cancellation), cancellation)).Gone() is Decision.Rejected gone)
                return (false, parted with { Refusal = gone });
            var stays = await together.Decide(into.Value, new GiveUpAlias(learner), cancellation);
            return (stays.Refusal is null, parted with { Refusal = stays.Refusal });
        }, cancellation);

    /// <summary>R47: of two live records of one person in one programme one stays.</summary>
    public async Task Settle(Guid learner, Origin origin, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var everybody = await session.Everybody(await session.Survivor(learner, cancellation), cancellation);
        if (everybody.Count == 1)
            return;
        await Decide(origin, async (inside, together) =>
        {
            await Collide(everybody, inside, together, cancellation);
            return (true, learner);
        }, cancellation);
    }

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        // Up to where the daemon has seen that nothing will be added in between.
        var merged = await session.Events.QueryAllRawEvents()
            .Where(e => e.MatchesSql(
                $"d.{Merged} AND d.seq_id > ? AND d.seq_id <= (SELECT last_seq_id FROM enrollment.mt_event_progression WHERE name = 'HighWaterMark')", _last))
            .OrderBy(e => e.Sequence).Take(AtOnce).ToListAsync(cancellation);
        foreach (var e in merged)
        {
            await Settle(e.StreamId, Origin.Sweep("enrollment"), cancellation);
            _last = e.Sequence;
        }
    }

    /// <summary>Adds what merges need.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Merges>().AddSingleton<ISweeper>(all => all.GetRequiredService<Merges>());
        services.ConfigureMarten(options =>
        {
            options.Projections.Add<StandingProjection>(JasperFx.Events.Projections.ProjectionLifecycle.Inline);
            options.Schema.For<Standing>().Index(s => s.Into!);
            options.AddEventIndex("mt_events_merged", $"(seq_id) WHERE {Merged}");
        });
    }

    private async Task<T> Decide<T>(Origin origin, Func<IDocumentSession, Together, Task<(bool Store, T Answer)>> decide, CancellationToken cancellation) =>
        await Again.ExecuteAsync(async attempt =>
        {
            await using var session = store.LightweightSession();
            var together = new Together(session, origin, clock.Now);
            var (accepted, answer) = await decide(session, together);
            if (accepted)
                await together.Store(attempt);
            return answer;
        }, cancellation);

    private static async Task Collide(IReadOnlyCollection<Guid> everybody, IDocumentSession session, Together together, CancellationToken cancellation)
    {
        Guid[] ids = [.. everybody];
        var records = await session.Query<TrainingRecord>().Where(r => r.Application!.LearnerId.IsOneOf(ids)).ToListAsync(cancellation);
        foreach (var programme in records.Where(r => !r.Ended()).GroupBy(r => r.Application!.Programme).Where(p => p.Count() > 1))
        {
            var rivals = new List<Rival>();
            foreach (var record in programme)
                rivals.Add(Rival.Of(record.Id, await session.Events.FetchStreamAsync(record.Id, token: cancellation)));
            var live = rivals.Where(r => r.Live).ToList();
            var stays = live.Count > 1 ? Rival.Stays(live) : Guid.Empty;
            foreach (var other in live.Where(r => live.Count > 1 && r.Id != stays))
            {
                var closed = await together.Decide(other.Id, new CloseAsDuplicate(stays), cancellation);
                if (closed.Appended > 0)
                    await together.Decide(stays, new NoteDuplicate(other.Id, closed.State.Attended.Values.Sum()), cancellation);
            }
        }
    }
}

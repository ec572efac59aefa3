using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Applications;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.Reviews;

/// <summary>Says what came of an application that had been held.</summary>
/// <param name="RecordId">The training record; null where it was refused.</param>
/// <param name="Code">Of a refusal: a stable word.</param>
/// <param name="Reason">Of a refusal: a sentence.</param>
public sealed record SettleReview(Guid? RecordId, string? Code, string? Reason) : ICommand<Review>
{
    /// <inheritdoc/>
    public Decision Decide(Review state, DateTimeOffset now) => state switch
    {
        { Status: ReviewStatus.Settled } => Decision.Nothing,
        { Status: not ReviewStatus.Decided } => Decision.Refuse("review-open", "Nobody has decided who applies."),
        _ => RecordId is { } record ? Decision.Accept(new ApplicationEntered(record)) : Decision.Accept(new ApplicationNotTaken(Code!, Reason!)),
    };
}

/// <summary>
/// Carries on what was decided, so often as it takes: the door does it at once, and the leader for what is left. When all
/// is settled the key of the held application is destroyed, for whoever applied has another by then.
/// </summary>
public sealed class CarryOn(Apply apply, Shell shell, LearnerKeys keys, IDocumentStore store) : ISweeper
{
    private const int AtOnce = 100;

    private bool _cleared;

    /// <summary>Carries one on, if it is decided.</summary>
    public async Task On(Guid id, Origin origin, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Review>(id, cancellation) is not { Held: { } held } review)
            return;
        if (review.Status == ReviewStatus.Decided && await keys.Find(held.KeyId) is { } key)
        {
            var form = new ApplicationForm(
                held.Ref, held.OrganisationRef, Person.Of(held.Person, key), held.Role, held.Programme, held.AppliedOn, held.CohortId, held.Partner)
            {
                ReferredBy = held.ReferredBy,
                ReservationId = held.ReservationId,
            };
            var received = await apply.Receive(form, origin, review, cancellation);
            var refusal = received.Outcome?.Refusal;
            review = (await shell.Handle(
                id,
                received.Outcome is not null && refusal is null
                    ? new SettleReview(received.RecordId, null, null)
                    : new SettleReview(null, refusal?.Code ?? received.Code, refusal?.Reason ?? received.Reason),
                origin)).State;
        }

        if (review.Status == ReviewStatus.Settled)
            await keys.Destroy([held.KeyId]);
    }

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        foreach (var id in await session.Query<Review>().Where(r => r.Status == ReviewStatus.Decided).OrderBy(r => r.Id).Take(AtOnce).Select(r => r.Id).ToListAsync(cancellation))
            await On(id, Origin.Sweep("enrollment"), cancellation);
        if (_cleared)
            return;
        // A process that died in between, or a backup that was restored, leaves a key.
        await foreach (var settled in session.Query<Review>().Where(r => r.Status == ReviewStatus.Settled).ToAsyncEnumerable(cancellation).Chunk(AtOnce))
            await keys.Destroy([.. settled.Select(r => r.Held!.KeyId)]);
        _cleared = true;
    }

    /// <summary>Adds the reviews, and what they need.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Acquaintances.Add(builder);
        builder.Services.AddSingleton<CarryOn>().AddSingleton<ISweeper>(all => all.GetRequiredService<CarryOn>());
        builder.Services.ConfigureMarten(options =>
        {
            options.AddStream<Review, ReviewEvent>();
            options.Projections.Add<ReviewSnapshot>(JasperFx.Events.Projections.ProjectionLifecycle.Inline);
            options.Schema.For<Review>().Index(r => r.Status);
        });
    }
}

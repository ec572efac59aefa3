using Marten;
using Marten.Linq.MatchesSql;
using Tremplin.Certification.Certificates;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>What a person decides when a correction contradicts a decision.</summary>
public enum ReviewOutcome
{
    /// <summary>The certificate stands all the same.</summary>
    Keep,

    /// <summary>The certificate is revoked.</summary>
    Revoke,

    /// <summary>A certificate is issued after all.</summary>
    Issue,

    /// <summary>None is issued all the same.</summary>
    Refuse,
}

/// <summary>R33: a person decides what follows from a correction after the decision; nothing is revoked or issued by itself.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="LegalBasis">What it rests on; nothing about the learner. Null where none is needed.</param>
public sealed record DecideReview(ReviewOutcome Outcome, string? LegalBasis = null) : ICommand<CompletionFile>
{
    // So few that they are read as they are stored.
    private const string Reviews = "type IN ('completion-file.certificate-review-required.v1', 'completion-file.completion-review-required.v1')";

    /// <inheritdoc/>
    public Decision Decide(CompletionFile state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return (state.Since, Outcome) switch
        {
            (CertificateReviewRequired, ReviewOutcome.Keep or ReviewOutcome.Revoke) or (CompletionReviewRequired, ReviewOutcome.Refuse) =>
                Decision.Accept(new ReviewDecided(Outcome, LegalBasis)),
            (CompletionReviewRequired, ReviewOutcome.Issue) when !state.Closed =>
                Decision.Accept(new ReviewDecided(Outcome, LegalBasis), Judgement.Of(state.Holder!, state.End()!, state.Judged())),
            (CertificateReviewRequired, _) => Decision.Refuse("wrong-outcome", "There is a certificate: keep it, or revoke it."),
            (CompletionReviewRequired, _) => Decision.Refuse("wrong-outcome", state.Closed
                ? "The record was closed as a duplicate: no certificate is issued for it."
                : "There is no certificate: issue one, or refuse it."),
            (ReviewDecided { Outcome: var before }, _) when before == Outcome => Decision.Nothing,
            _ => Decision.Refuse("no-review", "Nothing about this record waits for a review."),
        };
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/completion-files/{id}/review", async (
            Guid id, DecideReview decide, Shell shell, Issuing issuing, IQuerySession store, Clock clock, Origin origin) =>
        {
            var outcome = await shell.Handle(id, decide, origin);
            if (outcome.Refusal is null && decide.Outcome == ReviewOutcome.Revoke)
            {
                var ground = new Ground(GroundReason.CriteriaNotMet, decide.LegalBasis ?? "R33", ActorKind.Coordinator, DateOnly.FromDateTime(clock.Now.UtcDateTime));
                var revoked = await shell.Handle((await ReissueCertificate.Last(id, store)).Id, new RevokeCertificate(ground), origin);
                // Revoked before it is what is wanted.
                if (revoked is { Refusal.Code: not "revoked" })
                    return revoked.Answer(_ => Results.Empty);
            }
            else if (outcome.Refusal is null && await issuing.WhereEarned(id, outcome.State, origin) is { Refusal: not null } refused)
            {
                return refused.Answer(_ => Results.Empty);
            }

            return outcome.Answer(o => Results.Ok(new { id, o.State.Since, o.State.Decided }));
        }).For(Role.Coordinator);

        routes.MapGet("/completion-reviews", async (IQuerySession store) =>
        {
            var asked = await store.Events.QueryAllRawEvents().Where(e => e.MatchesSql($"d.{Reviews}")).ToListAsync();
            var open = new List<object>();
            foreach (var file in asked.GroupBy(e => e.StreamId))
            {
                var state = (await store.Events.FetchStreamAsync(file.Key)).Aggregate(CompletionFile.Initial, (s, e) => s.Evolve(e.Data));
                if (state.Since is CertificateReviewRequired or CompletionReviewRequired)
                    open.Add(new { recordId = file.Key, kind = file.MaxBy(e => e.Sequence)!.EventTypeName, since = file.Max(e => e.OccurredAt()), review = state.Since, state.Decided });
            }

            return Results.Ok(open);
        }).For(Role.Coordinator, Role.Auditor);
    }

    /// <summary>What the list of reviews needs.</summary>
    public static void Keep(StoreOptions options) => options.AddEventIndex("mt_events_reviews", $"(seq_id) WHERE {Reviews}");
}

using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Reviews;

/// <summary>A coordinator decides who applies. The first decision counts; it is put right by merging learners, or by parting them.</summary>
/// <param name="Verdict">The decision.</param>
/// <param name="LearnerId">The learner, where it is the same person.</param>
public sealed record DecideReview(ReviewVerdict Verdict, Guid? LearnerId) : ICommand<Review>
{
    /// <inheritdoc/>
    public Decision Decide(Review state, DateTimeOffset now) => state switch
    {
        { Status: ReviewStatus.Unknown } => Decision.Refuse(Problems.Unknown, "There is no such review."),
        { Verdict: { } verdict } => verdict == Verdict && state.LearnerId == LearnerId
            ? Decision.Nothing
            : Decision.Refuse("review-decided", $"It was decided before: {verdict}."),
        _ when Verdict == ReviewVerdict.SamePerson && !state.Candidates.Any(c => c.LearnerId == LearnerId) =>
            Decision.Refuse("no-candidate", $"The learner is none of those whom it may be: {string.Join(", ", state.Candidates.Select(c => c.LearnerId))}."),
        _ => Decision.Accept(new ReviewDecided(Verdict, LearnerId)),
    };

    /// <summary>Who it is.</summary>
    public sealed record Recognised(Guid LearnerId);

    /// <summary>Opens the doors. The application goes on at once; should the process die before that, the leader carries it on.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/applications/reviews/{id}/same-person", (Guid id, Recognised body, Shell shell, CarryOn carry, Origin origin, IQuerySession store, CancellationToken cancellation) =>
            Decided(id, new(ReviewVerdict.SamePerson, body.LearnerId), shell, carry, origin, store, cancellation)).For(Role.Coordinator);
        foreach (var (word, verdict) in new[] { ("another-person", ReviewVerdict.AnotherPerson), ("withdraw", ReviewVerdict.Withdrawn) })
        {
            routes.MapPost($"/applications/reviews/{{id}}/{word}", (Guid id, Shell shell, CarryOn carry, Origin origin, IQuerySession store, CancellationToken cancellation) =>
                Decided(id, new(verdict, null), shell, carry, origin, store, cancellation)).For(Role.Coordinator);
        }
    }

    private static async Task<IResult> Decided(
        Guid id, DecideReview decide, Shell shell, CarryOn carry, Origin origin, IQuerySession store, CancellationToken cancellation)
    {
        var decided = await shell.Handle(id, decide, origin);
        if (decided.Refusal is null)
            await carry.On(id, origin, cancellation);
        var review = await store.LoadAsync<Review>(id, cancellation);
        return decided.Answer(_ => Results.Ok(ReviewList.Shown(review!)));
    }
}

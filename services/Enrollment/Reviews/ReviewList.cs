using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Reviews;

/// <summary>The queue of applications that wait for a coordinator. It shows no personal data.</summary>
public static class ReviewList
{
    /// <summary>A review as its readers see it.</summary>
    public static object Shown(Review review)
    {
        ArgumentNullException.ThrowIfNull(review);
        return new
        {
            review.Id,
            state = review.Status,
            partner = review.Held?.Partner,
            applicationRef = review.Held?.Ref,
            organisationRef = review.Held?.OrganisationRef,
            programme = review.Held?.Programme,
            appliedOn = review.Held?.AppliedOn,
            review.Candidates,
            review.Verdict,
            review.LearnerId,
            review.RecordId,
            review.Code,
            review.Reason,
        };
    }

    /// <summary>Opens the doors, and those of what can be asked of a review.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/applications/reviews", async (IQuerySession store, Guid? after, ReviewStatus state = ReviewStatus.Open, int take = 100) =>
        {
            var found = store.Query<Review>().Where(r => r.Status == state);
            if (after is { } last)
                found = found.Where(r => r.Id.CompareTo(last) > 0);
            return Results.Ok((await found.OrderBy(r => r.Id).Take(Math.Clamp(take, 1, 1000)).ToListAsync()).Select(Shown));
        }).For(Role.Coordinator, Role.Auditor);
        routes.MapGet("/applications/reviews/{id}", async (Guid id, IQuerySession store) =>
            await store.LoadAsync<Review>(id) is { } review ? Results.Ok(Shown(review)) : Problems.NotFound("review", id))
            .For(Role.Coordinator, Role.Auditor);
        ReadApplicant.Map(routes);
        DecideReview.Map(routes);
    }
}

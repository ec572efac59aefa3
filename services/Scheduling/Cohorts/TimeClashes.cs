using Marten;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Finds the waiting learners who hold a seat or an offer in another cohort at the same time (R10).</summary>
public sealed class TimeClashes(IDocumentStore store)
{
    /// <summary>Waiting records of the cohort that clash, each with the reason.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> Of(Guid cohortId, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Cohort>(cohortId, cancellation) is not { } cohort || !cohort.Waiting().Any())
            return new Dictionary<Guid, string>();
        CohortStatus[] live = [.. Cohort.Live];
        var atTheSameTime = await session.Query<Cohort>()
            .Where(c => c.Id != cohortId && c.Status.IsOneOf(live) && c.StartsAt < cohort.EndsAt && c.EndsAt > cohort.StartsAt)
            .ToListAsync(cancellation);
        var busy = atTheSameTime
            .SelectMany(c => c.Entries.Values.Where(e => e.Standing is Standing.Seated or Standing.Offered).Select(e => (e.LearnerId, e.Standing, c.Id)))
            .OrderBy(b => b.Standing == Standing.Offered)
            .DistinctBy(b => b.LearnerId)
            .ToDictionary(b => b.LearnerId, b => b.Standing == Standing.Offered
                ? $"offer outstanding: cohort {b.Id} offers a seat at the same time"
                : $"time clash: has a seat in cohort {b.Id} at the same time");
        return cohort.Waiting()
            .Where(e => busy.ContainsKey(e.LearnerId))
            .ToDictionary(e => e.RecordId, e => busy[e.LearnerId]);
    }
}

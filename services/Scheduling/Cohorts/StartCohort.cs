using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The first half-day has begun: nobody is taken from now on, and a cancellation is an interruption.</summary>
public sealed record StartCohort : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) =>
        state.TakesRequests() && now >= state.StartsAt ? Decision.Accept(new CohortStarted()) : Decision.Nothing;

    /// <summary>Finds the cohorts whose minimum is to be decided, or that have begun. Safe with any number of replicas: the decision is the cohort's.</summary>
    public sealed class Sweeper(IDocumentStore store, Shell shell, Clock clock) : ISweeper
    {
        /// <inheritdoc/>
        public async Task Sweep(CancellationToken cancellation)
        {
            await using var session = store.QuerySession();
            var now = clock.Now;
            CohortStatus[] open = [.. Cohort.BeforeTheStart];
            var due = await session.Query<Cohort>()
                .Where(c => c.Status.IsOneOf(open) && (c.StartsAt <= now || c.MinimumDueAt <= now))
                .Select(c => new { c.Id, c.StartsAt })
                .ToListAsync(cancellation);
            foreach (var cohort in due)
            {
                await shell.HandleExclusively(
                    cohort.Id, cohort.StartsAt <= now ? new StartCohort() : (ICommand<Cohort>)new DecideMinimum(), Origin.Sweep("scheduling"));
            }
        }
    }
}

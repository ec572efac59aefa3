using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Ends the offers whose deadline has passed and offers free seats on. Idempotent (R7, R13).</summary>
public sealed record ExpireOffers(IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.AndOffer(now, Hindered, [.. state.Entries.Values
        .Where(e => e.Standing == Standing.Offered && e.Deadline <= now)
        .OrderBy(e => e.Place)
        .Select(e => new OfferExpired(e.RecordId, e.RecordVersion, e.Deadline!.Value))]);

    /// <summary>
    /// Looks for cohorts with something due: an offer whose deadline has passed, or a seat that stayed free because
    /// everybody who waited had a time clash. Safe with any number of replicas: the decision is the cohort's.
    /// </summary>
    public sealed class Sweeper(IDocumentStore store, Shell shell, TimeClashes clashes, Clock clock) : ISweeper
    {
        /// <inheritdoc/>
        public async Task Sweep(CancellationToken cancellation)
        {
            await using var session = store.QuerySession();
            var due = await session.QueryAsync<Guid>(
                """
                SELECT d.id FROM scheduling.mt_doc_cohort d, jsonb_each(d.data -> 'entries') e
                WHERE d.data ->> 'status' = 'Open'
                GROUP BY d.id
                HAVING bool_or(e.value ->> 'standing' = 'Offered' AND (e.value ->> 'deadline')::timestamptz <= ?)
                  OR (bool_or(e.value ->> 'standing' = 'Waiting') AND (d.data ->> 'startsAt')::timestamptz > ?
                    AND count(*) FILTER (WHERE e.value ->> 'standing' IN ('Seated', 'Offered')) < (d.data ->> 'capacity')::int)
                """,
                cancellation, clock.Now, clock.Now + Promotion.CutOff);
            foreach (var id in due)
            {
                await shell.HandleExclusively(
                    id, new ExpireOffers(await clashes.Of(id, cancellation)), Origin.Sweep("scheduling"));
            }
        }
    }
}

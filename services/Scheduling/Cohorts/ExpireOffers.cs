using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>
/// Ends the offers whose deadline and grace have passed and the reserved seats that nobody named in time, and offers free seats on.
/// Idempotent (R7, R13, R22b).
/// </summary>
public sealed record ExpireOffers(IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.AndOffer(now, Hindered, [.. state.Entries.Values
        .Where(e => e.Standing is Standing.Offered or Standing.Reserved && e.Deadline <= now - Promotion.Grace)
        .OrderBy(e => e.Place)
        .Select(CohortEvent (e) => e.Standing == Standing.Offered
            ? new OfferExpired(e.RecordId, e.RecordVersion, e.Deadline!.Value)
            : new ReservationEnded(e.RecordId, e.Seats, ReservationEnd.NotNamed))]);

    /// <summary>
    /// Looks for cohorts with something due: an offer that nobody answered in time, or a seat that stayed free because
    /// everybody who waited had a time clash. Safe with any number of replicas: the decision is the cohort's.
    /// </summary>
    public sealed class Sweeper(IDocumentStore store, Shell shell, TimeClashes clashes, Clock clock) : ISweeper
    {
        /// <inheritdoc/>
        public async Task Sweep(CancellationToken cancellation)
        {
            await using var session = store.QuerySession();
            CohortStatus[] live = [.. Cohort.Live];
            var (overdue, openUntil) = (clock.Now - Promotion.Grace, clock.Now + Promotion.CutOff);
            var due = await session.Query<Cohort>()
                .Where(c => c.Status.IsOneOf(live)
                    && (c.NextDeadline <= overdue || (c.SeatIdle && c.StartsAt > openUntil)))
                .Select(c => c.Id)
                .ToListAsync(cancellation);
            foreach (var id in due)
            {
                await shell.HandleExclusively(
                    id, new ExpireOffers(await clashes.Of(id, cancellation)), Origin.Sweep("scheduling"));
            }
        }
    }
}

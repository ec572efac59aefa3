using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Why a cohort is cancelled. A code, so that nobody writes personal data here.</summary>
public enum CancellationReason
{
    /// <summary>Too few came (R27).</summary>
    TooFew,

    /// <summary>There is no trainer.</summary>
    Trainer,

    /// <summary>There is no room.</summary>
    Room,

    /// <summary>The funder withdrew.</summary>
    Funder,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>
/// R28: the cohort will not be held, or not to its end. Everybody who is in it loses the seat, the offer or the place in one
/// transaction; each record then gets exactly one disposition, and the stream says which is still missing.
/// </summary>
/// <param name="Reason">Why.</param>
public sealed record CancelCohort(CancellationReason Reason) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        if (state.Status == CohortStatus.Cancelled)
            return Decision.Nothing;
        if (state.Status == CohortStatus.Closed)
            return Decision.Refuse("cohort-closed", "The cohort is closed: what was held stays held.");
        // Seat holders before those with an offer, and these before those who wait: so they stand in the next queue.
        var live = state.Entries.Values.Where(e => e.Standing is Standing.Seated or Standing.Offered)
            .OrderBy(e => e.Standing == Standing.Offered).ThenBy(e => e.Place).Concat(state.Waiting()).ToList();
        return Decision.Accept([
            new CohortCancelled(Reason, Interrupted: state.HasStarted || (state.TakesRequests() && now >= state.StartsAt)),
            .. state.Entries.Values.Where(e => e.Organisation is not null && e.Standing is Standing.Reserved or Standing.Waiting)
                .OrderBy(e => e.Place).Select(e => new ReservationEnded(e.RecordId, e.Seats, ReservationEnd.CohortOver)),
            .. live.Where(e => e.Organisation is null).Select((e, rank) => new SeatLost(e.RecordId, e.RecordVersion, e.Standing, rank + 1)),
        ]);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/cancel", async (Guid id, CancelCohort command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new { id, o.State.Status, withoutDisposition = o.State.Displaced().Count() })))
            .For(Role.Coordinator);

    /// <summary>R28: cancels the half-days to come of cancelled cohorts, also after a crash. What was begun is interrupted by a person, what is sealed stays.</summary>
    public sealed class Sweeper(IDocumentStore store, Shell shell, Clock clock) : ISweeper
    {
        /// <inheritdoc/>
        public async Task Sweep(CancellationToken cancellation)
        {
            await using var session = store.QuerySession();
            var now = clock.Now;
            // One that was cancelled before it opened has no dates: its end is in the year 1.
            var dated = DateTimeOffset.UnixEpoch;
            var cancelled = await session.Query<Cohort>()
                .Where(c => c.Status == CohortStatus.Cancelled && (c.EndsAt > now || c.EndsAt < dated)).Select(c => c.Id).ToListAsync(cancellation);
            Guid[] ids = [.. cancelled];
            var planned = ids is [] ? [] : await session.Query<Session>()
                .Where(s => s.CohortId.IsOneOf(ids) && s.Status == SessionStatus.Planned).Select(s => s.Id).ToListAsync(cancellation);
            foreach (var id in planned)
                await shell.HandleExclusively(id, new CancelSession(Obstacle.CohortCancelled), Origin.Sweep("scheduling"));
        }
    }
}

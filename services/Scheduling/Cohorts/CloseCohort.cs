using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>A half-day as the closing of its cohort sees it; dates are local to the cohort's zone.</summary>
public sealed record HeldHalfDay(Guid SessionId, bool Sealed, DateTimeOffset StartsAt, DateOnly On, bool Cancelled = false)
{
    /// <summary>R29: who was on its roster; null stands for everybody. Whoever came later is not judged by it.</summary>
    public IReadOnlyCollection<Guid>? Roster { get; init; }
}

/// <summary>Closes a cohort: every seat holder is handed on for the decision about completion (R38: all is sealed).</summary>
public sealed record CloseCohort(IReadOnlyList<HeldHalfDay> HalfDays) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        if (state.Status == CohortStatus.Closed)
            return Decision.Nothing;
        if (state.Status == CohortStatus.Cancelled)
            return Decision.Refuse("cohort-cancelled", "A cancelled cohort is over already.");
        if (state.Status == CohortStatus.Draft)
            return Decision.Refuse("not-open", "A cohort that never opened cannot be closed.");
        // A cancelled half-day is not needed: it was never held.
        var held = HalfDays.Where(h => !h.Cancelled).OrderBy(h => h.StartsAt).ToList();
        var unsealed = held.Count(h => !h.Sealed);
        if (unsealed > 0 || held.Count == 0)
            return Decision.Refuse("sessions-unsealed", $"{unsealed} of {held.Count} half-days are not sealed.");
        var inOrder = state.Entries.Values.OrderBy(e => e.Place).ToList();
        return Decision.Accept([
            .. inOrder.Where(e => e.Organisation is not null && e.Standing is Standing.Waiting or Standing.Reserved).Select(e =>
                new ReservationEnded(e.RecordId, e.Seats, ReservationEnd.CohortOver)),
            .. inOrder.Where(e => e.Organisation is null && e.Standing is Standing.Waiting or Standing.Offered).Select(e =>
                new SeatRequestRefused(e.RecordId, e.RecordVersion, e.LearnerId, "The cohort closed before a seat became free.")),
            .. inOrder.Where(e => e.Standing == Standing.Seated).Select(e => new TrainingFinished(
                e.RecordId, e.RecordVersion, e.Mark, [.. held.Where(h => h.Roster?.Contains(e.RecordId) != false).Select(h => h.SessionId)], held[0].On, held[^1].On, state.Programme!)),
            new CohortClosed(),
        ]);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/close", async (Guid id, Shell shell, Origin origin, IQuerySession store) =>
        {
            var sessions = await store.Query<Session>().Where(s => s.CohortId == id).ToListAsync();
            var command = new CloseCohort([.. sessions.Select(s =>
                new HeldHalfDay(s.Id, s.Status == SessionStatus.Sealed, s.StartsAt, s.On(), s.Status == SessionStatus.Cancelled)
                {
                    Roster = [.. s.Roster.Keys],
                })]);
            return (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new { id, o.State.Status }));
        }).For(Role.Coordinator);
}

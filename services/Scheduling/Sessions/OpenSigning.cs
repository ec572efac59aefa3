using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Draws up the roster and lets learners sign. Later moves in the cohort do not change the roster (R29).</summary>
/// <param name="SeatHolders">Who held a seat in the cohort at the start; where it has not started yet, who holds one now.</param>
public sealed record OpenSigning(IReadOnlyList<RosterLine> SeatHolders) : ICommand<Session>
{
    /// <summary>(policy, R31) How long before the start signing may begin.</summary>
    public static readonly TimeSpan BeforeStart = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        if (state.Status == SessionStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such session.");
        if (state.Status == SessionStatus.Cancelled)
            return Decision.Refuse("session-cancelled", "The session is cancelled.");
        if (state.Status != SessionStatus.Planned)
            return Decision.Nothing;
        var opens = state.StartsAt - BeforeStart;
        return now < opens
            ? Decision.Refuse("too-early", $"Signing opens at {opens:u}.")
            : Decision.Accept(new SigningOpened([.. SeatHolders]));
    }

    /// <summary>R29: with the membership at the start, whatever moved since. It opens a quarter of an hour before that at the earliest.</summary>
    public static OpenSigning With(IEnumerable<(object Event, DateTimeOffset At)> cohort, DateTimeOffset start) => new([
        .. cohort.TakeWhile(e => e.At <= start).Aggregate(Cohort.Initial, (state, e) => state.Evolve(e.Event)).Entries.Values
            .Where(e => e.Standing == Standing.Seated)
            .OrderBy(e => e.Place)
            .Select(e => new RosterLine(e.RecordId, e.RecordVersion))]);

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/open-signing", async (Guid id, Shell shell, Origin origin, IQuerySession store) =>
        {
            var session = await store.LoadAsync<Session>(id);
            var cohort = await store.Events.FetchStreamAsync(session?.CohortId ?? Guid.Empty);
            var command = With(cohort.Select(e => (e.Data, e.OccurredAt())), session?.StartsAt ?? default);
            return (await shell.HandleExclusively(id, command, origin)).Answer(o =>
                Results.Ok(new { id, o.State.Status, roster = o.State.Roster.Keys.Order() }));
        }).For(Role.Trainer, Role.Coordinator);
}

using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Moves a half-day to another time, room or trainer, until signing opens (R26). It keeps its id, and its sequence rises.</summary>
/// <param name="Date">Local date.</param>
/// <param name="Start">Local wall time of the start.</param>
/// <param name="End">Local wall time of the end, the same day.</param>
/// <param name="Trainer">Who holds it.</param>
/// <param name="Room">Where in the place.</param>
/// <param name="Choice">Which is meant, where a local time comes twice (R24).</param>
/// <param name="Share">R23: why it may have a trainer or a room that other half-days have at that time; null where it may not.</param>
public sealed record RescheduleSession(
    DateOnly Date, TimeOnly Start, TimeOnly End, string Trainer, string Room, Occurrence? Choice = null, DoubleBookingReason? Share = null)
{
    /// <summary>The command, with the cohort as it is known, and the half-days with which it shares a trainer or a room.</summary>
    public Command For(Cohort? cohort, params IReadOnlyList<Guid> others) => new(this, cohort ?? Cohort.Initial, others);

    /// <summary>The decision.</summary>
    public sealed record Command(RescheduleSession Plan, Cohort Cohort, IReadOnlyList<Guid> Others) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (state.Status == SessionStatus.Unknown)
                return Decision.Refuse(Problems.Unknown, "There is no such session.");
            if (state.Status == SessionStatus.Cancelled)
                return Decision.Refuse("session-cancelled", "The session is cancelled.");
            if (Slot.Of(Plan.Date, Plan.Start, Plan.End, state.Zone, Plan.Choice, out var slot) is { } refused)
                return refused;
            if ((slot, Plan.Trainer, Plan.Room) == (Slot.Of(state), state.Trainer, state.Room))
                return Decision.Nothing;
            if (state.Status != SessionStatus.Planned)
                return Decision.Refuse("signing-opened", "Signing was opened: the session is no longer moved.");
            return slot.Bars(Cohort)
                ?? Decision.Accept([
                    .. Bookings.Shared(Plan.Share, Others),
                    new SessionRescheduled(slot.LocalStart, slot.LocalEnd, slot.StartsAt, slot.EndsAt, Plan.Trainer, Plan.Room, Cohort.Place, PlannedHalfDay.Of(state)),
                ]);
        }
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/reschedule", async (Guid id, RescheduleSession body, [AsParameters] Bookings.Door door, IQuerySession store) =>
        {
            var session = await store.LoadAsync<Session>(id);
            var cohort = await store.LoadAsync<Cohort>(session?.CohortId ?? Guid.Empty);
            return await Bookings.Ask(id, others => body.For(cohort, others), body.Share is not null, door, o =>
                Results.Ok(new { id, o.State.Status, o.State.Sequence, o.State.StartsAt, o.State.EndsAt, o.State.SharesWith }));
        }).For(Role.Coordinator);
}

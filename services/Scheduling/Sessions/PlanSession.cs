using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Plans a half-day of a cohort, in the local time of the cohort's place. The same plan again changes nothing.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Number">Which half-day, from 1.</param>
/// <param name="Date">Local date.</param>
/// <param name="Start">Local wall time of the start.</param>
/// <param name="End">Local wall time of the end, the same day.</param>
/// <param name="Trainer">Who holds it.</param>
/// <param name="Room">Where in the place.</param>
/// <param name="Choice">Which is meant, where a local time comes twice (R24).</param>
/// <param name="Share">R23: why it may have a trainer or a room that other half-days have at that time; null where it may not.</param>
public sealed record PlanSession(
    Guid CohortId, int Number, DateOnly Date, TimeOnly Start, TimeOnly End, string Trainer, string Room, Occurrence? Choice = null,
    DoubleBookingReason? Share = null)
{
    /// <summary>The command, with the cohort as it is known, and the half-days with which it shares a trainer or a room.</summary>
    public Command For(Cohort? cohort, params IReadOnlyList<Guid> others) => new(this, cohort ?? Cohort.Initial, others);

    /// <summary>The decision.</summary>
    public sealed record Command(PlanSession Plan, Cohort Cohort, IReadOnlyList<Guid> Others) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (Cohort.Status == CohortStatus.Unknown)
                return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
            if (Plan.Number < 1)
                return Decision.Refuse("number-out-of-range", "Half-days are numbered from 1.");
            if (Slot.Of(Plan.Date, Plan.Start, Plan.End, Cohort.Zone, Plan.Choice, out var slot) is { } refused)
                return refused;
            var plan = new SessionPlanned(
                Plan.CohortId, Plan.Number, Cohort.Zone, slot.LocalStart, slot.LocalEnd, slot.StartsAt, slot.EndsAt, Plan.Trainer, Plan.Room, Cohort.Place);
            if (state.Status != SessionStatus.Unknown)
            {
                return plan with { Place = state.Place } == Known(state)
                    ? Decision.Nothing
                    : Decision.Refuse("planned-differently", "The session is planned already, and not like this.");
            }

            return slot.Bars(Cohort) ?? Decision.Accept([.. Bookings.Shared(Plan.Share, Others), plan]);
        }

        private static SessionPlanned Known(Session s) => new(
            s.CohortId, s.Number, s.Zone, s.LocalStart, s.LocalEnd, s.StartsAt, s.EndsAt, s.Trainer, s.Room, s.Place);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/sessions/{id}", async (Guid id, PlanSession body, [AsParameters] Bookings.Door door, IQuerySession store) =>
        {
            var cohort = await store.LoadAsync<Cohort>(body.CohortId);
            return await Bookings.Ask(id, others => body.For(cohort, others), body.Share is not null, door, o =>
                Results.Created($"/sessions/{id}", new { id, o.State.Status, o.State.StartsAt, o.State.EndsAt, o.State.SharesWith }));
        }).For(Role.Coordinator);
}

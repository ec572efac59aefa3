using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Says when a half-day really ended, where that was before its end: so long it was held (R36). Until it is sealed the last word counts, but no longer than the trainer and the room are free (R23).</summary>
/// <param name="End">Local wall time of the real end, on the day of the session; its start where it never began.</param>
/// <param name="Reason">Why.</param>
/// <param name="Choice">Which is meant, where a local time comes twice (R24).</param>
public sealed record InterruptSession(TimeOnly End, Obstacle Reason, Occurrence? Choice = null) : ICommand<Session>
{
    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        switch (state.Status)
        {
            case SessionStatus.Unknown:
                return Decision.Refuse(Problems.Unknown, "There is no such session.");
            case SessionStatus.Planned:
                return Decision.Refuse("signing-not-open", "Signing is not open yet: the session can be cancelled.");
            case SessionStatus.Cancelled:
                return Decision.Refuse("session-cancelled", "The session is cancelled.");
        }

        var local = state.LocalStart.Date + End.ToTimeSpan();
        if (LocalTime.Resolve(local, LocalTime.Zone(state.Zone)!, Choice, out var endedAt) is { } noEnd)
            return noEnd;
        if (endedAt == state.EndedAt)
            return Decision.Nothing;
        if (state.Status == SessionStatus.Sealed)
            return Decision.Refuse("session-sealed", "The session is sealed; what was attended can be corrected.");
        if (endedAt < state.StartsAt || endedAt >= state.EndsAt)
            return Decision.Refuse("outside-session", $"The session is from {state.StartsAt:u} to {state.EndsAt:u}; an interruption is before its end.");
        return endedAt > now && endedAt > state.StartsAt
            ? Decision.Refuse("not-over", $"It is not {endedAt:u} yet.")
            : Decision.Accept(new SessionInterrupted(local, endedAt, Reason));
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/interrupt", async (Guid id, InterruptSession command, [AsParameters] Bookings.Door door) =>
            await Bookings.Ask(id, _ => command, mayShare: false, door, o =>
                Results.Ok(new { id, o.State.Status, o.State.EndedAt, deliveredMinutes = o.State.DeliveredMinutes() })))
            .For(Role.Trainer, Role.Coordinator);
}

using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Cancels a half-day before signing opens (R26): it delivers nothing (R36) and is never sealed (R20). Afterwards it can be interrupted.</summary>
/// <param name="Reason">Why.</param>
public sealed record CancelSession(Obstacle Reason) : ICommand<Session>
{
    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now) => state.Status switch
    {
        SessionStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such session."),
        SessionStatus.Cancelled => Decision.Nothing,
        SessionStatus.Planned => Decision.Accept(new SessionCancelled(Reason, PlannedHalfDay.Of(state))),
        _ => Decision.Refuse("signing-opened", "Signing was opened: the session can be interrupted, but not cancelled."),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/cancel", async (Guid id, CancelSession command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new { id, o.State.Status, o.State.Sequence })))
            .For(Role.Coordinator);
}

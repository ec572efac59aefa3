using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Makes the attendance final. It needs the countersignature (R31); who did not sign is not evidenced (R30).</summary>
public sealed record SealSession : ICommand<Session>
{
    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        if (state.Status == SessionStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such session.");
        if (state.Status == SessionStatus.Sealed)
            return Decision.Nothing;
        if (state.CountersignedBy is null)
            return Decision.Refuse("not-countersigned", "The trainer has not countersigned the attendance sheet.");
        if (now < state.EndsAt)
            return Decision.Refuse("not-over", $"The session ends at {state.EndsAt:u}.");
        var delivered = state.PlannedMinutes();
        return Decision.Accept([
            new SessionSealed(delivered),
            .. state.Roster.Values.OrderBy(m => m.RecordId).Select(m => m.SignedAt is null
                ? new AttendanceSealed(state.CohortId, m.RecordId, m.RecordVersion, delivered, 0, Evidence.NotEvidenced)
                : new AttendanceSealed(state.CohortId, m.RecordId, m.RecordVersion, delivered, delivered, Evidence.SignedByLearner)),
        ]);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/seal", async (Guid id, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, new SealSession(), origin)).Answer(o => Results.Ok(new { id, o.State.Status })))
            .For(Role.Coordinator, Role.Trainer);
}

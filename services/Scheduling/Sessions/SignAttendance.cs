using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>A learner on the roster signs. One mark counts (R30); outside the time for signing it is late (R31).</summary>
/// <param name="RecordId">The training record.</param>
public sealed record SignAttendance(Guid RecordId) : ICommand<Session>
{
    /// <summary>(policy, R31) How long after the end a signature is in time.</summary>
    public static readonly TimeSpan AfterEnd = TimeSpan.FromMinutes(60);

    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        if (state.Status == SessionStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such session.");
        if (state.Status == SessionStatus.Planned)
            return Decision.Refuse("signing-not-open", "Signing is not open yet.");
        if (state.Roster.GetValueOrDefault(RecordId) is not { } mark)
            return Decision.Refuse("not-on-roster", $"Record {RecordId} is not on the roster of this session.");
        if (mark.SignedAt is not null)
            return Decision.Nothing;
        if (state.Status == SessionStatus.Sealed)
            return Decision.Refuse("session-sealed", "The session is sealed; a later mark is a correction.");
        var late = now < state.StartsAt - OpenSigning.BeforeStart || now > state.EndsAt + AfterEnd;
        return Decision.Accept(new LearnerSigned(RecordId, now, late));
    }

    /// <summary>Opens the door. A whole room signs at once.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/signatures", async (Guid id, SignAttendance command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o =>
                Results.Ok(new { id, command.RecordId, o.State.Roster[command.RecordId].SignedAt, o.State.Roster[command.RecordId].Late })))
            .For(Role.Trainer, Role.Coordinator);
}

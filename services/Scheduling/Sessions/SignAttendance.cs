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
        if (Barred(state, RecordId) is { } barred)
            return barred;
        if (state.Roster[RecordId].SignedAt is not null)
            return Decision.Nothing;
        return state.Status == SessionStatus.Sealed
            ? TooLate
            : Decision.Accept(new LearnerSigned(RecordId, now, IsLate(state, now)));
    }

    internal static Decision TooLate => Decision.Refuse("session-sealed", "The session is sealed; a later mark is a correction.");

    /// <summary>Why there can be no mark for this record, or null.</summary>
    internal static Decision? Barred(Session state, Guid record) => state.Status switch
    {
        SessionStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such session."),
        SessionStatus.Planned => Decision.Refuse("signing-not-open", "Signing is not open yet."),
        SessionStatus.Cancelled => Decision.Refuse("session-cancelled", "The session is cancelled."),
        _ when !state.Roster.ContainsKey(record) => Decision.Refuse("not-on-roster", $"Record {record} is not on the roster of this session."),
        _ => null,
    };

    internal static bool IsLate(Session state, DateTimeOffset now) =>
        now < state.StartsAt - OpenSigning.BeforeStart || now > state.End() + AfterEnd;

    /// <summary>Opens the door. A whole room signs at once.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/signatures", async (Guid id, SignAttendance command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o =>
                Results.Ok(new { id, command.RecordId, o.State.Roster[command.RecordId].SignedAt, o.State.Roster[command.RecordId].Late })))
            .For(Role.Trainer, Role.Coordinator);
}

using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>The trainer marks a learner who is there and does not sign. One mark counts (R30): a signature goes before it.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Reason">Why there is no signature.</param>
public sealed record MarkPresent(Guid RecordId, MarkingReason Reason)
{
    /// <summary>The command, with who marks.</summary>
    public Command By(string trainer) => new(this, trainer);

    /// <summary>The decision.</summary>
    public sealed record Command(MarkPresent Asked, string Trainer) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (SignAttendance.Barred(state, Asked.RecordId) is { } barred)
                return barred;
            var mark = state.Roster[Asked.RecordId];
            if (mark.SignedAt is not null || mark.ByTrainer is not null)
                return Decision.Nothing;
            return state.Status == SessionStatus.Sealed
                ? SignAttendance.TooLate
                : Decision.Accept(new MarkedByTrainer(Asked.RecordId, Trainer, Asked.Reason, now, SignAttendance.IsLate(state, now)));
        }
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/marks", async (Guid id, MarkPresent body, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, body.By(origin.Actor), origin)).Answer(o => Results.Ok(o.State.Roster[body.RecordId])))
            .For(Role.Trainer);
}

using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>A second person agrees to a correction that came late (R32): from now on it counts.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Attendance">What is agreed to: not another proposal that came in between.</param>
public sealed record ApproveCorrection(Guid RecordId, Attendance Attendance)
{
    /// <summary>The command, with who agrees, and the learner where the cohort knows one.</summary>
    public Command By(string actor, Guid? learner) => new(this, actor, learner);

    /// <summary>The decision.</summary>
    public sealed record Command(ApproveCorrection Asked, string Actor, Guid? Learner) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (CorrectAttendance.Barred(state, Asked.RecordId, Actor, Learner, out var mark) is { } barred)
                return barred;
            if (mark.Proposed is not { } proposed)
            {
                return mark.Corrected is { } done && done.ApprovedBy == Actor && done.New == Asked.Attendance
                    ? Decision.Nothing
                    : Decision.Refuse("nothing-proposed", "No correction waits for a second person.");
            }

            if (proposed.New != Asked.Attendance)
                return Decision.Refuse("not-this-proposal", "Another correction is proposed by now.");
            return proposed.By == Actor
                ? Decision.Refuse("second-person-needed", "Who proposed a correction does not agree to it.")
                : Decision.Accept(CorrectAttendance.Counting(state, mark, proposed, now, Actor));
        }
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/corrections/approval", async (Guid id, ApproveCorrection body, Shell shell, Origin origin, IQuerySession store) =>
        {
            var command = body.By(origin.Actor, await CorrectAttendance.LearnerOf(body.RecordId, id, store));
            return (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(o.State.Roster[body.RecordId]));
        }).For(Role.Trainer, Role.Coordinator);
}

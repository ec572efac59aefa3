using System.Security.Claims;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The learner withdraws, before or after the start; hours done are kept (R19).</summary>
public sealed record Withdraw(WithdrawalReason Reason) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => state.Status switch
    {
        RecordStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such record."),
        RecordStatus.Withdrawn => Decision.Nothing,
        _ when state.Ended() => Decision.Refuse("record-ended", $"The record has ended: {state.Status}."),
        _ => Decision.Accept(new LearnerWithdrew(state.Seat?.CohortId, Reason)),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/records/{id}/withdraw",
            async (Guid id, Withdraw command, Shell shell, Origin origin, ClaimsPrincipal caller, IQuerySession store) =>
                await Transcript.Hidden(id, caller, store) ?? (await shell.Handle(id, command, origin))
                    .Answer(o => Results.Ok(Transcript.Of(id, o.State))))
            .For(Role.Partner, Role.Coordinator);
}

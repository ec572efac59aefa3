using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Makes the attendance final. It needs the countersignature (R31); who has no mark is not evidenced (R30).</summary>
public sealed record SealSession : ICommand<Session>
{
    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        if (state.Status == SessionStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such session.");
        if (state.Status == SessionStatus.Sealed)
            return Decision.Nothing;
        if (state.Status == SessionStatus.Cancelled)
            return Decision.Refuse("session-cancelled", "The session is cancelled: there is nothing to seal.");
        if (state.CountersignedBy is null)
            return Decision.Refuse("not-countersigned", "The trainer has not countersigned the attendance sheet.");
        if (now < state.End())
            return Decision.Refuse("not-over", $"The session ends at {state.End():u}.");
        var delivered = state.DeliveredMinutes();
        return Decision.Accept([
            new SessionSealed(delivered, now),
            .. state.Roster.Values.OrderBy(m => m.RecordId).Select(m => (Mark: m, Shown: Shown(state, m))).Select(m => new AttendanceSealed(
                state.CohortId, m.Mark.RecordId, m.Mark.RecordVersion, delivered, Attended(state, m.Mark, m.Shown), m.Shown, state.On())),
        ]);
    }

    /// <summary>The minutes that count: all that were held, or of who was elsewhere those that the connections show (R34).</summary>
    private static int Attended(Session state, Mark mark, Evidence shown) => shown switch
    {
        Evidence.NotEvidenced => 0,
        Evidence.ConnectedRemotely => state.ConnectedMinutes(mark.RecordId),
        _ => state.DeliveredMinutes(),
    };

    /// <summary>What shows that somebody was there, by the sheet. R34: of the minutes planned, up to the real end, so many must have a connection.</summary>
    internal static Evidence Shown(Session state, Mark mark) => mark switch
    {
        { SignedAt: not null } => Evidence.SignedByLearner,
        { Connected: { } reported } when state.ConnectedMinutes(mark.RecordId) is > 0 and var minutes && minutes >= reported.MinShare * state.DeliveredMinutes() =>
            Evidence.ConnectedRemotely,
        { ByTrainer: not null } => Evidence.MarkedByTrainer,
        _ => Evidence.NotEvidenced,
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/seal", async (Guid id, Shell shell, Origin origin, IQuerySession store) =>
        {
            var outcome = await shell.HandleExclusively(id, new SealSession(), origin);
            if (outcome.Refusal is null)
                await ReleaseAbsent.After(outcome.State, shell, origin, store);
            return outcome.Answer(o => Results.Ok(new { id, o.State.Status }));
        }).For(Role.Coordinator, Role.Trainer);
}

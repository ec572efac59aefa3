using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>The trainer confirms the attendance sheet (R31). The first countersignature stands.</summary>
/// <param name="Trainer">Who countersigns.</param>
public sealed record Countersign(string Trainer) : ICommand<Session>
{
    /// <inheritdoc/>
    public Decision Decide(Session state, DateTimeOffset now)
    {
        if (state.Status == SessionStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such session.");
        if (state.CountersignedBy is not null)
            return Decision.Nothing;
        return state.Status == SessionStatus.SigningOpen
            ? Decision.Accept(new TrainerCountersigned(Trainer, now))
            : Decision.Refuse("signing-not-open", "There is no sheet to countersign: signing is not open yet.");
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/countersignature", async (Guid id, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, new Countersign(origin.Actor), origin)).Answer(o =>
                Results.Ok(new { id, o.State.CountersignedBy, o.State.CountersignedAt })))
            .For(Role.Trainer);
}

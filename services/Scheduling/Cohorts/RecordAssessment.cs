using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>A trainer records the assessment of a seat holder.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Mark">Out of 20.</param>
public sealed record RecordAssessment(Guid RecordId, decimal Mark) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (Mark is < 0 or > 20)
            return Decision.Refuse("mark-out-of-range", "A mark is a number from 0 to 20.");
        if (state.Entries.GetValueOrDefault(RecordId) is not { Standing: Standing.Seated } seat)
            return Decision.Refuse("no-seat", $"Record {RecordId} holds no seat in this cohort.");
        if (seat.Mark == Mark)
            return Decision.Nothing;
        return state.TakesRequests() || state.Status == CohortStatus.Running
            ? Decision.Accept(new AssessmentRecorded(RecordId, Mark))
            : Decision.Refuse("cohort-closed", "The cohort is closed; a later mark is a correction.");
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/assessments", async (Guid id, RecordAssessment command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(_ => Results.NoContent()))
            .For(Role.Trainer, Role.Coordinator);
}

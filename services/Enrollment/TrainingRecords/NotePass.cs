using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>R10: somebody behind was offered a seat; the record learns why it could not be. Comes with the offer to the other.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="CohortVersion">The cohort's version of that offer.</param>
/// <param name="Why">Why, in words.</param>
public sealed record NotePass(Guid CohortId, long CohortVersion, string Why) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        // A group is no record, and whoever has left the queue need not know.
        state.Status is RecordStatus.AwaitingSeat or RecordStatus.Waitlisted && state.Seat?.CohortId == CohortId && !state.Passes.ContainsKey(CohortVersion)
            ? Decision.Accept(new PassedOver(CohortId, CohortVersion, Why))
            : Decision.Nothing;
}

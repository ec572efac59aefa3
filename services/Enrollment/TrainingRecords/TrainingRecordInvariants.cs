using Tremplin.Defaults.Audit;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>What an auditor may hold against a training record.</summary>
public sealed class TrainingRecordInvariants : Invariants<TrainingRecord>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R14", "R15", "R17"];

    /// <inheritdoc/>
    public override (string Rule, string What)? Holds(TrainingRecord state) => state is { Application: { } a } && !state.Ended()
        ? ("R14", $"the training {a.Programme} of the learner {a.LearnerId}")
        : null;

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, TrainingRecord before, object @event, TrainingRecord after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (after.Application is { } a && stream != TrainingRecord.IdFor(a.LearnerId, a.Programme, a.Cycle))
            yield return new("R14", $"The stream is not that of cycle {a.Cycle} of {a.Programme} for the learner {a.LearnerId}.");
        if (@event is ApplicationSubmitted { Application.Cycle: var cycle } && (before.Application is not null || cycle < 1))
            yield return new("R15", "It was applied for again in the same record: that opens a cycle of its own.");
        if (@event is SeatRequested && before.Status is RecordStatus.Submitted or RecordStatus.Ineligible)
            yield return new("R17", "A seat was asked for, and nobody had decided that the learner is eligible.");
    }
}

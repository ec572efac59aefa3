using Tremplin.Defaults.Audit;

namespace Tremplin.Enrollment.Reviews;

/// <summary>What an auditor may hold against a review.</summary>
public sealed class ReviewInvariants : Invariants<Review>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R22", "R48"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Review before, object @event, Review after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (@event is ApplicationHeld && before.Held is not null)
            yield return new("R22", "It is held already: an application that is sent again appends nothing.");
        if (@event is ReviewDecided && before.Verdict is not null)
            yield return new("R22", "It was decided before, and a decision is not overridden.");
        if (@event is ApplicationEntered or ApplicationNotTaken && before.Status != ReviewStatus.Decided)
            yield return new("R22", "The application went on, and nobody had decided who applies.");
        if (@event is ReviewDecided { Verdict: ReviewVerdict.SamePerson } same && before.Candidates.All(c => c.LearnerId != same.LearnerId))
            yield return new("R48", $"The learner {same.LearnerId} was none of the candidates.");
    }
}

using Tremplin.Defaults.Audit;

namespace Tremplin.Enrollment.Learners;

/// <summary>What an auditor may hold against a learner.</summary>
public sealed class LearnerInvariants : Invariants<Learner>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R46", "R49"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Learner before, object @event, Learner after)
    {
        ArgumentNullException.ThrowIfNull(before);
        if (@event is LearnerMerged or AliasAdded && before.Gone() is not null)
            yield return new("R49", "The learner was erased or restricted before, and is merged all the same.");
        if (@event is LearnerMerged { Into: var self } && self == stream)
            yield return new("R49", "The learner is an alias of itself: there is no survivor.");
        if (@event is AliasAdded && before.MergedInto is { } other)
            yield return new("R49", $"Somebody was merged into this learner, who is {other}: that may lead in a circle.");
        if (@event is LearnerMerged && before.MergedInto is { } into)
            yield return new("R46", $"The learner was merged into {into} before, and that was not undone.");
        if (@event is LearnerUnmerged unmerged && unmerged.From != before.MergedInto)
            yield return new("R46", $"A merge into {unmerged.From} is undone that there was not.");
        if (@event is AliasRemoved { Alias: var alias } && !before.Aliases.Contains(alias))
            yield return new("R46", $"The learner {alias} is told apart who was no alias.");
    }
}

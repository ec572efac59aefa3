using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>R46: two learners are one person. This is what becomes of the one whose id is given up; its stream stays as it is.</summary>
/// <param name="Self">The learner whose stream this is.</param>
/// <param name="Into">The learner who stays, no alias.</param>
/// <param name="Ground">On what ground.</param>
public sealed record BecomeAlias(Guid Self, Guid Into, MergeGround Ground) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) => state switch
    {
        { Person: null } => Decision.Refuse(Problems.Unknown, "There is no such learner."),
        _ when Self == Into => Decision.Refuse("same-learner", $"They are one learner already: {Into}."),
        { MergedInto: { } into } => into == Into
            ? Decision.Nothing
            : Decision.Refuse("learner-merged", $"The learner is {into} already: merge that one, or undo this first."),
        _ => state.Gone() ?? Decision.Accept(new LearnerMerged(Into, Ground)),
    };
}

/// <summary>R46: the other half of a merge, for the learner who stays. Both are stored in one transaction, or neither (R49).</summary>
/// <param name="Alias">The other learner.</param>
public sealed record TakeAlias(Guid Alias) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) => state switch
    {
        { Person: null } => Decision.Refuse(Problems.Unknown, "There is no learner to merge with."),
        { MergedInto: { } into } => Decision.Refuse("learner-merged", $"The learner to merge with is {into}."),
        _ when state.Aliases.Contains(Alias) => Decision.Nothing,
        _ => state.Gone() ?? Decision.Accept(new AliasAdded(Alias)),
    };
}

/// <summary>R46: a learner who was merged is somebody else after all. Both are as they were, each with their own stream.</summary>
public sealed record Unmerge : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) => state switch
    {
        { Person: null } => Decision.Refuse(Problems.Unknown, "There is no such learner."),
        { MergedInto: null } => Decision.Refuse("not-merged", "The learner is nobody else."),
        { MergedInto: { } into } => state.Gone() ?? Decision.Accept(new LearnerUnmerged(into)),
    };
}

/// <summary>R46: the other half of the undoing, for the learner who stayed.</summary>
/// <param name="Alias">The other learner.</param>
public sealed record GiveUpAlias(Guid Alias) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return !state.Aliases.Contains(Alias) ? Decision.Nothing : state.Gone() ?? Decision.Accept(new AliasRemoved(Alias));
    }
}

/// <summary>The doors of merging.</summary>
public static class MergeLearners
{
    /// <summary>With whom, and on what ground.</summary>
    /// <param name="Into">The learner who stays. Where that one is an alias, whom it leads to stays.</param>
    /// <param name="Ground">On what ground.</param>
    public sealed record With(Guid Into, MergeGround Ground);

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/learners/{id}/merge", async (Guid id, With with, Merges merges, Origin origin, IQuerySession store, CancellationToken cancellation) =>
        {
            var merged = await merges.Merge(id, with.Into, with.Ground, origin, cancellation);
            var shown = await Shown(id, store, cancellation);
            return merged.Answer(_ => Results.Ok(shown));
        }).For(Role.Coordinator);
        routes.MapPost("/learners/{id}/unmerge", async (Guid id, Merges merges, Origin origin, IQuerySession store, CancellationToken cancellation) =>
        {
            var unmerged = await merges.Unmerge(id, origin, cancellation);
            var shown = await Shown(id, store, cancellation);
            return unmerged.Answer(_ => Results.Ok(shown));
        }).For(Role.Coordinator);
    }

    private static async Task<object> Shown(Guid id, IQuerySession store, CancellationToken cancellation)
    {
        var survivor = await store.Survivor(id, cancellation);
        return new { id, survivor, aliases = (await store.Everybody(survivor, cancellation)).Skip(1) };
    }
}

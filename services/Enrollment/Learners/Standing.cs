using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;

namespace Tremplin.Enrollment.Learners;

/// <summary>Whom a learner stands for, where something was decided about that; nobody else has one.</summary>
/// <param name="Id">The learner.</param>
public sealed record Standing(Guid Id)
{
    /// <summary>R46: the learner who this is as well, and who may be an alias too; null where there is none.</summary>
    public Guid? Into { get; init; }

    /// <summary>The first day on which the learner is erased, UTC, as yyyy-MM-dd; null where no erasure waits.</summary>
    public string? Until { get; init; }
}

/// <summary>Keeps <see cref="Standing"/> in the transaction that decides.</summary>
public partial class StandingProjection : SingleStreamProjection<Standing, Guid>
{
    /// <summary>The first decision is a merge.</summary>
    public static Standing Create(IEvent<LearnerMerged> e) => Apply(e.Data, new(e.StreamId));

    /// <summary>The first decision is a restriction.</summary>
    public static Standing Create(IEvent<LearnerRestricted> e) => Apply(e.Data, new(e.StreamId));

    /// <summary>The first decision is an erasure.</summary>
    public static Standing Create(IEvent<LearnerErased> e) => new(e.StreamId);

    /// <summary>An alias.</summary>
    public static Standing Apply(LearnerMerged e, Standing standing) => standing with { Into = e.Into };

    /// <summary>No alias any more.</summary>
    public static Standing Apply(LearnerUnmerged _, Standing standing) => standing with { Into = null };

    /// <summary>An erasure that waits.</summary>
    public static Standing Apply(LearnerRestricted e, Standing standing) =>
        standing with { Until = e.Hold.Until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) };

    /// <summary>One that waits no more.</summary>
    public static Standing Apply(LearnerErased _, Standing standing) => standing with { Until = null };
}

/// <summary>R46: follows aliases. They end, for whoever is merged is an alias of nobody before (R49).</summary>
public static class Aliases
{
    /// <summary>The one who a learner is.</summary>
    public static async Task<Guid> Survivor(this IQuerySession session, Guid learner, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        while ((await session.LoadAsync<Standing>(learner, cancellation))?.Into is { } into)
            learner = into;
        return learner;
    }

    /// <summary>The ones who these learners are, each by the id that was asked for.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Guid>> Survivors(this IQuerySession session, IEnumerable<Guid> learners, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var survivors = learners.Distinct().ToDictionary(id => id);
        while (survivors.Count > 0)
        {
            Guid[] ends = [.. survivors.Values.Distinct()];
            var further = (await session.Query<Standing>().Where(s => s.Id.IsOneOf(ends) && s.Into != null).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => s.Into!.Value);
            if (further.Count == 0)
                break;
            survivors = survivors.ToDictionary(s => s.Key, s => further.GetValueOrDefault(s.Value, s.Value));
        }

        return survivors;
    }

    /// <summary>Every id of one person, with this one first.</summary>
    public static async Task<IReadOnlyList<Guid>> Everybody(this IQuerySession session, Guid survivor, CancellationToken cancellation = default) =>
        [survivor, .. (await session.Followers([survivor], cancellation)).Select(s => s.Id)];

    /// <summary>The aliases that lead to these learners; whom one leads to comes before it.</summary>
    public static async Task<IReadOnlyList<Standing>> Followers(this IQuerySession session, IReadOnlyCollection<Guid> survivors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        List<Standing> all = [];
        for (Guid[] next = [.. survivors]; next.Length > 0;)
        {
            var found = await session.Query<Standing>().Where(s => s.Into != null && s.Into.Value.IsOneOf(next)).OrderBy(s => s.Id).ToListAsync(cancellation);
            all.AddRange(found);
            next = [.. found.Select(s => s.Id)];
        }

        return all;
    }
}

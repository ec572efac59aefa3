using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Offerings;

/// <summary>A cohort as Scheduling announced it: what an application can ask for.</summary>
public sealed record Offering : IStreamState<Offering>
{
    /// <summary>The cohort's id.</summary>
    public Guid Id { get; init; }

    /// <summary>What was announced; null before.</summary>
    public CohortFacts? Cohort { get; init; }

    /// <summary>Whether it takes requests.</summary>
    public bool Open { get; init; }

    /// <summary>The cohort's version that last said how many seats there are; 0 while that is the opening.</summary>
    public long CohortVersion { get; init; }

    /// <inheritdoc/>
    public static Offering Initial { get; } = new();

    /// <inheritdoc/>
    public Offering Evolve(object @event) => @event switch
    {
        CohortAnnounced e => this with { Cohort = e.Cohort, Open = true },
        CohortEnded => this with { Open = false },
        CapacityAnnounced e => this with { Cohort = Cohort! with { Capacity = e.Capacity }, CohortVersion = e.CohortVersion },
        _ => this,
    };
}

/// <summary>A cohort's facts as announced.</summary>
/// <param name="Programme">The programme's reference.</param>
/// <param name="ProgrammeVersion">The pinned version.</param>
/// <param name="Territories">Départements it is meant for; empty means everywhere.</param>
/// <param name="Capacity">Seats.</param>
/// <param name="StartsAt">Start of the first half-day.</param>
public sealed record CohortFacts(
    string Programme, int ProgrammeVersion, IReadOnlyList<string> Territories, int Capacity, DateTimeOffset StartsAt)
{
    /// <summary>R21: whether a signed training agreement is asked for.</summary>
    public bool AgreementRequired { get; init; }

    /// <summary>The programme's title, French; null in events of earlier versions.</summary>
    public string? Title { get; init; }

    /// <summary>What it leads to, as the yearly report of training providers asks; null where nothing was said.</summary>
    public string? BpfObjective { get; init; }
}

/// <summary>Base of the events of an offering.</summary>
public abstract record OfferingEvent
{
    private protected OfferingEvent() { }
}

/// <summary>Scheduling opened a cohort.</summary>
[StoredAs("offering.cohort-announced.v1")]
public sealed record CohortAnnounced(CohortFacts Cohort) : OfferingEvent;

/// <summary>Scheduling said that there are more seats, or fewer.</summary>
[StoredAs("offering.capacity-announced.v1")]
public sealed record CapacityAnnounced(int Capacity, long CohortVersion) : OfferingEvent;

/// <summary>Scheduling closed or cancelled it.</summary>
[StoredAs("offering.cohort-ended.v1")]
public sealed record CohortEnded : OfferingEvent;

/// <summary>Keeps <see cref="Offering"/> as a snapshot, so that an application finds the open cohorts in one read.</summary>
public partial class OfferingSnapshot : SingleStreamProjection<Offering, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public OfferingSnapshot() => IncludeType<OfferingEvent>();

    /// <inheritdoc/>
    public override Offering Evolve(Offering? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Offering.Initial with { Id = id }).Evolve(e.Data);
    }
}

using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Organisations;

/// <summary>An organisation whose employees and volunteers are trained.</summary>
public sealed record Organisation : IStreamState<Organisation>
{
    /// <summary>The stream's id, made from its reference.</summary>
    public Guid Id { get; init; }

    /// <summary>What is known of it; null before it is registered.</summary>
    public OrganisationDetails? Details { get; init; }

    /// <summary>Where it stood with digital tools, at most once for a moment and a day.</summary>
    public ImmutableList<Maturity> Assessments { get; init; } = [];

    /// <inheritdoc/>
    public static Organisation Initial { get; } = new();

    /// <summary>The stream of the organisation with this reference.</summary>
    public static Guid IdFor(string reference) => NameBased.Id("organisation", reference);

    /// <inheritdoc/>
    public Organisation Evolve(object @event) => @event switch
    {
        OrganisationRegistered e => this with { Details = e.Organisation },
        OrganisationChanged e => this with { Details = e.Organisation },
        MaturityRecorded e => this with { Assessments = [.. Assessments.Where(a => !a.IsOf(e.Assessment)), e.Assessment] },
        _ => this,
    };
}

/// <summary>An organisation as the national list describes it.</summary>
/// <param name="Ref">Its reference.</param>
/// <param name="Name">Its name.</param>
/// <param name="LegalForm">One of <see cref="LegalForms.All"/>.</param>
/// <param name="Address">Street address; may be empty.</param>
/// <param name="Postcode">Five digits.</param>
/// <param name="Commune">The municipality.</param>
/// <param name="Zone">IANA time zone.</param>
public sealed record OrganisationDetails(
    string Ref, string Name, string LegalForm, string Address, string Postcode, string Commune, string Zone)
{
    /// <summary>The département (INSEE code) that the postcode lies in: three digits overseas, 2A and 2B in Corsica.</summary>
    public string Territory() => Postcode[..2] switch
    {
        "97" or "98" => Postcode[..3],
        "20" => Postcode[2] < '2' ? "2A" : "2B",
        var département => département,
    };
}

/// <summary>What kinds of organisation there are.</summary>
public static class LegalForms
{
    /// <summary>Every form that is known.</summary>
    public static readonly IReadOnlyList<string> All =
        ["association", "cooperative", "foundation", "mutual", "public body", "social enterprise"];

    /// <summary>(policy) The forms that the plan trains: the social economy, hence not public bodies.</summary>
    public static readonly IReadOnlyList<string> Eligible = [.. All.Except(["public body"])];
}

/// <summary>Base of the events of an organisation.</summary>
public abstract record OrganisationEvent
{
    private protected OrganisationEvent() { }
}

/// <summary>An organisation was registered.</summary>
[StoredAs("organisation.registered.v1")]
public sealed record OrganisationRegistered(OrganisationDetails Organisation) : OrganisationEvent;

/// <summary>What is known of it changed.</summary>
[StoredAs("organisation.changed.v1")]
public sealed record OrganisationChanged(OrganisationDetails Organisation) : OrganisationEvent;

/// <summary>Its digital maturity was assessed; an assessment of the same moment and day is put right.</summary>
[StoredAs("organisation.maturity-recorded.v1")]
public sealed record MaturityRecorded(Maturity Assessment) : OrganisationEvent;

/// <summary>Keeps <see cref="Organisation"/> as a snapshot, so that an application finds it in one read.</summary>
public partial class OrganisationSnapshot : SingleStreamProjection<Organisation, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public OrganisationSnapshot() => IncludeType<OrganisationEvent>();

    /// <inheritdoc/>
    public override Organisation Evolve(Organisation? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Organisation.Initial with { Id = id }).Evolve(e.Data);
    }
}

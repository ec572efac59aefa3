using Tremplin.Defaults;

namespace Tremplin.Scheduling.Programmes;

/// <summary>What is taught and by which rule it is completed. One stream per programme; each publication is a version.</summary>
public sealed record Programme : IStreamState<Programme>
{
    /// <summary>The published versions, oldest first; empty before the first.</summary>
    public IReadOnlyList<ProgrammeVersion> Versions { get; private init; } = [];

    /// <inheritdoc/>
    public static Programme Initial { get; } = new();

    /// <summary>The stream of a programme: its reference, hashed (RFC 9562 UUID v5).</summary>
    public static Guid IdFor(string reference) => NameBased.Id(reference);

    /// <inheritdoc/>
    public Programme Evolve(object @event) => @event switch
    {
        ProgrammePublished e => this with { Versions = [.. Versions, e.Programme] },
        _ => this,
    };
}

/// <summary>One version of a programme. A cohort pins it when it opens and is judged by it for good.</summary>
/// <param name="Ref">The reference that applications name, kebab-case.</param>
/// <param name="Version">From 1.</param>
/// <param name="Title">French title.</param>
/// <param name="Objectives">DigComp competences.</param>
/// <param name="HalfDays">How many half-days it takes.</param>
/// <param name="MinAttendedShare">Share of the delivered minutes that must be attended, 0 to 1.</param>
/// <param name="MinAssessmentMark">Mark out of 20 that must be reached, or null.</param>
/// <param name="MinSize">Fewest learners for which it is held.</param>
/// <param name="MaxSize">Most learners in a cohort.</param>
/// <param name="ValidityMonths">Months that a certificate is valid, or null.</param>
public sealed record ProgrammeVersion(
    string Ref, int Version, string Title, IReadOnlyList<string> Objectives, int HalfDays, decimal MinAttendedShare,
    decimal? MinAssessmentMark, int MinSize, int MaxSize, int? ValidityMonths)
{
    /// <summary>R21: whether a signed training agreement is asked for before the training counts as begun.</summary>
    public bool AgreementRequired { get; init; }

    /// <summary>(policy, R34) The usual share of the minutes.</summary>
    public const decimal UsualConnectedShare = 0.8m;

    /// <summary>R34: share of a half-day's minutes for which who is elsewhere must be connected, above 0 and up to 1.</summary>
    public decimal MinConnectedShare { get; init; } = UsualConnectedShare;

    /// <summary>One of <see cref="BpfObjectives.All"/>; null where nothing was said, which counts as <c>other</c>.</summary>
    public string? BpfObjective { get; init; }
}

/// <summary>
/// What a training leads to, in the words of the yearly report of training providers: the lines of frame F-3 of the
/// <i>bilan pédagogique et financier</i> (Cerfa 10443), in its order.
/// </summary>
public static class BpfObjectives
{
    /// <summary>Every objective: a qualification of the national register, a certification of its specific list, a qualification in neither, none of these, ...</summary>
    public static readonly IReadOnlyList<string> All = ["rncp", "rs", "cqp", "other", "skills-assessment", "experience-validation"];
}

/// <summary>Base of the events of a programme.</summary>
public abstract record ProgrammeEvent
{
    private protected ProgrammeEvent() { }
}

/// <summary>A version was published.</summary>
[StoredAs("programme.published.v1")]
public sealed record ProgrammePublished(ProgrammeVersion Programme) : ProgrammeEvent;

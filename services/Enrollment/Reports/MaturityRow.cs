namespace Tremplin.Enrollment.Reports;

/// <summary>One organisation before and after; what was not assessed is absent.</summary>
/// <param name="OrganisationRef">Its reference.</param>
/// <param name="Organisation">Its name.</param>
/// <param name="LegalForm">Its legal form.</param>
/// <param name="RegionCode">INSEE code of the region, or of an overseas collectivity; empty where the territory is unknown.</param>
/// <param name="Region">Its name.</param>
/// <param name="Departement">INSEE code of the département.</param>
public sealed record MaturityRow(string OrganisationRef, string Organisation, string LegalForm, string RegionCode, string Region, string Departement)
{
    /// <summary>The day of the assessment before.</summary>
    public DateOnly? BeforeOn { get; init; }

    /// <summary>0 to 5.</summary>
    public int? BeforeScale { get; init; }

    /// <summary>How many of the four indicators were met.</summary>
    public int? BeforeIndicators { get; init; }

    /// <summary>Works together with shared documents, calendars or messages.</summary>
    public bool? BeforeCollaborativeTools { get; init; }

    /// <summary>Has a site of its own.</summary>
    public bool? BeforeWebsite { get; init; }

    /// <summary>Is present on a social network.</summary>
    public bool? BeforeSocialNetworks { get; init; }

    /// <summary>Offers an application for mobile phones.</summary>
    public bool? BeforeMobileApp { get; init; }

    /// <summary>The day of the assessment after.</summary>
    public DateOnly? AfterOn { get; init; }

    /// <summary>0 to 5.</summary>
    public int? AfterScale { get; init; }

    /// <summary>How many of the four indicators are met.</summary>
    public int? AfterIndicators { get; init; }

    /// <summary>Works together with shared documents, calendars or messages.</summary>
    public bool? AfterCollaborativeTools { get; init; }

    /// <summary>Has a site of its own.</summary>
    public bool? AfterWebsite { get; init; }

    /// <summary>Is present on a social network.</summary>
    public bool? AfterSocialNetworks { get; init; }

    /// <summary>Offers an application for mobile phones.</summary>
    public bool? AfterMobileApp { get; init; }

    /// <summary>Steps gained on the scale, or lost where it is negative.</summary>
    public int? ScaleChange => AfterScale - BeforeScale;

    /// <summary>Indicators gained, or lost where it is negative.</summary>
    public int? IndicatorsChange => AfterIndicators - BeforeIndicators;
}

/// <summary>Organisations together. Means and counts are over those that were assessed before and after.</summary>
/// <param name="Territory">INSEE code of the département or region, or <c>plan</c> for all.</param>
/// <param name="Region">The region's name.</param>
/// <param name="AssessedBefore">How many were assessed before.</param>
/// <param name="AssessedAfter">How many were assessed after.</param>
/// <param name="AssessedTwice">How many were assessed before and after: those that the rest is about.</param>
public sealed record MaturityTotal(string Territory, string Region, int AssessedBefore, int AssessedAfter, int AssessedTwice)
{
    /// <summary>Mean on the scale before, 0 to 5, to the hundredth.</summary>
    public decimal? BeforeScale { get; init; }

    /// <summary>Mean on the scale after.</summary>
    public decimal? AfterScale { get; init; }

    /// <summary>Mean number of steps gained.</summary>
    public decimal? ScaleChange { get; init; }

    /// <summary>How many worked together with such tools before.</summary>
    public int BeforeCollaborativeTools { get; init; }

    /// <summary>How many do after.</summary>
    public int AfterCollaborativeTools { get; init; }

    /// <summary>How many had a site before.</summary>
    public int BeforeWebsite { get; init; }

    /// <summary>How many have one after.</summary>
    public int AfterWebsite { get; init; }

    /// <summary>How many were on social networks before.</summary>
    public int BeforeSocialNetworks { get; init; }

    /// <summary>How many are after.</summary>
    public int AfterSocialNetworks { get; init; }

    /// <summary>How many offered a mobile application before.</summary>
    public int BeforeMobileApp { get; init; }

    /// <summary>How many do after.</summary>
    public int AfterMobileApp { get; init; }

    /// <summary>These organisations together.</summary>
    internal static MaturityTotal Of(string territory, string region, IReadOnlyCollection<MaturityRow> rows)
    {
        MaturityRow[] twice = [.. rows.Where(r => r is { BeforeOn: not null, AfterOn: not null })];
        return new(territory, region, rows.Count(r => r.BeforeOn is not null), rows.Count(r => r.AfterOn is not null), twice.Length)
        {
            BeforeScale = Mean(r => r.BeforeScale),
            AfterScale = Mean(r => r.AfterScale),
            ScaleChange = Mean(r => r.ScaleChange),
            BeforeCollaborativeTools = twice.Count(r => r.BeforeCollaborativeTools == true),
            AfterCollaborativeTools = twice.Count(r => r.AfterCollaborativeTools == true),
            BeforeWebsite = twice.Count(r => r.BeforeWebsite == true),
            AfterWebsite = twice.Count(r => r.AfterWebsite == true),
            BeforeSocialNetworks = twice.Count(r => r.BeforeSocialNetworks == true),
            AfterSocialNetworks = twice.Count(r => r.AfterSocialNetworks == true),
            BeforeMobileApp = twice.Count(r => r.BeforeMobileApp == true),
            AfterMobileApp = twice.Count(r => r.AfterMobileApp == true),
        };

        // Exact, unlike a mean of binary fractions.
        decimal? Mean(Func<MaturityRow, int?> value) =>
            twice.Length == 0 ? null : Math.Round((decimal)twice.Sum(r => value(r)!.Value) / twice.Length, 2, MidpointRounding.AwayFromZero);
    }
}

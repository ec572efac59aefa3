namespace Tremplin.Enrollment.Organisations;

/// <summary>Where an organisation stands with digital tools on one day, told by somebody there. It is about the organisation and names nobody.</summary>
/// <param name="Moment">Before its people are trained, or after.</param>
/// <param name="AssessedOn">The day, where the organisation is.</param>
/// <param name="AnsweredBy">Who answered, as a role.</param>
/// <param name="CollaborativeTools">Its people work together with shared documents, calendars or messages.</param>
/// <param name="Website">It has a site of its own.</param>
/// <param name="SocialNetworks">It is present on at least one social network.</param>
/// <param name="MobileApp">It offers an application for mobile phones.</param>
/// <param name="Scale">Where it places itself, from 0 (nothing is digital) to 5 (digital tools carry what it does), whole steps.</param>
public sealed record Maturity(
    MaturityMoment Moment, DateOnly AssessedOn, Respondent AnsweredBy, bool CollaborativeTools, bool Website, bool SocialNetworks, bool MobileApp, int Scale)
{
    /// <summary>How many of the four indicators are met, 0 to 4.</summary>
    public int Indicators() => Convert.ToInt32(CollaborativeTools) + Convert.ToInt32(Website) + Convert.ToInt32(SocialNetworks) + Convert.ToInt32(MobileApp);

    /// <summary>Whether both are of one moment and day, so that the later puts the earlier right.</summary>
    public bool IsOf(Maturity other) => other is { } o && (Moment, AssessedOn) == (o.Moment, o.AssessedOn);
}

/// <summary>What an assessment is compared with the other of.</summary>
public enum MaturityMoment
{
    /// <summary>Before the organisation's people are trained.</summary>
    Before,

    /// <summary>After.</summary>
    After,
}

/// <summary>Who answers for an organisation.</summary>
public enum Respondent
{
    /// <summary>Whoever runs it.</summary>
    Director,

    /// <summary>An employee.</summary>
    Employee,

    /// <summary>A volunteer, also of its board.</summary>
    Volunteer,

    /// <summary>The partner who accompanies it.</summary>
    Adviser,
}

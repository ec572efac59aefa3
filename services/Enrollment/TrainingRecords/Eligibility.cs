using Tremplin.Enrollment.Organisations;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The facts that eligibility rests on (R17).</summary>
public sealed record EligibilityFacts(string OrganisationRef, string LegalForm, string Role, DateOnly AppliedOn);

/// <summary>The rule for eligibility. A change is a new version; decided records keep the version they were decided by.</summary>
public static class Eligibility
{
    /// <summary>The version of this rule.</summary>
    public const int RuleVersion = 1;

    /// <summary>Who may be trained: people who work, volunteer or lead in the organisation.</summary>
    public static readonly IReadOnlyList<string> Roles = ["director", "employee", "volunteer"];

    /// <summary>Decides, with each reason against in words.</summary>
    public static EligibilityDecided Decide(EligibilityFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        List<string> against = [];
        if (!LegalForms.Eligible.Contains(facts.LegalForm, StringComparer.Ordinal))
            against.Add($"The plan trains the social economy; the organisation is a {facts.LegalForm}.");
        if (!Roles.Contains(facts.Role, StringComparer.Ordinal))
            against.Add($"The plan trains {string.Join(", ", Roles)}; the role is {facts.Role}.");
        return new(RuleVersion, facts, against.Count == 0, against);
    }
}

using AwesomeAssertions;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

[Trait("Rule", "R17")]
public class EligibilitySpecs
{
    public static TheoryData<string, string> SocialEconomy =>
        [.. LegalForms.Eligible.SelectMany(form => Eligibility.Roles.Select(role => (form, role)))];

    [Theory]
    [MemberData(nameof(SocialEconomy))]
    public void Takes_everybody_of_the_social_economy(string form, string role)
    {
        var facts = Facts with { LegalForm = form, Role = role };
        Eligibility.Decide(facts).Should().BeEquivalentTo(new EligibilityDecided(1, facts, true, []));
    }

    [Fact]
    public void Leaves_out_public_bodies_and_says_so() =>
        Eligibility.Decide(Facts with { LegalForm = "public body" }).Should().BeEquivalentTo(NotEligible());

    [Fact]
    public void Leaves_out_other_roles_and_says_so() =>
        Eligibility.Decide(Facts with { Role = "client" }).Reasons
            .Should().Equal("The plan trains director, employee, volunteer; the role is client.");

    [Fact]
    public void Gives_every_reason_against() =>
        Eligibility.Decide(Facts with { LegalForm = "company", Role = "client" })
            .Should().Match<EligibilityDecided>(d => !d.Eligible && d.Reasons.Count == 2);

    [Fact]
    public void Knows_six_legal_forms_of_which_five_are_eligible() =>
        LegalForms.All.Except(LegalForms.Eligible).Should().Equal("public body");
}

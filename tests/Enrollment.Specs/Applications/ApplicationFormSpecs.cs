using AwesomeAssertions;
using Tremplin.Enrollment.Applications;
using Xunit;

namespace Tremplin.Enrollment.Specs.Applications;

public class ApplicationFormSpecs
{
    private static readonly ApplicationForm Form = new(
        "A-0001", "asso-cap-ouest", new("Camille", "Lefèvre", "camille@asso.example"), "volunteer", "outils-collaboratifs",
        new(2026, 9, 1), Partner: "cap-ouest");

    [Fact]
    public void Has_no_fault_when_it_is_complete() => Form.Faults().Should().BeEmpty();

    [Fact]
    public void Names_each_column_at_fault() =>
        new ApplicationForm(" ", "", new("", "Lefèvre", "camille@asso.example"), "Volunteer", "", default).Faults().Select(f => f.Field)
            .Should().Equal("application_ref", "organisation_ref", "role", "programme", "partner", "first_name");

    [Fact]
    public void Names_the_roles_that_there_are() =>
        (Form with { Role = "client" }).Faults().Should().Equal(("role", "'client' is none of: director, employee, volunteer."));

    [Fact]
    public void Asks_for_a_partner() => (Form with { Partner = null }).Faults().Select(f => f.Field).Should().Equal("partner");

    [Fact]
    public void Never_shows_the_person_as_text() => $"{Form}".Should().NotContainAny("Camille", "Lefèvre", "asso.example");
}

using AwesomeAssertions;
using Tremplin.Enrollment.Organisations;
using Xunit;

namespace Tremplin.Enrollment.Specs.Organisations;

public class RegisterOrganisationSpecs
{
    private static readonly OrganisationDetails Known = Sample.Association;

    [Fact]
    public void Registers_a_new_one() => Given.The<Organisation>().When(new RegisterOrganisation(Known)).Then(new OrganisationRegistered(Known));

    [Fact]
    public void Corrects_what_is_known() =>
        Given.The<Organisation>(new OrganisationRegistered(Known)).When(new RegisterOrganisation(Known with { Name = "Cap-Ouest" }))
            .Then(new OrganisationChanged(Known with { Name = "Cap-Ouest" }));

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() =>
        Given.The<Organisation>(new OrganisationRegistered(Known)).When(new RegisterOrganisation(Known with { })).ThenNothing();

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_a_correction_is_repeated() =>
        Given.The<Organisation>(new OrganisationRegistered(Known), new OrganisationChanged(Known with { Name = "Cap-Ouest" }))
            .When(new RegisterOrganisation(Known with { Name = "Cap-Ouest" })).ThenNothing();

    [Theory]
    [InlineData("organisation_ref")]
    [InlineData("name")]
    [InlineData("legal_form")]
    [InlineData("postcode")]
    [InlineData("time_zone")]
    public void Refuses_details_that_cannot_be(string field)
    {
        var wrong = field switch
        {
            "organisation_ref" => Known with { Ref = " " },
            "name" => Known with { Name = "" },
            "legal_form" => Known with { LegalForm = "company" },
            "postcode" => Known with { Postcode = "4400A" },
            _ => Known with { Zone = "Europe/Nantes" },
        };
        Given.The<Organisation>().When(new RegisterOrganisation(wrong)).ThenRefuses("invalid-" + field);
        Given.The<Organisation>(new OrganisationRegistered(Known)).When(new RegisterOrganisation(wrong)).ThenRefuses("invalid-" + field);
    }

    [Theory]
    [InlineData("440001")]
    [InlineData("4400")]
    [InlineData("٤٤٠٠٠")]
    public void Knows_no_other_postcode_than_five_digits(string postcode) =>
        RegisterOrganisation.Faults(Known with { Postcode = postcode }).Select(f => f.Field).Should().Equal("postcode");

    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("America/Guadeloupe")]
    [InlineData("America/Cayenne")]
    [InlineData("Indian/Reunion")]
    [InlineData("Indian/Mayotte")]
    [InlineData("Pacific/Noumea")]
    [InlineData("Pacific/Tahiti")]
    [Trait("Rule", "R25")]
    public void Takes_every_zone_of_france(string zone) => RegisterOrganisation.Faults(Known with { Zone = zone }).Should().BeEmpty();

    [Theory]
    [InlineData("44000", "44")]
    [InlineData("01000", "01")]
    [InlineData("97100", "971")]
    [InlineData("97400", "974")]
    [InlineData("98800", "988")]
    [InlineData("20000", "2A")]
    [InlineData("20137", "2A")]
    [InlineData("20200", "2B")]
    [InlineData("20620", "2B")]
    public void Lies_in_the_département_of_its_postcode(string postcode, string territory) =>
        (Known with { Postcode = postcode }).Territory().Should().Be(territory);

    [Fact]
    public void Has_one_stream_per_reference() =>
        (Organisation.IdFor("a") == Organisation.IdFor("a"), Organisation.IdFor("a") == Organisation.IdFor("b")).Should().Be((true, false));
}

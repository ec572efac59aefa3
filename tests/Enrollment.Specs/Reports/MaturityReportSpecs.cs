using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.Reports;
using Xunit;
using static Tremplin.Enrollment.Specs.Organisations.RecordMaturitySpecs;

namespace Tremplin.Enrollment.Specs.Reports;

public class MaturityReportSpecs
{
    [Fact]
    public async Task Shows_an_organisation_before_and_after_and_what_changed()
    {
        var row = (await MaturityReport.Of(Log.Of(Assessed("asso-a", "44000", Before, After)))).Single();
        (row.OrganisationRef, row.Organisation, row.LegalForm, row.RegionCode, row.Region, row.Departement).Should().Be(("asso-a", "Cap Ouest", "association", "52", "Pays de la Loire", "44"));
        (row.BeforeOn, row.BeforeScale, row.BeforeIndicators, row.BeforeCollaborativeTools, row.BeforeWebsite, row.BeforeSocialNetworks, row.BeforeMobileApp)
            .Should().Be((Before.AssessedOn, 1, 1, false, true, false, false));
        (row.AfterOn, row.AfterScale, row.AfterIndicators, row.AfterCollaborativeTools, row.AfterWebsite, row.AfterSocialNetworks, row.AfterMobileApp)
            .Should().Be((After.AssessedOn, 3, 3, true, true, true, false));
        (row.ScaleChange, row.IndicatorsChange).Should().Be((2, 2));
    }

    [Fact]
    public async Task Takes_the_first_before_and_the_last_after_as_they_were_put_right()
    {
        var row = (await MaturityReport.Of(Log.Of(Assessed(
            "asso-a", "44000", Before with { Scale = 2 }, Before with { AssessedOn = Before.AssessedOn.AddDays(2), Scale = 5 }, Before with { Scale = 0 },
            After with { Scale = 4 }, After with { AssessedOn = After.AssessedOn.AddDays(-1), Scale = 5 })))).Single();
        (row.BeforeScale, row.AfterScale).Should().Be((0, 4));
    }

    [Fact]
    public async Task Leaves_out_what_was_not_assessed()
    {
        var rows = await MaturityReport.Of(Log.Of(Assessed("asso-b", "44000", After), Assessed("asso-c", "44000"), Assessed("asso-a", "44000", Before)));
        rows.Select(r => (r.OrganisationRef, r.BeforeScale, r.AfterScale, r.ScaleChange)).Should().Equal(("asso-a", 1, null, null), ("asso-b", null, 3, null));
    }

    [Fact]
    public async Task Lies_where_the_organisation_is_now()
    {
        var moved = new OrganisationChanged(Sample.Association with { Postcode = "97400" });
        (await MaturityReport.Of(Log.Of(Log.Stream(Log.Id(1), new OrganisationRegistered(Sample.Association), new MaturityRecorded(Before), moved)))).Single().Region.Should().Be("La Réunion");
    }

    [Fact]
    public async Task Compares_together_only_those_that_were_assessed_twice()
    {
        var rows = await MaturityReport.Of(Log.Of(
            Assessed("asso-a", "44000", Before, After), Assessed("asso-b", "49000", Before with { Scale = 0, Website = false }, After with { Scale = 5, MobileApp = true }),
            Assessed("asso-c", "49000", Before with { Scale = 5 }), Assessed("asso-d", "75001", Before, After with { Scale = 0, CollaborativeTools = false, SocialNetworks = false })));
        var totals = MaturityReport.Total(rows, r => (r.RegionCode, r.Region));
        totals.Select(t => (t.Territory, t.Region, t.AssessedBefore, t.AssessedAfter, t.AssessedTwice, t.BeforeScale, t.AfterScale, t.ScaleChange)).Should().Equal(
            ("11", "Île-de-France", 1, 1, 1, 1m, 0m, -1m), ("52", "Pays de la Loire", 3, 2, 2, 0.5m, 4m, 3.5m));
        totals.Select(t => (t.BeforeCollaborativeTools, t.AfterCollaborativeTools, t.BeforeWebsite, t.AfterWebsite, t.BeforeSocialNetworks, t.AfterSocialNetworks, t.BeforeMobileApp, t.AfterMobileApp))
            .Should().Equal((0, 0, 1, 1, 0, 0, 0, 0), (0, 2, 1, 2, 0, 2, 0, 1));
        MaturityReport.Total(rows, _ => ("plan", "")).Single().ScaleChange.Should().Be(2m);
        MaturityReport.Total(rows.Where(r => r.OrganisationRef == "asso-c"), _ => ("plan", "")).Single().ScaleChange.Should().BeNull("of nobody there is no mean");
    }

    private static IReadOnlyList<Recorded> Assessed(string reference, string postcode, params Maturity[] assessments) => Log.Stream(
        Organisation.IdFor(reference), [new OrganisationRegistered(Sample.Association with { Ref = reference, Postcode = postcode }), .. assessments.Select(a => new MaturityRecorded(a))]);
}

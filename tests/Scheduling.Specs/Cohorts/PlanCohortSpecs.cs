using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class PlanCohortSpecs
{
    private static readonly PlanCohort Plan = new("digital-basics", "Europe/Paris", "Lyon", ["69"], 12);

    [Fact]
    public void Plans_a_cohort() => Given().When(Plan).Then(Planned(12));

    [Fact]
    public void Changes_nothing_when_it_is_planned() => Given(Planned(12)).When(Plan).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_is_open() => Given(OpenCohortOf(12)).When(Plan).ThenNothing();

    [Fact]
    public void Has_one_seat_at_least()
    {
        Given().When(Plan with { Capacity = 1 }).Then(Planned(1));
        Given().When(Plan with { Capacity = 0 }).ThenRefused("no-seats");
    }

    [Theory, Trait("Rule", "R24")]
    [InlineData("Europe/Lyon")]
    [InlineData("UTC+01")]
    [InlineData("")]
    public void Refuses_a_zone_that_is_not_in_the_tz_database(string zone) =>
        Given().When(Plan with { Zone = zone }).ThenRefused("unknown-zone");

    [Theory, Trait("Rule", "R25")]
    [InlineData("Europe/Paris")]
    [InlineData("America/Guadeloupe")]
    [InlineData("America/Cayenne")]
    [InlineData("Indian/Reunion")]
    [InlineData("Indian/Mayotte")]
    [InlineData("Pacific/Noumea")]
    [InlineData("Pacific/Tahiti")]
    public void Knows_every_zone_of_France(string zone) =>
        Given().When(Plan with { Zone = zone }).Then(Planned(12) with { Zone = zone });
}

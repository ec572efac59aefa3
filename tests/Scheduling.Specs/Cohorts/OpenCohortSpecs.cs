using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class OpenCohortSpecs
{
    private static readonly OpenCohort Open = new(Basics, [(End - TimeSpan.FromHours(3), End), (Start, Start + TimeSpan.FromHours(3))]);

    [Fact]
    public void Pins_the_programme_and_the_dates_of_its_half_days() => Given(Planned(12)).When(Open).Then(Opened(12));

    [Fact]
    public void Changes_nothing_when_it_is_open() => Given(OpenCohortOf(12)).When(Open).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_is_closed() => Given(OpenCohortOf(12, new CohortClosed())).When(Open).ThenNothing();

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(Open).ThenRefused("unknown");

    [Fact]
    public void Refuses_a_programme_that_is_not_published() =>
        Given(Planned(12)).When(Open with { Programme = null }).ThenRefused("unknown-programme");

    [Fact]
    public void Refuses_more_seats_than_the_programme_allows() => Given(Planned(13)).When(Open).ThenRefused("too-many-seats");

    [Fact]
    public void Refuses_while_half_days_are_missing() =>
        Given(Planned(12)).When(Open with { Planned = [(Start, End)] }).ThenRefused("half-days-missing");
}

using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class PlanSessionSpecs
{
    private static readonly Cohort Draft = Given(Planned(12)).State<Cohort>();

    private static readonly PlanSession Plan = new(
        CohortId, 1, new(2026, 3, 16), new(9, 0), new(12, 30), "trainer-nora", "Salle 2");

    [Fact, Trait("Rule", "R24")]
    public void Plans_a_half_day_with_wall_times_and_instants() => Given().When(Plan.For(Draft)).Then(HalfDay);

    [Fact, Trait("Rule", "R25")]
    public void Takes_the_zone_of_the_cohort() =>
        Given()
            .When(Plan.For(Draft with { Zone = "Pacific/Noumea" }))
            .Then(HalfDay with { Zone = "Pacific/Noumea", StartsAt = Utc(2026, 3, 15, 22, 0), EndsAt = Utc(2026, 3, 16, 1, 30) });

    [Fact, Trait("Rule", "R24")]
    public void Gives_true_minutes_when_the_clocks_go_forward() =>
        Given()
            .When((Plan with { Date = new(2026, 3, 29), Start = new(1, 0), End = new(4, 0) }).For(Draft))
            .Then(HalfDay with
            {
                LocalStart = new(2026, 3, 29, 1, 0, 0),
                LocalEnd = new(2026, 3, 29, 4, 0, 0),
                StartsAt = Utc(2026, 3, 29, 0, 0),
                EndsAt = Utc(2026, 3, 29, 2, 0),
            });

    [Theory, Trait("Rule", "R24")]
    [InlineData(2, 30, 4, 0)]
    [InlineData(1, 0, 2, 30)]
    public void Refuses_a_local_time_that_does_not_exist(int hour, int minute, int endHour, int endMinute) =>
        Given()
            .When((Plan with { Date = new(2026, 3, 29), Start = new(hour, minute), End = new(endHour, endMinute) }).For(Draft))
            .ThenRefused("no-such-local-time");

    [Theory, Trait("Rule", "R24")]
    [InlineData(2, 30, 4, 0)]
    [InlineData(1, 0, 2, 30)]
    public void Refuses_a_local_time_that_comes_twice(int hour, int minute, int endHour, int endMinute) =>
        Given()
            .When((Plan with { Date = new(2026, 10, 25), Start = new(hour, minute), End = new(endHour, endMinute) }).For(Draft))
            .ThenRefused("ambiguous-local-time");

    [Theory, Trait("Rule", "R24")]
    [InlineData(Occurrence.Earlier, 0)]
    [InlineData(Occurrence.Later, 1)]
    public void Takes_the_occurrence_that_was_chosen(Occurrence choice, int hour) =>
        Given()
            .When((Plan with { Date = new(2026, 10, 25), Start = new(2, 30), End = new(4, 0), Choice = choice }).For(Draft))
            .Then(HalfDay with
            {
                LocalStart = new(2026, 10, 25, 2, 30, 0),
                LocalEnd = new(2026, 10, 25, 4, 0, 0),
                StartsAt = Utc(2026, 10, 25, hour, 30),
                EndsAt = Utc(2026, 10, 25, 3, 0),
            });

    [Fact]
    public void Changes_nothing_when_it_is_planned_like_this() => Given(HalfDay).When(Plan.For(Draft)).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_is_planned_like_this_and_signing_is_open() =>
        Given(HalfDay, AwaAndBilalExpected).When(Plan.For(Draft)).ThenNothing();

    [Fact]
    public void Refuses_another_plan_of_the_same_session() =>
        Given(HalfDay).When((Plan with { Room = "Salle 3" }).For(Draft)).ThenRefused("planned-differently");

    [Fact, Trait("Rule", "R23")]
    public void Says_with_which_half_days_a_person_lets_it_share() =>
        Given().When((Plan with { Share = DoubleBookingReason.HeldTogether }).For(Draft, Id(201), Id(202)))
            .Then(new DoubleBookingAllowed([Id(201), Id(202)], DoubleBookingReason.HeldTogether), HalfDay);

    [Fact, Trait("Rule", "R23")]
    public void Needs_no_leave_to_share_where_nobody_else_has_them() =>
        Given().When((Plan with { Share = DoubleBookingReason.HeldTogether }).For(Draft)).Then(HalfDay);

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(Plan.For(null)).ThenRefused("unknown");

    [Fact]
    public void Refuses_a_number_below_one() => Given().When((Plan with { Number = 0 }).For(Draft)).ThenRefused("number-out-of-range");

    [Theory]
    [InlineData(9, 0)]
    [InlineData(8, 0)]
    public void Refuses_an_end_that_is_not_after_the_start(int hour, int minute) =>
        Given().When((Plan with { End = new(hour, minute) }).For(Draft)).ThenRefused("ends-before-start");

    [Fact]
    public void Refuses_a_closed_cohort() =>
        Given().When(Plan.For(Draft with { Status = CohortStatus.Closed })).ThenRefused("cohort-closed");

    [Fact]
    public void Plans_another_half_day_of_an_open_cohort_within_its_dates() =>
        Given().When(Plan.For(Given(OpenCohortOf(12)).State<Cohort>())).Then(HalfDay);

    [Fact]
    public void Plans_the_last_half_day_until_the_very_end_of_an_open_cohort() =>
        Given()
            .When((Plan with { Date = new(2026, 3, 20), Start = new(7, 0), End = new(9, 0) }).For(Given(OpenCohortOf(12)).State<Cohort>()))
            .Then(HalfDay with { LocalStart = new(2026, 3, 20, 7, 0, 0), LocalEnd = new(2026, 3, 20, 9, 0, 0), StartsAt = Utc(2026, 3, 20, 6, 0), EndsAt = End });

    [Theory]
    [InlineData(13)]
    [InlineData(21)]
    public void Refuses_a_half_day_outside_the_dates_of_an_open_cohort(int day) =>
        Given()
            .When((Plan with { Date = new(2026, 3, day) }).For(Given(OpenCohortOf(12)).State<Cohort>()))
            .ThenRefused("outside-cohort");

    private static DateTimeOffset Utc(int year, int month, int day, int hour, int minute) =>
        new(year, month, day, hour, minute, 0, TimeSpan.Zero);
}

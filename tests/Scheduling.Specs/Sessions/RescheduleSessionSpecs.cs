using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class RescheduleSessionSpecs
{
    internal static readonly SessionRescheduled Moved = new(
        new(2026, 3, 17, 14, 0, 0), new(2026, 3, 17, 17, 30, 0), Start.AddDays(1).AddHours(5), Start.AddDays(1).AddHours(8.5), "trainer-omar", "Salle 3", "Lyon", PlannedBefore);

    private static readonly Cohort Draft = Given(Planned(12)).State<Cohort>();

    private static readonly RescheduleSession Move = new(new(2026, 3, 17), new(14, 0), new(17, 30), "trainer-omar", "Salle 3");

    [Fact, Trait("Rule", "R26")]
    public void Moves_it_to_another_time_trainer_and_room() => Given(HalfDay).When(Move.For(Draft)).Then(Moved);

    [Fact, Trait("Rule", "R26")]
    public void Raises_the_sequence_each_time()
    {
        Given(HalfDay).State<Session>().Sequence.Should().Be(0);
        Given(HalfDay, Moved, Moved with { Room = "Salle 4" }).State<Session>().Should().Match<Session>(
            s => s.Sequence == 2 && s.Room == "Salle 4" && s.CohortId == CohortId && s.Status == SessionStatus.Planned);
        Given(HalfDay, Moved, new SessionCancelled(Obstacle.TrainerAway)).State<Session>().Sequence.Should().Be(2);
    }

    [Fact, Trait("Rule", "R26")]
    public void Changes_nothing_when_it_is_there_already() => Given(HalfDay, Moved).When(Move.For(Draft)).ThenNothing();

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_asked_again_after_signing_was_opened() =>
        Given(HalfDay, Moved, AwaAndBilalExpected).When(Move.For(Draft)).ThenNothing();

    [Fact, Trait("Rule", "R26")]
    public void Refuses_once_signing_was_opened() => Given(HalfDay, AwaAndBilalExpected).When(Move.For(Draft)).ThenRefused("signing-opened");

    [Fact, Trait("Rule", "R23")]
    public void Says_with_which_half_days_a_person_lets_it_share() =>
        Given(HalfDay).When((Move with { Share = DoubleBookingReason.EnoughForBoth }).For(Draft, Id(201)))
            .Then(new DoubleBookingAllowed([Id(201)], DoubleBookingReason.EnoughForBoth), Moved);

    [Fact, Trait("Rule", "R23")]
    public void Ends_the_leave_to_share_that_it_had_where_it_was() =>
        Given(new DoubleBookingAllowed([Id(201)], DoubleBookingReason.Other), HalfDay, Moved).State<Session>().SharesWith.Should().BeEmpty();

    [Fact]
    public void Refuses_a_cancelled_session() =>
        Given(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).When(Move.For(Draft)).ThenRefused("session-cancelled");

    [Fact, Trait("Rule", "R24")]
    public void Refuses_a_local_time_that_does_not_exist() =>
        Given(HalfDay).When((Move with { Date = new(2026, 3, 29), Start = new(2, 0), End = new(5, 0) }).For(Draft)).ThenRefused("no-such-local-time");

    [Fact, Trait("Rule", "R24")]
    public void Refuses_a_local_time_that_comes_twice_and_takes_the_one_that_is_chosen()
    {
        var twice = Move with { Date = new(2026, 10, 25), Start = new(2, 0), End = new(5, 0) };
        Given(HalfDay).When(twice.For(Draft)).ThenRefused("ambiguous-local-time");
        Given(HalfDay).When((twice with { Choice = Occurrence.Later }).For(Draft)).Then(Moved with
        {
            LocalStart = new(2026, 10, 25, 2, 0, 0),
            LocalEnd = new(2026, 10, 25, 5, 0, 0),
            StartsAt = new(2026, 10, 25, 1, 0, 0, TimeSpan.Zero),
            EndsAt = new(2026, 10, 25, 4, 0, 0, TimeSpan.Zero),
        });
    }

    [Fact]
    public void Refuses_an_end_that_is_not_after_the_start() =>
        Given(HalfDay).When((Move with { End = new(14, 0) }).For(Draft)).ThenRefused("ends-before-start");

    [Fact]
    public void Refuses_a_day_outside_the_dates_of_an_open_cohort() =>
        Given(HalfDay).When((Move with { Date = new(2026, 3, 21) }).For(Given(OpenCohortOf(12)).State<Cohort>())).ThenRefused("outside-cohort");

    [Fact]
    public void Refuses_a_closed_cohort() =>
        Given(HalfDay).When(Move.For(Draft with { Status = CohortStatus.Closed })).ThenRefused("cohort-closed");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Move.For(Draft)).ThenRefused("unknown");
}

using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class CloseCohortSpecs
{
    private static readonly HeldHalfDay
        First = new(Id(201), true, Start, new(2026, 3, 16)), Last = new(Id(202), true, End, new(2026, 3, 20));

    private const string NoSeat = "The cohort closed before a seat became free.";

    [Fact]
    public void Hands_on_every_seat_holder_and_lets_go_of_the_queue() =>
        Given(OpenCohortOf(
            2, Seated(Awa), Seated(Bilal, 3), Waits(Chloe), Waits(Diego), new AssessmentRecorded(Awa, 14m),
            new RequestWithdrawn(Bilal, 4, Standing.Seated), Offered(Chloe, Start), new OfferAccepted(Chloe, 1)))
            .When(new CloseCohort([Last, First]))
            .Then(
                new SeatRequestRefused(Diego, 1, LearnerOf(Diego), NoSeat),
                new TrainingFinished(Awa, 1, 14m, [First.SessionId, Last.SessionId], First.On, Last.On, Basics),
                new TrainingFinished(Chloe, 1, null, [First.SessionId, Last.SessionId], First.On, Last.On, Basics),
                new CohortClosed());

    [Fact, Trait("Rule", "R28")]
    public void Voids_a_live_offer() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), new RequestWithdrawn(Awa, 2, Standing.Seated), Offered(Bilal, Start)))
            .When(new CloseCohort([First]))
            .Then(new SeatRequestRefused(Bilal, 1, LearnerOf(Bilal), NoSeat), new CohortClosed());

    [Fact, Trait("Rule", "R22b")]
    public void Ends_what_is_reserved_and_not_named_and_the_groups_that_wait() =>
        Given(OpenCohortOf(2, Reserved(2), Seated(Awa) with { ReservationId = Group }, GroupWaits(2) with { ReservationId = Id(51) }))
            .When(new CloseCohort([First]))
            .Then(
                new ReservationEnded(Group, 1, ReservationEnd.CohortOver), new ReservationEnded(Id(51), 2, ReservationEnd.CohortOver),
                new TrainingFinished(Awa, 1, null, [First.SessionId], First.On, First.On, Basics), new CohortClosed());

    [Fact, Trait("Rule", "R29")]
    public void Judges_nobody_by_a_half_day_on_whose_roster_they_were_not() =>
        Given(OpenCohortOf(2, Seated(Awa), Seated(Bilal)))
            .When(new CloseCohort([First with { Roster = [Awa] }, Last with { Roster = [Awa, Bilal] }]))
            .Then(
                new TrainingFinished(Awa, 1, null, [First.SessionId, Last.SessionId], First.On, Last.On, Basics),
                new TrainingFinished(Bilal, 1, null, [Last.SessionId], First.On, Last.On, Basics), new CohortClosed());

    [Fact, Trait("Rule", "R3")]
    public void Moves_nobody_whom_it_lets_go() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal), Waits(Chloe), new SeatRequestRefused(Bilal, 1, LearnerOf(Bilal), NoSeat)))
            .State<Cohort>().Entries[Bilal].Place.Should().Be(4);

    [Fact]
    public void Changes_nothing_when_it_is_closed() =>
        Given(OpenCohortOf(1, Seated(Awa), new CohortClosed())).When(new CloseCohort([First])).ThenNothing();

    [Fact]
    public void Refuses_an_unknown_cohort() => Given().When(new CloseCohort([First])).ThenRefused("unknown");

    [Fact]
    public void Refuses_a_cohort_that_never_opened() => Given(Planned(1)).When(new CloseCohort([First])).ThenRefused("not-open");

    [Fact, Trait("Rule", "R38")]
    public void Refuses_while_a_half_day_is_unsealed() =>
        Given(OpenCohortOf(1)).When(new CloseCohort([First, Last with { Sealed = false }])).ThenRefused("sessions-unsealed");

    [Fact, Trait("Rule", "R36")]
    public void Leaves_out_a_half_day_that_was_cancelled() =>
        Given(OpenCohortOf(1, Seated(Awa)))
            .When(new CloseCohort([First with { Sealed = false, Cancelled = true }, Last]))
            .Then(new TrainingFinished(Awa, 1, null, [Last.SessionId], Last.On, Last.On, Basics), new CohortClosed());

    [Fact]
    public void Refuses_a_cohort_of_which_nothing_was_held() =>
        Given(OpenCohortOf(1)).When(new CloseCohort([First with { Sealed = false, Cancelled = true }])).ThenRefused("sessions-unsealed");

    [Fact]
    public void Refuses_a_cohort_without_half_days() => Given(OpenCohortOf(1)).When(new CloseCohort([])).ThenRefused("sessions-unsealed");
}

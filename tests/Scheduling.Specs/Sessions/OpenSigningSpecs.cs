using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class OpenSigningSpecs
{
    private static readonly OpenSigning Open = new([new(Awa, 1), new(Bilal, 3)]);

    private static readonly DateTimeOffset QuarterBefore = Start - TimeSpan.FromMinutes(15);

    [Fact, Trait("Rule", "R29")]
    public void Draws_up_the_roster_of_the_seat_holders() => Given(HalfDay).When(Open, QuarterBefore).Then(AwaAndBilalExpected);

    [Fact]
    public void Counts_what_has_happened() => Given(HalfDay, AwaAndBilalExpected).State<Session>().Version.Should().Be(2);

    [Fact]
    public void Allows_an_empty_roster() => Given(HalfDay).When(new OpenSigning([]), Start).Then(new SigningOpened([]));

    [Fact, Trait("Rule", "R31")]
    public void Refuses_earlier_than_a_quarter_of_an_hour_before_the_start() =>
        Given(HalfDay).When(Open, QuarterBefore - TimeSpan.FromSeconds(1)).ThenRefused("too-early");

    [Fact, Trait("Rule", "R29")]
    public void Changes_nothing_when_signing_is_open_even_if_seat_holders_changed() =>
        Given(HalfDay, AwaAndBilalExpected).When(new OpenSigning([new(Chloe, 1)]), Start).ThenNothing();

    [Fact]
    public void Changes_nothing_when_the_session_is_sealed() =>
        Given(HalfDay, AwaAndBilalExpected, new SessionSealed(210)).When(Open, Start).ThenNothing();

    [Fact, Trait("Rule", "R29")]
    public void Takes_the_seat_holders_of_the_start_however_late_it_is_opened()
    {
        (object, DateTimeOffset)[] cohort =
        [
            (Planned(3), Now), (Opened(3), Now), (Seated(Awa), Now), (Seated(Bilal, 3), Now),
            (new RequestWithdrawn(Awa, 2, Standing.Seated), Start.AddSeconds(1)), (Seated(Chloe), Start.AddSeconds(2)),
        ];
        OpenSigning.With(cohort, Start).SeatHolders.Should().Equal(new RosterLine(Awa, 1), new RosterLine(Bilal, 3));
        OpenSigning.With(cohort, Start.AddSeconds(2)).SeatHolders.Should().Equal(new RosterLine(Bilal, 3), new RosterLine(Chloe, 1));
    }

    [Fact]
    public void Refuses_a_cancelled_session() =>
        Given(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).When(Open, Start).ThenRefused("session-cancelled");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Open, Start).ThenRefused("unknown");
}

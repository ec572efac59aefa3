using AwesomeAssertions;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R26")]
public class CancelSessionSpecs
{
    private static readonly SessionCancelled Cancelled = new(Obstacle.TrainerAway, PlannedBefore);

    [Fact]
    public void Cancels_it_and_says_why() => Given(HalfDay).When(new CancelSession(Obstacle.TrainerAway)).Then(Cancelled);

    [Fact, Trait("Rule", "R36")]
    public void Delivers_nothing() => Given(HalfDay, Cancelled).State<Session>().DeliveredMinutes().Should().Be(0);

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Given(HalfDay, Cancelled).When(new CancelSession(Obstacle.Other)).ThenNothing();

    [Fact]
    public void Refuses_once_signing_was_opened() =>
        Given(HalfDay, AwaAndBilalExpected).When(new CancelSession(Obstacle.TrainerAway), Start).ThenRefused("signing-opened");

    [Fact]
    public void Refuses_a_sealed_session() =>
        Given(CorrectAttendanceSpecs.Sealed).When(new CancelSession(Obstacle.TrainerAway), End).ThenRefused("signing-opened");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(new CancelSession(Obstacle.TrainerAway)).ThenRefused("unknown");
}

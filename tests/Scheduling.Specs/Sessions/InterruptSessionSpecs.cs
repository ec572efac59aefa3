using AwesomeAssertions;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R36")]
public class InterruptSessionSpecs
{
    private static readonly DateTimeOffset HalfPastTen = Start.AddMinutes(90);

    private static readonly InterruptSession Interrupt = new(new(10, 30), Obstacle.TechnicalFault);

    private static readonly SessionInterrupted Interrupted = new(new(2026, 3, 16, 10, 30, 0), HalfPastTen, Obstacle.TechnicalFault);

    [Fact]
    public void Says_when_it_really_ended() =>
        Given(HalfDay, AwaAndBilalExpected).When(Interrupt, HalfPastTen).Then(Interrupted);

    [Fact]
    public void Delivers_the_minutes_until_then()
    {
        var session = Given(HalfDay, AwaAndBilalExpected, Interrupted).State<Session>();
        (session.PlannedMinutes(), session.DeliveredMinutes()).Should().Be((210, 90));
    }

    [Fact]
    public void Delivers_nothing_where_it_never_began() =>
        Given(HalfDay, AwaAndBilalExpected)
            .When(Interrupt with { End = new(9, 0) }, Start.AddMinutes(-5))
            .Then(Interrupted with { LocalEnd = HalfDay.LocalStart, EndedAt = Start });

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Given(HalfDay, AwaAndBilalExpected, Interrupted).When(Interrupt, HalfPastTen).ThenNothing();

    [Fact]
    public void Takes_another_word_until_it_is_sealed() =>
        Given(HalfDay, AwaAndBilalExpected, Interrupted)
            .When(Interrupt with { End = new(10, 0) }, HalfPastTen)
            .Then(Interrupted with { LocalEnd = new(2026, 3, 16, 10, 0, 0), EndedAt = Start.AddHours(1) });

    [Fact, Trait("Rule", "R24")]
    public void Counts_true_minutes_when_the_clocks_go_back() =>
        Given(Night, new SigningOpened([]))
            .When(new InterruptSession(new(2, 30), Obstacle.Other, Occurrence.Later), Night.EndsAt)
            .Then(new SessionInterrupted(new(2026, 10, 25, 2, 30, 0), new(2026, 10, 25, 1, 30, 0, TimeSpan.Zero), Obstacle.Other));

    [Fact, Trait("Rule", "R24")]
    public void Refuses_a_real_end_that_comes_twice() =>
        Given(Night, new SigningOpened([])).When(new InterruptSession(new(2, 30), Obstacle.Other), Night.EndsAt).ThenRefused("ambiguous-local-time");

    [Theory]
    [InlineData(8, 59)]
    [InlineData(12, 30)]
    public void Refuses_an_end_outside_the_session(int hour, int minute) =>
        Given(HalfDay, AwaAndBilalExpected).When(Interrupt with { End = new(hour, minute) }, End).ThenRefused("outside-session");

    [Fact]
    public void Refuses_an_end_that_has_not_come() =>
        Given(HalfDay, AwaAndBilalExpected).When(Interrupt, HalfPastTen.AddSeconds(-1)).ThenRefused("not-over");

    [Fact]
    public void Refuses_after_sealing() => Given(CorrectAttendanceSpecs.Sealed).When(Interrupt, End).ThenRefused("session-sealed");

    [Fact, Trait("Rule", "R26")]
    public void Refuses_before_signing_is_open() => Given(HalfDay).When(Interrupt, Start).ThenRefused("signing-not-open");

    [Fact]
    public void Refuses_a_cancelled_session() =>
        Given(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).When(Interrupt, Start).ThenRefused("session-cancelled");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Interrupt).ThenRefused("unknown");

    private static readonly SessionPlanned Night = HalfDay with
    {
        LocalStart = new(2026, 10, 25, 1, 0, 0),
        LocalEnd = new(2026, 10, 25, 4, 0, 0),
        StartsAt = new(2026, 10, 24, 23, 0, 0, TimeSpan.Zero),
        EndsAt = new(2026, 10, 25, 3, 0, 0, TimeSpan.Zero),
    };
}

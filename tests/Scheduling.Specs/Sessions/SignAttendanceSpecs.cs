using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class SignAttendanceSpecs
{
    private static readonly DateTimeOffset
        FirstInTime = Start - TimeSpan.FromMinutes(15), LastInTime = HalfDay.EndsAt + TimeSpan.FromMinutes(60);

    [Fact]
    public void Takes_the_signature() =>
        Given(HalfDay, AwaAndBilalExpected).When(new SignAttendance(Awa), Start).Then(new LearnerSigned(Awa, Start, Late: false));

    [Fact, Trait("Rule", "R31")]
    public void Is_in_time_from_a_quarter_of_an_hour_before_the_start() =>
        Given(HalfDay, AwaAndBilalExpected)
            .When(new SignAttendance(Awa), FirstInTime)
            .Then(new LearnerSigned(Awa, FirstInTime, Late: false));

    [Fact, Trait("Rule", "R31")]
    public void Is_in_time_until_an_hour_after_the_end() =>
        Given(HalfDay, AwaAndBilalExpected)
            .When(new SignAttendance(Awa), LastInTime)
            .Then(new LearnerSigned(Awa, LastInTime, Late: false));

    [Theory, Trait("Rule", "R31")]
    [InlineData(-16)]
    [InlineData(271)]
    public void Flags_a_signature_outside_the_time_for_it(int minutesFromStart)
    {
        var at = Start + TimeSpan.FromMinutes(minutesFromStart);
        Given(HalfDay, AwaAndBilalExpected).When(new SignAttendance(Awa), at).Then(new LearnerSigned(Awa, at, Late: true));
    }

    [Fact, Trait("Rule", "R31")]
    public void Counts_the_time_from_the_real_end() =>
        Given(HalfDay, AwaAndBilalExpected, new SessionInterrupted(new(2026, 3, 16, 10, 0, 0), Start.AddHours(1), Obstacle.TrainerAway))
            .When(new SignAttendance(Awa), Start.AddHours(2).AddSeconds(1))
            .Then(new LearnerSigned(Awa, Start.AddHours(2).AddSeconds(1), Late: true));

    [Fact]
    public void Refuses_a_cancelled_session() =>
        Given(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).When(new SignAttendance(Awa), Start).ThenRefused("session-cancelled");

    [Fact, Trait("Rule", "R30")]
    public void Changes_nothing_the_second_time() =>
        Given(HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, Late: false))
            .When(new SignAttendance(Awa), LastInTime + TimeSpan.FromHours(1))
            .ThenNothing();

    [Fact, Trait("Rule", "R30")]
    public void Changes_nothing_when_a_signature_comes_again_after_sealing() =>
        Given(HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, Late: false), new SessionSealed(210))
            .When(new SignAttendance(Awa), LastInTime)
            .ThenNothing();

    [Fact, Trait("Rule", "R29")]
    public void Refuses_a_record_that_is_not_on_the_roster() =>
        Given(HalfDay, AwaAndBilalExpected).When(new SignAttendance(Chloe), Start).ThenRefused("not-on-roster");

    [Fact, Trait("Rule", "R32")]
    public void Refuses_after_sealing() =>
        Given(HalfDay, AwaAndBilalExpected, new SessionSealed(210)).When(new SignAttendance(Awa), LastInTime).ThenRefused("session-sealed");

    [Fact]
    public void Refuses_before_signing_is_open() => Given(HalfDay).When(new SignAttendance(Awa), Start).ThenRefused("signing-not-open");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(new SignAttendance(Awa), Start).ThenRefused("unknown");
}

using AwesomeAssertions;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class SessionInvariantsSpecs
{
    private static readonly TrainerCountersigned Countersigned = new("trainer-nora", End);
    private static readonly SessionSealed Sealed = new(210);

    public static TheoryData<string, object[]> ByHand => new()
    {
        { "R29", [HalfDay, AwaAndBilalExpected, new SigningOpened([new(Awa, 1)])] },
        { "R31", [HalfDay, AwaAndBilalExpected, Sealed] },
        { "R32", [HalfDay, AwaAndBilalExpected, Countersigned, Sealed, new LearnerSigned(Awa, Start, false)] },
        { "R32", [.. CorrectAttendanceSpecs.Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 200, Evidence.SignedByLearner)] },
        { "R32", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { Old = new(Evidence.MarkedByTrainer, 90) }] },
        { "R32", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { At = CorrectAttendanceSpecs.WeekLater.AddHours(1) }] },
        { "R32", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { At = CorrectAttendanceSpecs.WeekLater.AddHours(1), ApprovedBy = "trainer-nora" }] },
        { "R30", [HalfDay, AwaAndBilalExpected, Countersigned, Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner)] },
        { "R30", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { New = new(Evidence.NotEvidenced, 90) }] },
        { "R36", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { New = new(Evidence.MarkedByTrainer, 211) }] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Tells_the_rule_that_was_broken(string rule, object[] events) => Broken(events).Should().Equal(rule);

    [Fact]
    public void Says_nothing_of_a_half_day_as_it_should_be() =>
        Broken([HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, false), Countersigned, Sealed]).Should().BeEmpty();

    [Fact]
    public void Says_nothing_of_corrections_as_they_should_be() =>
        Broken([
            .. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected,
            CorrectAttendanceSpecs.Proposed with { Old = CorrectAttendanceSpecs.Whole, New = CorrectAttendanceSpecs.Nothing },
            CorrectAttendanceSpecs.Corrected with
            {
                Old = CorrectAttendanceSpecs.Whole,
                New = CorrectAttendanceSpecs.Nothing,
                At = CorrectAttendanceSpecs.WeekLater.AddDays(1),
                ApprovedBy = "coordinator-ida",
            },
        ]).Should().BeEmpty();

    private static List<string> Broken(object[] events)
    {
        var (invariants, state, broken) = (new SessionInvariants(), Session.Initial, new List<string>());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(SessionId, state, e, after).Select(b => b.Rule));
            state = after;
        }

        broken.Should().BeSubsetOf(invariants.Rules);
        return broken;
    }
}

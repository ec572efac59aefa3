using AwesomeAssertions;
using Tremplin.Defaults.Audit;
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
        { "R20", [HalfDay, new SessionCancelled(Obstacle.TrainerAway), AwaAndBilalExpected] },
        { "R24", [HalfDay with { EndsAt = HalfDay.EndsAt.AddHours(1) }] },
        { "R24", [HalfDay, AwaAndBilalExpected, Interrupted with { LocalEnd = HalfDay.LocalEnd }] },
        { "R26", [HalfDay, AwaAndBilalExpected, new SessionCancelled(Obstacle.TrainerAway)] },
        { "R26", [HalfDay, AwaAndBilalExpected, RescheduleSessionSpecs.Moved] },
        { "R31", [HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, HalfDay.EndsAt.AddHours(2), false)] },
        { "R31", [HalfDay, AwaAndBilalExpected, new MarkedByTrainer(Awa, "trainer-nora", MarkingReason.NoDevice, Start, true)] },
        { "R36", [HalfDay, AwaAndBilalExpected, Interrupted, Countersigned, Sealed] },
        { "R30", [HalfDay, AwaAndBilalExpected, Connected, Countersigned, Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.MarkedByTrainer)] },
        { "R34", [HalfDay, AwaAndBilalExpected, Connected, Countersigned, Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.ConnectedRemotely)] },
        { "R30", [HalfDay, AwaAndBilalExpected, Countersigned, Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner)] },
        { "R30", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { New = new(Evidence.NotEvidenced, 90) }] },
        { "R36", [.. CorrectAttendanceSpecs.Sealed, CorrectAttendanceSpecs.Corrected with { New = new(Evidence.MarkedByTrainer, 211) }] },
    };

    private static readonly ConnectionsReported Connected = new(
        Awa, [new(Start, Start.AddMinutes(200))], 0.8m, LogKind.LearningPlatform, "LOG-1", "trainer-nora", End);

    private static readonly SessionInterrupted Interrupted = new(new(2026, 3, 16, 10, 30, 0), Start.AddMinutes(90), Obstacle.TechnicalFault);

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Tells_the_rule_that_was_broken(string rule, object[] events) => Broken(events).Should().Equal(rule);

    [Fact]
    public void Says_nothing_of_a_half_day_as_it_should_be() =>
        Broken([HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, false), Countersigned, Sealed]).Should().BeEmpty();

    [Fact]
    public void Says_nothing_of_who_was_connected_for_long_enough() =>
        Broken([HalfDay, AwaAndBilalExpected, Connected, Countersigned, Sealed, new AttendanceSealed(CohortId, Awa, 1, 210, 200, Evidence.ConnectedRemotely)]).Should().BeEmpty();

    [Fact]
    public void Says_nothing_of_half_days_that_moved_as_they_should()
    {
        Broken([HalfDay, RescheduleSessionSpecs.Moved, new SessionCancelled(Obstacle.TrainerAway)]).Should().BeEmpty();
        Broken([
            HalfDay, AwaAndBilalExpected, new MarkedByTrainer(Awa, "trainer-nora", MarkingReason.NoDevice, Start, false), Interrupted, Countersigned,
            new SessionSealed(90, Interrupted.EndedAt), new AttendanceSealed(CohortId, Awa, 1, 90, 90, Evidence.MarkedByTrainer),
        ]).Should().BeEmpty();
    }

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
        var (invariants, state, broken) = (new SessionInvariants(), Session.Initial, new List<Breach>());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(SessionId, state, e, after));
            state = after;
        }

        broken.Should().OnlyContain(b => invariants.Rules.Contains(b.Rule) && b.Words.EndsWith('.'));
        return [.. broken.Select(b => b.Rule)];
    }
}

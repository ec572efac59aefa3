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
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Tells_the_rule_that_was_broken(string rule, object[] events) => Broken(events).Should().Equal(rule);

    [Fact]
    public void Says_nothing_of_a_half_day_as_it_should_be() =>
        Broken([HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, false), Countersigned, Sealed]).Should().BeEmpty();

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

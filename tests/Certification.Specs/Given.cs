using AwesomeAssertions;
using Tremplin.Defaults;

namespace Tremplin.Certification.Specs;

internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 16, 30, 0, TimeSpan.Zero);

    public static Stream<TState> The<TState>(params object[] events) where TState : IStreamState<TState> =>
        new(events.Aggregate(TState.Initial, (state, e) => state.Evolve(e)), Now);

    internal sealed record Stream<TState>(TState State, DateTimeOffset At) where TState : IStreamState<TState>
    {
        public Answer When(ICommand<TState> command, DateTimeOffset? now = null) => new(command.Decide(State, now ?? At));
    }

    internal sealed record Answer(Decision Decision)
    {
        public void Then(params object[] expected)
        {
            var events = Decision.Should().BeOfType<Decision.Accepted>().Subject.Events;
            events.Select(e => e.GetType()).Should().Equal(expected.Select(e => e.GetType()));
            events.Should().BeEquivalentTo(
                expected, o => o.PreferringRuntimeMemberTypes().ComparingRecordsByMembers().WithStrictOrdering());
        }

        public void ThenNothing() => Then();

        public void ThenRefuses(string code) => Decision.Should().BeOfType<Decision.Rejected>().Which.Code.Should().Be(code);
    }
}

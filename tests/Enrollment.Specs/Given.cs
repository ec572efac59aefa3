using AwesomeAssertions;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Specs;

internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 9, 14, 9, 0, 0, TimeSpan.Zero);

    public static Stream<TState> The<TState>(params object[] events) where TState : IStreamState<TState> =>
        new(events.Aggregate(TState.Initial, (state, e) => state.Evolve(e)));

    internal sealed record Stream<TState>(TState State) where TState : IStreamState<TState>
    {
        public Answer When(ICommand<TState> command, DateTimeOffset? now = null) => new(command.Decide(State, now ?? Now));
    }

    internal sealed record Answer(Decision Decision)
    {
        public void Then(params object[] expected)
        {
            var events = Decision.Should().BeOfType<Decision.Accepted>().Subject.Events;
            events.Select(e => e.GetType()).Should().Equal(expected.Select(e => e.GetType()));
            foreach (var (actual, wanted) in events.Zip(expected).Where(pair => pair.Second.GetType().GetProperties().Length > 0))
                actual.Should().BeEquivalentTo(wanted, o => o.PreferringRuntimeMemberTypes().ComparingRecordsByMembers().WithStrictOrdering());
        }

        public void ThenNothing() => Then();

        /// <summary>Never: with a word for programs, and a sentence for people.</summary>
        public void ThenRefuses(string code) =>
            Decision.Should().BeOfType<Decision.Rejected>().Which.Should().Match<Decision.Rejected>(r => r.Code == code && r.Reason.EndsWith('.'));
    }
}

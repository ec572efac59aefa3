global using static Tremplin.Scheduling.Specs.Story;
using AwesomeAssertions;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Specs;

/// <summary>Given events, when a command, then events.</summary>
internal static class Story
{
    /// <summary>The instant of a decision, where a spec names no other.</summary>
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What has happened to the stream.</summary>
    public static Past Given(params object[] events) => new(events);

    internal sealed record Past(IReadOnlyList<object> Events)
    {
        /// <summary>The stream's state after what has happened.</summary>
        public TState State<TState>() where TState : IStreamState<TState> => Events.Aggregate(TState.Initial, (s, e) => s.Evolve(e));

        /// <summary>What is asked, and when.</summary>
        public Result When<TState>(ICommand<TState> command, DateTimeOffset? at = null) where TState : IStreamState<TState> =>
            new(command.Decide(State<TState>(), at ?? Now));
    }

    internal sealed record Result(Decision Decision)
    {
        /// <summary>Exactly these events, in this order.</summary>
        public void Then(params object[] events)
        {
            var actual = Decision.Should().BeOfType<Decision.Accepted>().Subject.Events;
            actual.Select(e => e.GetType()).Should().Equal(events.Select(e => e.GetType()));
            actual.Where(HoldsFacts).Should().BeEquivalentTo(
                events.Where(HoldsFacts), o => o.WithStrictOrdering().PreferringRuntimeMemberTypes().ComparingRecordsByMembers());
        }

        // Two events of one type that holds no facts are the same.
        private static bool HoldsFacts(object e) => e.GetType().GetProperties().Length > 0;

        /// <summary>It was decided before, or changes nothing.</summary>
        public void ThenNothing() => Decision.Should().BeOfType<Decision.Accepted>().Which.Events.Should().BeEmpty();

        /// <summary>Never: with a word for programs, and a sentence for people.</summary>
        public void ThenRefused(string code) =>
            Decision.Should().BeOfType<Decision.Rejected>().Which.Should().Match<Decision.Rejected>(r => r.Code == code && r.Reason.EndsWith('.'));
    }
}

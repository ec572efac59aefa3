using AwesomeAssertions;
using CsCheck;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

/// <summary>Messages come in any order and more than once: the decision is the same, and it is taken once.</summary>
public class AnyOrderSpecs
{
    private static readonly ICommand<CompletionFile>[] Messages =
        [Confirmation(), HalfDay(1), HalfDay(2, 84), HalfDay(3), Finish()];

    // A transfer: what was announced for the cohort that was left, and a half-day there that nobody lists.
    private static readonly ICommand<CompletionFile>[] Earlier =
        [Confirmation(3, EarlierCohort), HalfDay(8, cohort: EarlierCohort)];

    [Fact]
    public void Every_order_leads_to_the_same_single_decision()
    {
        var outcomes = Permutations(Messages).Select(Decisions).ToList();
        outcomes.Should().HaveCount(120);
        outcomes.Should().AllSatisfy(o => o.Should().ContainSingle().Which.Should().BeEquivalentTo(Met(630, 504)));
    }

    [Fact]
    public void Repeated_and_overtaken_messages_of_a_transfer_lead_to_the_same_single_decision() =>
        Gen.Shuffle((ICommand<CompletionFile>[])[.. Messages, .. Earlier, .. Messages, .. Earlier]).Sample(order =>
            Decisions(order) is [{ Verdict: Verdict.Met, RecordVersion: 7, DeliveredMinutes: 630, AttendedMinutes: 504 }]);

    [Fact]
    public void Nothing_follows_the_decision_but_corrections()
    {
        var history = Fold([.. Messages, .. Messages, Confirmation(99)]);
        history[^1].Should().BeOfType<CompletionDecided>();
        history.Should().HaveCount(6);
    }

    /// <summary>Wherever it comes in, a correction counts: in the decision, or in what is said after it.</summary>
    [Fact, Trait("Rule", "R33")]
    public void A_correction_counts_wherever_it_comes() =>
        Gen.Shuffle((ICommand<CompletionFile>[])[.. Messages, HalfDay(2, 210, version: 9), .. Messages, HalfDay(2, 210, version: 9)]).Sample(order =>
        {
            var file = Fold(order).Aggregate(CompletionFile.Initial, (s, e) => s.Evolve(e));
            return file.Decided!.AttendedMinutes == 630 ? file.Since is null : file.Since is CertificateOutdated { AttendedMinutes: 630 };
        });

    private static List<CompletionDecided> Decisions(IEnumerable<ICommand<CompletionFile>> messages) =>
        [.. Fold(messages).OfType<CompletionDecided>()];

    private static List<object> Fold(IEnumerable<ICommand<CompletionFile>> messages)
    {
        var (state, history) = (CompletionFile.Initial, new List<object>());
        foreach (var message in messages)
        {
            var events = ((Decision.Accepted)message.Decide(state, Given.Now)).Events;
            history.AddRange(events);
            state = events.Aggregate(state, (s, e) => s.Evolve(e));
        }

        return history;
    }

    private static IEnumerable<T[]> Permutations<T>(T[] items) => items is []
        ? [[]]
        : items.SelectMany((item, i) => Permutations<T>([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}

using AwesomeAssertions;
using Tremplin.Defaults.Audit;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class TrainingRecordInvariantsSpecs
{
    private static readonly TrainingRecordInvariants Invariants = new();

    [Fact]
    public void Tells_a_stream_that_is_not_that_of_its_learner_programme_and_cycle() =>
        Broken(OtherCohort, Submitted()).Should().Equal("R14");

    [Fact]
    [Trait("Rule", "R15")]
    public void Tells_a_record_that_was_applied_for_again() =>
        Broken(RecordId, Submitted(), Eligible(), new LearnerWithdrew(null, WithdrawalReason.Dates), Submitted()).Should().Equal("R15");

    [Fact]
    [Trait("Rule", "R15")]
    public void Knows_no_cycle_before_the_first()
    {
        var (zeroth, second) = (Applied with { Cycle = 0 }, Applied with { Cycle = 2 });
        Broken(TrainingRecord.IdFor(LearnerId, zeroth.Programme, 0), new ApplicationSubmitted(zeroth)).Should().Equal("R15");
        Broken(TrainingRecord.IdFor(LearnerId, second.Programme, 2), new ApplicationSubmitted(second)).Should().BeEmpty();
    }

    [Fact]
    public void Tells_a_seat_that_was_asked_for_before_anybody_decided_eligibility() =>
        Broken(RecordId, Submitted(), Requested()).Should().Equal("R17");

    [Fact]
    public void Tells_a_seat_that_was_asked_for_by_who_is_not_eligible() =>
        Broken(RecordId, Submitted(), NotEligible(), Requested()).Should().Equal("R17");

    [Fact]
    public void Says_nothing_of_a_record_as_it_should_be() =>
        Broken(RecordId, Submitted(), Eligible(), Requested(), Waitlisted(), Offered(), Accepted(), Confirmed(), Attended(1), new TrainingCompleted(Certificate, 210))
            .Should().BeEmpty();

    [Fact]
    public void Claims_the_training_for_as_long_as_the_record_lives()
    {
        var live = Invariants.Holds(RecordWith().State);
        live!.Value.Rule.Should().Be("R14");
        live.Should().Be(Invariants.Holds(RecordWith(Confirmed()).State));
        Invariants.Holds(TrainingRecord.Initial).Should().BeNull();
        Invariants.Holds(RecordWith(Withdrew()).State).Should().BeNull();
    }

    private static List<string> Broken(Guid stream, params object[] events)
    {
        var (state, broken) = (TrainingRecord.Initial, new List<Breach>());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(Invariants.Broken(stream, state, e, after));
            state = after;
        }

        broken.Should().OnlyContain(b => Invariants.Rules.Contains(b.Rule) && b.Words.EndsWith('.'));
        return [.. broken.Select(b => b.Rule)];
    }
}

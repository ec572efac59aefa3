using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;
using Tremplin.Defaults.Audit;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class InvariantsSpecs
{
    public static TheoryData<string, object[]> ByHand => new()
    {
        { "R33", [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3), Met(), new CertificateOutdated(630, 600)] },
        { "R33", [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3), Met(), Recorded(1, 0, version: 9), new CertificateOutdated(630, 420)] },
        { "R33", [Named(), new CompletionReviewRequired(630, 600)] },
        { "R33", [Named(), new ReviewDecided(ReviewOutcome.Keep, null)] },
        { "R36", [Recorded(1, attended: 211)] },
        { "R37", [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3), Met(), Met()] },
        { "R37", [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3, attended: 0), Met()] },
        { "R38", [Named(), Ended(), Recorded(1), Met()] },
        { "R38", [Named(), Ended(), Recorded(1), Recorded(2), Recorded(3), new FileClosed(9, Cohort), Met()] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Tells_the_rule_that_a_completion_file_broke(string rule, object[] events) =>
        Broken(new CompletionFileInvariants(), events).Should().Equal(rule);

    [Fact]
    public void Says_nothing_of_a_completion_file_as_it_should_be() =>
        Broken(new CompletionFileInvariants(), Recorded(2), Named(), Recorded(1), Ended(), Recorded(3), Met()).Should().BeEmpty();

    [Fact]
    public void Says_nothing_of_corrections_after_the_decision_as_they_should_be() =>
        Broken(
            new CompletionFileInvariants(), Recorded(2), Named(), Recorded(1), Ended(), Recorded(3), Met(),
            Recorded(1, 200, version: 9), new CertificateOutdated(630, 620),
            Recorded(1, 0, version: 10), new CertificateReviewRequired(630, 420, ["too little"])).Should().BeEmpty();

    [Fact]
    public void Tells_claims_that_were_changed_and_minutes_that_nobody_held()
    {
        Broken(new CertificateInvariants(), Issued(), Issued() with { Mark = 20m }).Should().Equal("R39");
        Broken(new CertificateInvariants(), Issued() with { AttendedMinutes = 631 }).Should().Equal("R37");
        Broken(new CertificateInvariants(), Issued()).Should().BeEmpty();
    }

    [Fact]
    public void Tells_what_became_of_a_certificate_against_the_rules()
    {
        var ground = new Ground(GroundReason.Fraud, null, ActorKind.Auditor, new(2026, 11, 24));
        Broken(new CertificateInvariants(), Issued(), new CertificateRevoked(RecordId, 7, ground), new CertificateReinstated(RecordId, 7, ground)).Should().Equal("R40");
        Broken(new CertificateInvariants(), Issued(), new CertificateSuperseded(RecordId, 7, Learner, ground), new CertificateRevoked(RecordId, 7, ground)).Should().Equal("R40");
        Broken(new CertificateInvariants(), new CertificateSuspended(RecordId, 7, ground)).Should().Equal("R41");
        Broken(new CertificateInvariants(), Issued(), new CertificateWithdrawn(RecordId, 7, ground with { Reason = (GroundReason)99 })).Should().Equal("R41");
        Broken(new CertificateInvariants(), Issued(), new CertificateSuspended(RecordId, 7, ground), new CertificateReinstated(RecordId, 7, ground), new CertificateWithdrawn(RecordId, 7, ground), new CertificateRevoked(RecordId, 7, ground)).Should().BeEmpty();
    }

    [Fact]
    public void Says_nothing_of_a_certificate_that_a_review_led_to() =>
        Broken(
            new CompletionFileInvariants(), Recorded(1, 0), Named(), Recorded(2), Ended(), Recorded(3), NotMet("too little") with { AttendedMinutes = 420 },
            Recorded(1, 210, version: 9), new CompletionReviewRequired(630, 630), new ReviewDecided(ReviewOutcome.Issue, null), Met()).Should().BeEmpty();

    [Fact]
    public void Claims_the_one_certificate_of_the_record_that_stands()
    {
        new CertificateInvariants().Holds(Given.The<Certificate>(Issued()).State)!.Value.Rule.Should().Be("R37");
        new CertificateInvariants().Holds(Given.The<Certificate>(Issued(), new CertificateSuperseded(RecordId, 7, Learner, new(GroundReason.Misprint, null, ActorKind.Holder, new(2026, 11, 24)))).State).Should().BeNull();
        new CertificateInvariants().Holds(Certificate.Initial).Should().BeNull();
    }

    private static List<string> Broken<TState>(Invariants<TState> invariants, params object[] events) where TState : IStreamState<TState>
    {
        var (state, broken) = (TState.Initial, new List<string>());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(RecordId, state, e, after).Select(b => b.Rule));
            state = after;
        }

        broken.Should().BeSubsetOf(invariants.Rules);
        return broken;
    }
}

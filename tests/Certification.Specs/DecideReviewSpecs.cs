using AwesomeAssertions;
using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

/// <summary>R33: after a correction a person decides; nothing is revoked or issued by itself.</summary>
public class DecideReviewSpecs
{
    private static readonly object[] Certified = [Named(), Recorded(1), Recorded(2), Recorded(3), Ended(), Met(), Recorded(1, 0, version: 9), new CertificateReviewRequired(630, 420, ["too little"])];
    private static readonly object[] Refused = [Named(), Recorded(1, 0), Recorded(2), Recorded(3), Ended(), NotMet("too little"), Recorded(1, 210, version: 9), new CompletionReviewRequired(630, 630)];

    [Theory, Trait("Rule", "R33")]
    [InlineData(ReviewOutcome.Keep)]
    [InlineData(ReviewOutcome.Revoke)]
    public void Keeps_or_revokes_a_certificate(ReviewOutcome outcome)
    {
        Given.The<CompletionFile>(Certified).When(new DecideReview(outcome, "R33")).Then(new ReviewDecided(outcome, "R33"));
        var decided = Given.The<CompletionFile>([.. Certified, new ReviewDecided(outcome, "R33")]);
        decided.When(new DecideReview(outcome)).ThenNothing();
        decided.When(new DecideReview(outcome == ReviewOutcome.Keep ? ReviewOutcome.Revoke : ReviewOutcome.Keep)).ThenRefuses("no-review");
    }

    [Fact, Trait("Rule", "R33"), Trait("Rule", "R37")]
    public void Issues_one_after_all_by_the_criteria_and_the_corrected_facts()
    {
        Given.The<CompletionFile>(Refused).When(new DecideReview(ReviewOutcome.Issue)).Then(new ReviewDecided(ReviewOutcome.Issue, null), Met());
        var issued = Given.The<CompletionFile>([.. Refused, new ReviewDecided(ReviewOutcome.Issue, null), Met()]);
        issued.State.Decided!.Verdict.Should().Be(Verdict.Met);
        issued.When(new DecideReview(ReviewOutcome.Issue)).ThenNothing();
    }

    [Fact, Trait("Rule", "R33")]
    public void Refuses_one_all_the_same() =>
        Given.The<CompletionFile>(Refused).When(new DecideReview(ReviewOutcome.Refuse)).Then(new ReviewDecided(ReviewOutcome.Refuse, null));

    [Fact]
    public void Refuses_an_outcome_that_does_not_answer_the_question()
    {
        Given.The<CompletionFile>(Certified).When(new DecideReview(ReviewOutcome.Issue)).ThenRefuses("wrong-outcome");
        Given.The<CompletionFile>(Refused).When(new DecideReview(ReviewOutcome.Keep)).ThenRefuses("wrong-outcome");
        Given.The<CompletionFile>().When(new DecideReview(ReviewOutcome.Keep)).ThenRefuses("no-review");
    }

    [Fact, Trait("Rule", "R38")]
    public void Issues_none_for_a_record_that_was_closed_as_a_duplicate() =>
        Given.The<CompletionFile>([.. Refused, new FileClosed(9, Cohort)]).When(new DecideReview(ReviewOutcome.Issue)).ThenRefuses("wrong-outcome");

    [Fact, Trait("Rule", "R33")]
    public void Asks_again_after_the_next_correction() =>
        Given.The<CompletionFile>([.. Certified, new ReviewDecided(ReviewOutcome.Keep, null)]).When(HalfDay(2, 0, version: 9))
            .Then(Recorded(2, 0, version: 9), new CertificateReviewRequired(630, 210, ["210 of 630 delivered minutes are evidenced; at least 504 (80 %) are asked for."]));
}

using AwesomeAssertions;
using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class RecordHalfDaySpecs
{
    [Fact]
    public void Records_a_half_day_before_anything_else_is_known() =>
        Given.The<CompletionFile>().When(HalfDay(1, 200)).Then(Recorded(1, 200));

    [Fact]
    public void Changes_nothing_when_repeated() => Given.The<CompletionFile>(Recorded(1)).When(HalfDay(1)).ThenNothing();

    [Fact]
    public void Takes_a_half_day_that_was_sealed_anew() =>
        Given.The<CompletionFile>(Recorded(1, 0)).When(HalfDay(1, 210, version: 6)).Then(Recorded(1, 210, version: 6));

    [Fact]
    public void Ignores_an_older_sealing() =>
        Given.The<CompletionFile>(Recorded(1, 210, version: 6)).When(HalfDay(1, 0)).ThenNothing();

    [Fact]
    public void Brings_the_decision_when_the_last_listed_half_day_comes_last() =>
        Given.The<CompletionFile>(Named(), Ended(), Recorded(1), Recorded(3)).When(HalfDay(2)).Then(Recorded(2), Met());

    [Fact]
    public void Brings_no_decision_while_another_listed_half_day_is_missing() =>
        Given.The<CompletionFile>(Named(), Ended(), Recorded(1)).When(HalfDay(2)).Then(Recorded(2));

    [Fact]
    public void Does_not_count_a_half_day_that_is_not_listed() =>
        Given.The<CompletionFile>(Named(), Recorded(9), Ended(1)).When(HalfDay(1)).Then(Recorded(1), Met(210, 210));

    [Fact]
    public void Counts_a_listed_half_day_of_an_earlier_cohort() =>
        Given.The<CompletionFile>(
                Named(3, EarlierCohort), Recorded(1) with { CohortId = EarlierCohort }, Named(), Ended(2))
            .When(HalfDay(2)).Then(Recorded(2), Met(420, 420));

    [Theory]
    [InlineData(211)]
    [InlineData(-1)]
    public void Refuses_minutes_that_cannot_be(int attended) =>
        Given.The<CompletionFile>().When(HalfDay(1, attended)).ThenRefuses("minutes-out-of-range");

    [Fact]
    public void Changes_nothing_after_the_decision_by_a_half_day_that_was_not_judged() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Ended(1), Met(210, 210)).When(HalfDay(2, 0)).ThenNothing();

    [Fact, Trait("Rule", "R33")]
    public void Says_that_a_certificate_is_outdated_where_the_criteria_are_still_met() =>
        Certified.When(HalfDay(1, 180, version: 9)).Then(Recorded(1, 180, version: 9), new CertificateOutdated(630, 600));

    [Fact, Trait("Rule", "R33")]
    public void Asks_for_a_review_of_the_certificate_where_the_criteria_fail_now() =>
        Certified.When(HalfDay(1, 0, version: 9)).Then(Recorded(1, 0, version: 9), Review);

    [Fact, Trait("Rule", "R33")]
    public void Says_nothing_more_where_the_hours_are_again_those_of_the_certificate()
    {
        var corrected = Given.The<CompletionFile>(
            Named(), Recorded(1), Recorded(2), Recorded(3), Ended(), Met(), Recorded(1, 0, version: 9), Review);
        corrected.State.Since.Should().Be(Review);
        corrected.When(HalfDay(1, 210, version: 10)).Then(Recorded(1, 210, version: 10));
        corrected.State.Evolve(Recorded(1, 210, version: 10)).Should().Match<CompletionFile>(f => f.Since == null && f.Decided!.Verdict == Verdict.Met);
    }

    [Fact, Trait("Rule", "R33")]
    public void Asks_for_a_review_of_a_refusal_where_the_criteria_are_met_now() =>
        Given.The<CompletionFile>(Named(), Recorded(1, 0), Recorded(2), Recorded(3), Ended(), NotMet("too little"))
            .When(HalfDay(1, 210, version: 9)).Then(Recorded(1, 210, version: 9), new CompletionReviewRequired(630, 630));

    [Fact, Trait("Rule", "R33")]
    public void Keeps_a_refusal_where_the_criteria_fail_still() =>
        Given.The<CompletionFile>(Named(), Recorded(1, 0), Recorded(2), Recorded(3), Ended(), NotMet("too little"))
            .When(HalfDay(1, 10, version: 9)).Then(Recorded(1, 10, version: 9));

    [Fact, Trait("Rule", "R33")]
    public void Changes_nothing_when_a_correction_is_repeated() =>
        Given.The<CompletionFile>(Named(), Recorded(1), Recorded(2), Recorded(3), Ended(), Met(), Recorded(1, 0, version: 9), Review)
            .When(HalfDay(1, 0, version: 9)).ThenNothing();

    private static Given.Stream<CompletionFile> Certified => Given.The<CompletionFile>(Named(), Recorded(1), Recorded(2), Recorded(3), Ended(), Met());

    private static CertificateReviewRequired Review { get; } = new(
        630, 420, ["420 of 630 delivered minutes are evidenced; at least 504 (80 %) are asked for."]);
}

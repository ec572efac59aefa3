using AwesomeAssertions;
using CsCheck;
using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class JudgementSpecs
{
    [Theory]
    [InlineData("0.80", 6, 1008)]
    [InlineData("0.66", 3, 416)]
    [InlineData("1.00", 6, 1260)]
    [InlineData("0.50", 1, 105)]
    [InlineData("0", 1, 0)]
    public void Meets_the_share_exactly_at_the_threshold(string share, int halfDays, int attended) =>
        Judged(share, halfDays, attended).Should().Match<CompletionDecided>(
            d => d.Verdict == Verdict.Met && d.Reasons.Count == 0 && d.AttendedMinutes == attended && d.DeliveredMinutes == halfDays * 210);

    [Theory]
    [InlineData("0.80", 6, 1007, "1007 of 1260 delivered minutes are evidenced; at least 1008 (80 %) are asked for.")]
    [InlineData("0.66", 3, 415, "415 of 630 delivered minutes are evidenced; at least 416 (66 %) are asked for.")]
    [InlineData("1.00", 6, 1259, "1259 of 1260 delivered minutes are evidenced; at least 1260 (100 %) are asked for.")]
    [InlineData("0.875", 1, 183, "183 of 210 delivered minutes are evidenced; at least 184 (87.5 %) are asked for.")]
    public void Misses_the_share_by_one_minute_and_says_so(string share, int halfDays, int attended, string reason) =>
        Judged(share, halfDays, attended).Should().Match<CompletionDecided>(
            d => d.Verdict == Verdict.NotMet && d.Reasons.SequenceEqual(new[] { reason }));

    [Fact]
    public void Agrees_with_whole_numbers_for_every_share_in_hundredths() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 210].Array[1, 12]).Sample((hundredths, attended) =>
        {
            var judged = Judgement.Of(Named(), Ended(programme: Taught with { MinAttendedShare = hundredths / 100m }), [
                .. attended.Select((minutes, i) => Recorded(i, minutes))]);
            return (judged.Verdict == Verdict.Met) == (100 * attended.Sum() >= hundredths * 210 * attended.Length);
        });

    [Fact]
    public void Counts_a_half_day_that_is_not_evidenced_as_delivered() =>
        Judgement.Of(Named(), Ended(), [Recorded(1), Recorded(2), Recorded(3, attended: 0)]).Should().BeEquivalentTo(
            NotMet("420 of 630 delivered minutes are evidenced; at least 504 (80 %) are asked for."));

    [Theory]
    [InlineData("12", "12")]
    [InlineData("12", "12.00")]
    [InlineData("12", "20")]
    [InlineData("0", "0")]
    public void Meets_the_mark_exactly_at_the_threshold(string asked, string mark) =>
        Marked(asked, mark).Verdict.Should().Be(Verdict.Met);

    [Theory]
    [InlineData("12", "11.99", "The assessment mark is 11.99; at least 12 out of 20 is asked for.")]
    [InlineData("12.5", null, "No assessment mark is recorded; at least 12.5 out of 20 is asked for.")]
    public void Misses_the_mark_and_says_so(string asked, string? mark, string reason) =>
        Marked(asked, mark).Should().Match<CompletionDecided>(
            d => d.Verdict == Verdict.NotMet && d.Reasons.SequenceEqual(new[] { reason }));

    [Theory]
    [InlineData(null)]
    [InlineData("3")]
    public void Asks_for_no_mark_where_nothing_is_assessed(string? mark) => Marked(null, mark).Verdict.Should().Be(Verdict.Met);

    [Fact]
    public void Gives_every_reason() =>
        Judgement.Of(Named(), Ended(mark: null), [Recorded(1, 0)]).Reasons.Should().HaveCount(2);

    [Fact]
    public void Does_not_certify_a_training_of_which_nothing_was_delivered() =>
        Judgement.Of(Named(), Ended(0, programme: Taught with { MinAttendedShare = 0m }), [])
            .Reasons.Should().Equal("No minute was delivered.");

    [Fact]
    public void States_criteria_facts_and_the_version_that_was_judged() =>
        Judgement.Of(Named(), Ended(), [Recorded(1), Recorded(2), Recorded(3)]).Should().BeEquivalentTo(Met());

    private static CompletionDecided Judged(string share, int halfDays, int attended) => Judgement.Of(
        Named(), Ended(halfDays, programme: Taught with { MinAttendedShare = Number(share)!.Value }),
        [.. Enumerable.Range(1, halfDays).Select(n => Recorded(n, Math.Clamp(attended - (210 * (n - 1)), 0, 210)))]);

    private static CompletionDecided Marked(string? asked, string? mark) => Judgement.Of(
        Named(), Ended(1, Number(mark), Taught with { MinAssessmentMark = Number(asked) }), [Recorded(1)]);

    private static decimal? Number(string? text) =>
        text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

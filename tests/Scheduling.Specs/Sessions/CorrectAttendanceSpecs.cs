using AwesomeAssertions;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R32")]
public class CorrectAttendanceSpecs
{
    internal static readonly DateTimeOffset SealedAt = HalfDay.EndsAt, WeekLater = SealedAt + TimeSpan.FromDays(7);

    internal static readonly Attendance Nothing = new(Evidence.NotEvidenced, 0), Whole = new(Evidence.MarkedByTrainer, 210);

    internal static readonly CorrectionDocument Sheet = new(DocumentKind.PaperSheet, "2026-03/sheet_16.1-a");

    internal static readonly object[] Sealed =
    [
        HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, Late: false), new TrainerCountersigned("trainer-nora", SealedAt),
        new SessionSealed(210, SealedAt),
        new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner),
        new AttendanceSealed(CohortId, Bilal, 3, 210, 0, Evidence.NotEvidenced),
    ];

    internal static readonly AttendanceCorrected Corrected = new(
        CohortId, Bilal, 3, 210, Nothing, Whole, CorrectionReason.SignatureForgotten, Sheet, "trainer-nora", WeekLater, On: Day);

    internal static readonly AttendanceCorrectionProposed Proposed = new(
        Bilal, Nothing, Whole, CorrectionReason.SignatureForgotten, Sheet, "trainer-nora", WeekLater.AddSeconds(1));

    private static readonly CorrectAttendance Correct = new(Bilal, Whole, CorrectionReason.SignatureForgotten, Sheet);

    [Fact]
    public void Counts_at_once_until_a_week_after_sealing() =>
        Given(Sealed).When(Correct.By("trainer-nora", LearnerOf(Bilal)), WeekLater).Then(Corrected);

    [Fact]
    public void Waits_for_a_second_person_when_a_week_is_over() =>
        Given(Sealed).When(Correct.By("trainer-nora", LearnerOf(Bilal)), WeekLater.AddSeconds(1)).Then(Proposed);

    [Fact]
    public void Leaves_what_was_sealed_as_it_is_and_counts_what_is_right()
    {
        var after = Given([.. Sealed, Corrected]).State<Session>().Roster[Bilal];
        after.Should().Match<Mark>(m => m.Counts == Whole && m.Corrections == 1 && m.SignedAt == null && m.ByTrainer == null);
        Given([.. Sealed, Proposed]).State<Session>().Roster[Bilal].Should().Match<Mark>(m => m.Counts == Nothing && m.Corrections == 0);
    }

    [Fact]
    public void Counts_how_often_and_replaces_the_value_that_counts_now() =>
        Given([.. Sealed, Corrected])
            .When((Correct with { Attendance = new(Evidence.MarkedByTrainer, 90), Reason = CorrectionReason.LeftEarly }).By("coordinator-ida", null), WeekLater)
            .Then(Corrected with { Old = Whole, New = new(Evidence.MarkedByTrainer, 90), Reason = CorrectionReason.LeftEarly, By = "coordinator-ida" });

    [Fact]
    public void Changes_nothing_when_it_counts_already() =>
        Given([.. Sealed, Corrected]).When(Correct.By("trainer-nora", null), WeekLater).ThenNothing();

    [Fact]
    public void Changes_nothing_when_it_is_proposed_already() =>
        Given([.. Sealed, Proposed]).When(Correct.By("trainer-nora", null), WeekLater.AddDays(1)).ThenNothing();

    [Fact]
    public void Puts_a_later_proposal_in_the_place_of_an_earlier_one() =>
        Given([.. Sealed, Proposed])
            .When((Correct with { Attendance = new(Evidence.MarkedByTrainer, 90) }).By("trainer-nora", null), WeekLater.AddSeconds(1))
            .Then(Proposed with { New = new(Evidence.MarkedByTrainer, 90) });

    [Fact]
    public void Counts_the_week_from_the_end_where_the_instant_of_sealing_is_not_known() =>
        Given([.. Sealed[..4], new SessionSealed(210), .. Sealed[5..]])
            .When(Correct.By("trainer-nora", null), HalfDay.EndsAt + TimeSpan.FromDays(7.1)).Then(Proposed with { At = HalfDay.EndsAt + TimeSpan.FromDays(7.1) });

    [Fact]
    public void Refuses_the_learner_themselves() =>
        Given(Sealed).When(Correct.By(LearnerOf(Bilal).ToString(), LearnerOf(Bilal)), WeekLater).ThenRefused("own-attendance");

    [Fact]
    public void Counts_the_week_from_the_sealing_however_late_that_was()
    {
        var late = SealedAt + TimeSpan.FromDays(3);
        Given([.. Sealed[..4], new SessionSealed(210, late), .. Sealed[5..]])
            .When(Correct.By("trainer-nora", null), late + TimeSpan.FromDays(7)).Then(Corrected with { At = late + TimeSpan.FromDays(7) });
    }

    [Fact]
    public void Takes_it_from_a_person_who_is_another_than_the_learner()
    {
        var other = LearnerOf(Awa).ToString();
        Given(Sealed).When(Correct.By(other, LearnerOf(Bilal)), WeekLater).Then(Corrected with { By = other });
    }

    [Fact]
    public void Takes_a_reference_of_forty_characters()
    {
        var longest = Sheet with { Reference = new string('7', 40) };
        Given(Sealed).When((Correct with { Document = longest }).By("trainer-nora", null), WeekLater).Then(Corrected with { Document = longest });
    }

    [Theory, Trait("Rule", "R36")]
    [InlineData(211)]
    [InlineData(-1)]
    public void Refuses_minutes_that_cannot_be(int minutes) =>
        Given(Sealed).When((Correct with { Attendance = new(Evidence.MarkedByTrainer, minutes) }).By("trainer-nora", null), WeekLater).ThenRefused("minutes-out-of-range");

    [Theory, Trait("Rule", "R30")]
    [InlineData(Evidence.NotEvidenced, 60)]
    [InlineData(Evidence.SignedByLearner, 0)]
    public void Refuses_minutes_without_evidence_and_evidence_without_minutes(Evidence evidence, int minutes) =>
        Given(Sealed).When((Correct with { Attendance = new(evidence, minutes) }).By("trainer-nora", null), WeekLater).ThenRefused("minutes-without-evidence");

    [Theory]
    [InlineData("")]
    [InlineData("Awa Diallo")]
    [InlineData("Awa Diallo 2")]
    [InlineData("awa@example.org")]
    [InlineData("AwaDiallo")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void Refuses_a_reference_in_which_a_person_could_be_named(string reference) =>
        Given(Sealed).When((Correct with { Document = Sheet with { Reference = reference } }).By("trainer-nora", null), WeekLater).ThenRefused("reference-malformed");

    [Fact, Trait("Rule", "R29")]
    public void Refuses_a_record_that_is_not_on_the_roster() =>
        Given(Sealed).When((Correct with { RecordId = Chloe }).By("trainer-nora", null), WeekLater).ThenRefused("not-on-roster");

    [Fact]
    public void Refuses_before_sealing() =>
        Given(HalfDay, AwaAndBilalExpected).When(Correct.By("trainer-nora", null), WeekLater).ThenRefused("not-sealed");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Correct.By("trainer-nora", null)).ThenRefused("unknown");
}

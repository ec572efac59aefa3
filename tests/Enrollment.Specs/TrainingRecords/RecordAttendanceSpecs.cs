using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class RecordAttendanceSpecs
{
    private static readonly RecordAttendance Record = new(HalfDay(1), Cohort, 210, 180);

    [Fact]
    public void Puts_the_record_in_progress()
    {
        RecordWith(Confirmed()).When(Record).Then(Attended(1, 180));
        RecordWith(Confirmed(), Attended(1, 180)).State.Status.Should().Be(RecordStatus.InProgress);
    }

    [Fact]
    public void Keeps_the_local_date() =>
        RecordWith(Confirmed()).When(Record with { On = new(2026, 11, 9) }).Then(Attended(1, 180) with { On = new(2026, 11, 9) });

    [Fact]
    public void Counts_before_the_word_of_the_seat() => RecordWith().When(Record).Then(Attended(1, 180));

    [Fact]
    public void Adds_up_half_days_in_any_order() =>
        RecordWith(Confirmed(), Attended(2, 0), Attended(1, 180)).State.Attended.Values.Sum().Should().Be(180);

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Confirmed(), Attended(1, 180)).When(Record).ThenNothing();

    [Fact]
    [Trait("Rule", "R19")]
    public void Keeps_hours_of_a_learner_who_withdrew_and_reopens_nothing()
    {
        RecordWith(Confirmed(), Withdrew()).When(Record).Then(Attended(1, 180));
        RecordWith(Confirmed(), Withdrew(), Attended(1, 180)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Withdrawn && r.Attended[HalfDay(1)] == 180);
    }

    [Fact]
    public void Keeps_hours_that_arrive_after_the_certificate() =>
        RecordWith(Confirmed(), new TrainingCompleted(Certificate, 180), Attended(1, 180)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Completed && r.Attended.Count == 1);

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Record).ThenRefuses("unknown");

    [Fact]
    [Trait("Rule", "R28")]
    public void Counts_hours_of_a_cohort_that_was_left_and_begins_nothing_in_the_next() =>
        RecordWith(Confirmed(), new Displaced(Cohort, Disposition.Moved, OtherCohort, 1), Requested(OtherCohort), Attended(1)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.AwaitingSeat && r.Attended.Count == 1);
}

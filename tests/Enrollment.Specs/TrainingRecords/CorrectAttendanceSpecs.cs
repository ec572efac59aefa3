using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

[Trait("Rule", "R32")]
public class CorrectAttendanceSpecs
{
    private static readonly CorrectAttendance Correct = new(HalfDay(1), 9, 210, 90, Cohort, new(2026, 11, 9));

    private static readonly AttendanceCorrected Corrected = new(HalfDay(1), 9, 210, 90, Cohort, new(2026, 11, 9));

    [Fact]
    public void Counts_in_the_place_of_what_was_sealed()
    {
        RecordWith(Confirmed(), Attended(1)).When(Correct).Then(Corrected);
        RecordWith(Confirmed(), Attended(1), Attended(2, 100), Corrected).State.Attended.Values.Sum().Should().Be(190);
    }

    [Fact]
    public void Stands_when_the_word_of_the_seal_comes_after_it()
    {
        RecordWith(Confirmed()).When(Correct).Then(Corrected);
        RecordWith(Confirmed(), Corrected).When(new RecordAttendance(HalfDay(1), Cohort, 210, 0)).ThenNothing();
    }

    [Fact]
    public void Takes_a_later_correction() =>
        RecordWith(Confirmed(), Attended(1), Corrected).When(Correct with { SessionVersion = 10, AttendedMinutes = 0 })
            .Then(Corrected with { SessionVersion = 10, AttendedMinutes = 0 });

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated_or_overtaken()
    {
        RecordWith(Confirmed(), Attended(1), Corrected).When(Correct).ThenNothing();
        RecordWith(Confirmed(), Attended(1), Corrected).When(Correct with { SessionVersion = 8, AttendedMinutes = 0 }).ThenNothing();
    }

    [Fact, Trait("Rule", "R19")]
    public void Counts_for_a_record_that_has_ended_and_reopens_nothing() =>
        RecordWith(Confirmed(), Attended(1), new TrainingCompleted(Certificate, 210), Corrected).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Completed && r.Attended[HalfDay(1)] == 90);

    [Fact]
    public void Refuses_for_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Correct).ThenRefuses("unknown");
}

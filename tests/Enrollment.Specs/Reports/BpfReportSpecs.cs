using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Reports;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Reports;

public class BpfReportSpecs
{
    private static readonly DateOnly December = new(2026, 12, 31), January = new(2027, 1, 1);

    private static readonly Dictionary<Guid, string> Objectives = new() { [Cohort] = "rs", [OtherCohort] = "other" };

    [Fact]
    public async Task Knows_the_objective_of_each_cohort() =>
        (await BpfReport.Objectives(Log.Of(
            Log.Stream(Cohort, new CohortAnnounced(Announced with { BpfObjective = "rs" }), new CapacityAnnounced(14, 9)), Log.Stream(OtherCohort, new CohortAnnounced(Announced)))))
            .Should().BeEquivalentTo(Objectives);

    [Fact]
    public async Task Counts_a_half_day_in_the_year_of_its_local_date()
    {
        // Whoever attends something in both years is a trainee of both.
        await Says([Record(1, On(1, December, 210), On(2, January, 100))], new(2026, "rs") { Trainees = 1, TraineeMinutes = 210 }, new(2027, "rs") { Trainees = 1, TraineeMinutes = 100 });
        await Says([Record(1, On(1, December, 210), On(2, January, 0))], new BpfRow(2026, "rs") { Trainees = 1, TraineeMinutes = 210 });
    }

    [Fact]
    public async Task Counts_one_trainee_for_each_training_that_is_followed() =>
        await Says(
            [Record(1, On(1, December, 210), On(2, December, 210)), Record(2, On(1, December, 30)), Record(3, On(1, December, 0)), Record(4)],
            new BpfRow(2026, "rs") { Trainees = 2, TraineeMinutes = 450 });

    [Fact]
    public async Task Counts_what_was_corrected_in_the_place_of_what_was_sealed()
    {
        await Says([Record(1, On(1, December, 210), new AttendanceCorrected(HalfDay(1), 9, 210, 90, Cohort, December))], new BpfRow(2026, "rs") { Trainees = 1, TraineeMinutes = 90 });
        await Says([Record(1, On(1, December, 210), new AttendanceCorrected(HalfDay(1), 9, 210, 0, Cohort, December))]);
    }

    [Fact]
    public async Task Counts_a_correction_that_comes_before_the_seal() =>
        await Says([Record(1, new AttendanceCorrected(HalfDay(1), 9, 210, 90, OtherCohort, January))], new BpfRow(2027, "other") { Trainees = 1, TraineeMinutes = 90 });

    [Fact]
    public async Task Counts_each_half_day_for_the_objective_of_its_cohort() =>
        await Says(
            [Record(1, On(1, December, 210), On(2, December, 60) with { CohortId = OtherCohort }, On(3, December, 60) with { CohortId = Guid.Empty })],
            new(2026, "other") { Trainees = 1, TraineeMinutes = 120 }, new(2026, "rs") { Trainees = 1, TraineeMinutes = 210 });

    [Fact]
    public async Task Keeps_the_hours_of_who_withdrew() =>
        await Says([Record(1, On(1, December, 210), Withdrew())], new BpfRow(2026, "rs") { Trainees = 1, TraineeMinutes = 210 });

    /// <summary>By the seat that was held, and the day on which it was recorded.</summary>
    [Fact]
    public async Task Takes_what_earlier_versions_stored() =>
        await Says(
            [Record(1, new AttendanceRecorded(HalfDay(1), 210, 210), new AttendanceCorrected(HalfDay(1), 9, 210, 90))],
            new BpfRow(Given.Now.Year, "rs") { Trainees = 1, TraineeMinutes = 90 });

    [Fact, Trait("Rule", "R47")]
    public async Task Counts_a_person_with_two_records_in_one_programme_once_with_all_their_hours()
    {
        var (first, second, third) = (Log.Id(1), Log.Id(2), Log.Id(3));
        await Says(
            [
                Record(1, On(1, December, 210), new ClosedAsDuplicate(Cohort, second)), Record(2, On(2, December, 60), new DuplicateNoted(first, 210), new ClosedAsDuplicate(Cohort, third)),
                Record(3, new DuplicateNoted(second, 60), On(3, January, 30)), Record(4, On(1, December, 1)),
            ],
            new(2026, "rs") { Trainees = 2, TraineeMinutes = 271 }, new(2027, "rs") { Trainees = 1, TraineeMinutes = 30 });
    }

    private static AttendanceRecorded On(int halfDay, DateOnly day, int minutes) => Attended(halfDay, minutes) with { On = day };

    private static IReadOnlyList<Recorded> Record(int number, params object[] later) => Log.Stream(Log.Id(number), [Submitted(), Eligible(), Requested(), Confirmed(), .. later]);

    private static async Task Says(IReadOnlyList<Recorded>[] records, params BpfRow[] expected) => (await BpfReport.Of(Log.Of(records), Objectives)).Should().Equal(expected);
}

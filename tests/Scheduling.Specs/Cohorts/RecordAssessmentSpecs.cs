using Tremplin.Scheduling.Cohorts;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class RecordAssessmentSpecs
{
    [Fact]
    public void Records_the_mark_of_a_seat_holder() =>
        Given(OpenCohortOf(1, Seated(Awa))).When(new RecordAssessment(Awa, 14.5m)).Then(new AssessmentRecorded(Awa, 14.5m));

    [Fact]
    public void Records_a_second_mark_beside_the_first() =>
        Given(OpenCohortOf(1, Seated(Awa), new AssessmentRecorded(Awa, 9m)))
            .When(new RecordAssessment(Awa, 12m))
            .Then(new AssessmentRecorded(Awa, 12m));

    [Fact]
    public void Changes_nothing_when_the_mark_is_the_same() =>
        Given(OpenCohortOf(1, Seated(Awa), new AssessmentRecorded(Awa, 14.5m))).When(new RecordAssessment(Awa, 14.5m)).ThenNothing();

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void Records_the_lowest_and_the_highest(int mark) =>
        Given(OpenCohortOf(1, Seated(Awa))).When(new RecordAssessment(Awa, mark)).Then(new AssessmentRecorded(Awa, mark));

    [Theory]
    [InlineData(-1)]
    [InlineData(21)]
    public void Refuses_a_mark_out_of_range(int mark) =>
        Given(OpenCohortOf(1, Seated(Awa))).When(new RecordAssessment(Awa, mark)).ThenRefused("mark-out-of-range");

    [Fact]
    public void Refuses_a_record_that_waits() =>
        Given(OpenCohortOf(1, Seated(Awa), Waits(Bilal))).When(new RecordAssessment(Bilal, 14m)).ThenRefused("no-seat");

    [Fact]
    public void Refuses_an_unknown_record() => Given(OpenCohortOf(1)).When(new RecordAssessment(Awa, 14m)).ThenRefused("no-seat");

    [Fact]
    public void Refuses_a_new_mark_after_the_cohort_is_closed() =>
        Given(OpenCohortOf(1, Seated(Awa), new CohortClosed())).When(new RecordAssessment(Awa, 14m)).ThenRefused("cohort-closed");
}

using AwesomeAssertions;
using Tremplin.Certification.CompletionFiles;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class CompletionFileSpecs
{
    [Fact]
    public void Waits_for_everything_at_first() =>
        Given.The<CompletionFile>().State.WaitsFor().Should().Equal("the confirmation of a seat", "the end of the training");

    [Fact]
    public void Names_the_half_days_that_are_missing() =>
        Given.The<CompletionFile>(Named(), Ended(), Recorded(2)).State.WaitsFor().Should().Equal(
            $"the attendance of half-day {Session(1)}", $"the attendance of half-day {Session(3)}");

    [Fact]
    public void Takes_the_end_of_the_cohort_where_the_seat_was_confirmed_last() =>
        Given.The<CompletionFile>(Ended() with { CohortId = EarlierCohort }, Named(3, EarlierCohort), Named())
            .State.WaitsFor().Should().Equal("the end of the training");
}

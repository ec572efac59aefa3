using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

/// <summary>What is an application again, and what is one that is sent again.</summary>
public class CyclesSpecs
{
    private static readonly DateOnly Today = new(2027, 3, 1);
    private static readonly Cycle Live = new(Sample.RecordId, 1, "cap-ouest", "A-0001", new(2026, 9, 1), EndedOn: null);
    private static readonly Cycle Ended = Live with { EndedOn = new(2027, 1, 20) };
    private static readonly Cycle Second = new(Sample.Cohort, 2, "cap-ouest", "A-0002", new(2027, 2, 1), EndedOn: null);

    [Fact]
    public void Begins_with_the_first() => For([], "A-0001", new(2026, 9, 1)).Should().Be(1);

    [Fact]
    [Trait("Rule", "R15")]
    public void Opens_the_next_for_a_new_application_after_the_end() => For([Ended], "A-0002", new(2027, 2, 1)).Should().Be(2);

    [Fact]
    [Trait("Rule", "R15")]
    public void Opens_the_next_on_the_day_of_the_new_application() => For([Ended], "A-0002", Today).Should().Be(2);

    [Fact]
    [Trait("Rule", "R15")]
    public void Opens_one_after_another() =>
        For([Ended, Second with { EndedOn = new(2027, 2, 20) }], "A-0003", new(2027, 2, 25)).Should().Be(3);

    [Fact]
    [Trait("Rule", "R15")]
    public void Takes_another_partners_reference_for_another_application() =>
        Cycles.For([Ended], "cap-est", "A-0001", new(2027, 2, 1), Today).Should().Be((null, 2));

    [Fact]
    [Trait("Rule", "R14")]
    public void Opens_none_while_one_lives() => For([Live], "A-0002", new(2027, 2, 1)).Should().Be(1);

    [Fact]
    [Trait("Rule", "R16")]
    public void Knows_a_reference_for_good_whatever_it_is_dated_now() => For([Ended], "A-0001", new(2027, 2, 1)).Should().Be(1);

    [Fact]
    [Trait("Rule", "R16")]
    public void Leads_the_first_application_to_the_first_cycle_though_there_is_a_second() =>
        For([Ended, Second], "A-0001", new(2026, 9, 1)).Should().Be(1);

    /// <summary>The file of last year, with a row that somebody had typed again under a reference of its own.</summary>
    [Theory]
    [InlineData("2026-09-01")]
    [InlineData("2026-12-31")]
    [InlineData("2027-01-20")]
    [Trait("Rule", "R22")]
    public void Opens_none_for_what_is_dated_before_the_end_or_on_its_day(string date) =>
        For([Ended], "B-0001", DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)).Should().Be(1);

    [Fact]
    [Trait("Rule", "R22")]
    public void Opens_none_for_a_date_that_has_not_come() => For([Ended], "B-0001", Today.AddDays(1)).Should().Be(1);

    /// <summary>An application that was dated ahead of its time, and ended before that: the same date is no later one.</summary>
    [Fact]
    [Trait("Rule", "R22")]
    public void Opens_none_for_the_date_of_the_application_that_ended() =>
        For([Ended with { AppliedOn = new(2027, 2, 1) }], "B-0001", new(2027, 2, 1)).Should().Be(1);

    [Theory]
    [InlineData("2027-01-20T12:30:00Z", "Pacific/Noumea", 20)]
    [InlineData("2027-01-20T13:30:00Z", "Pacific/Noumea", 21)]
    [InlineData("2027-01-20T23:30:00Z", "Europe/Paris", 21)]
    public void Counts_the_day_where_the_organisation_is(string instant, string zone, int day) =>
        Cycles.Day(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), zone).Should().Be(new(2027, 1, day));

    /// <summary>R46: of two learners who are one person, each had a first cycle; the one that lives comes last.</summary>
    [Fact]
    [Trait("Rule", "R46")]
    public void Counts_on_from_the_cycles_of_both_ids_of_one_person()
    {
        Cycle[] both = [Ended, Live with { RecordId = Sample.OtherCohort, Partner = "cap-est" }];
        Cycles.For(both, "cap-est", "B-0002", new(2027, 2, 1), Today).Should().Be((Sample.OtherCohort, 1));
        Cycles.For([Ended, both[1] with { EndedOn = Ended.EndedOn }], "cap-est", "B-0002", new(2027, 2, 1), Today).Should().Be((null, 2));
    }

    private static int For(IReadOnlyList<Cycle> cycles, string reference, DateOnly appliedOn)
    {
        var (record, number) = Cycles.For(cycles, "cap-ouest", reference, appliedOn, Today);
        record.Should().Be(cycles.FirstOrDefault(c => c.Number == number)?.RecordId);
        return number;
    }
}

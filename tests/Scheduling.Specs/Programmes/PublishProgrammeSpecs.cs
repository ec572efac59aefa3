using AwesomeAssertions;
using Tremplin.Scheduling.Programmes;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Programmes;

public class PublishProgrammeSpecs
{
    private static readonly PublishProgramme Content = new(
        Basics.Title, Basics.Objectives, Basics.HalfDays, Basics.MinAttendedShare,
        Basics.MinSize, Basics.MaxSize, Basics.MinAssessmentMark, Basics.ValidityMonths);

    [Fact]
    public void Publishes_the_first_version() =>
        Given().When(Content.For("digital-basics")).Then(new ProgrammePublished(Basics));

    [Fact]
    public void Publishes_other_content_as_the_next_version() =>
        Given(new ProgrammePublished(Basics))
            .When((Content with { HalfDays = 3 }).For("digital-basics"))
            .Then(new ProgrammePublished(Basics with { Version = 2, HalfDays = 3 }));

    [Fact]
    public void Publishes_other_objectives_as_the_next_version() =>
        Given(new ProgrammePublished(Basics))
            .When((Content with { Objectives = ["DigComp 1.1"] }).For("digital-basics"))
            .Then(new ProgrammePublished(Basics with { Version = 2, Objectives = ["DigComp 1.1"] }));

    [Fact]
    public void Changes_nothing_when_the_content_is_the_same() =>
        Given(new ProgrammePublished(Basics))
            .When((Content with { Objectives = [.. Basics.Objectives] }).For("digital-basics"))
            .ThenNothing();

    [Fact]
    public void Publishes_an_earlier_content_again_as_a_new_version() =>
        Given(new ProgrammePublished(Basics), new ProgrammePublished(Basics with { Version = 2, HalfDays = 3 }))
            .When(Content.For("digital-basics"))
            .Then(new ProgrammePublished(Basics with { Version = 3 }));

    [Fact]
    public void Refuses_a_programme_without_half_days() =>
        Given().When((Content with { HalfDays = 0 }).For("digital-basics")).ThenRefused("no-half-days");

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Refuses_a_share_out_of_range(double share) =>
        Given().When((Content with { MinAttendedShare = (decimal)share }).For("digital-basics")).ThenRefused("share-out-of-range");

    [Fact, Trait("Rule", "R34")]
    public void Asks_for_the_share_of_connected_minutes_that_it_says_or_for_the_usual_one()
    {
        Basics.MinConnectedShare.Should().Be(0.8m);
        Given().When((Content with { MinConnectedShare = 0.9m }).For("digital-basics")).Then(new ProgrammePublished(Basics with { MinConnectedShare = 0.9m }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.1)]
    public void Refuses_a_connected_share_out_of_range(double share) =>
        Given().When((Content with { MinConnectedShare = (decimal)share }).For("digital-basics")).ThenRefused("share-out-of-range");

    [Fact]
    public void Says_what_it_leads_to_in_the_words_of_the_yearly_report()
    {
        foreach (var objective in BpfObjectives.All)
            Given().When((Content with { BpfObjective = objective }).For("digital-basics")).Then(new ProgrammePublished(Basics with { BpfObjective = objective }));
        Given(new ProgrammePublished(Basics)).When((Content with { BpfObjective = "rs" }).For("digital-basics"))
            .Then(new ProgrammePublished(Basics with { Version = 2, BpfObjective = "rs" }));
    }

    [Fact]
    public void Refuses_another_word() => Given().When((Content with { BpfObjective = "RS" }).For("digital-basics")).ThenRefused("unknown-objective");

    [Theory]
    [InlineData(-1)]
    [InlineData(21)]
    public void Refuses_a_mark_out_of_range(int mark) =>
        Given().When((Content with { MinAssessmentMark = mark }).For("digital-basics")).ThenRefused("mark-out-of-range");

    [Theory]
    [InlineData(0, 12)]
    [InlineData(5, 4)]
    public void Refuses_sizes_out_of_range(int smallest, int largest) =>
        Given().When((Content with { MinSize = smallest, MaxSize = largest }).For("digital-basics")).ThenRefused("size-out-of-range");
}

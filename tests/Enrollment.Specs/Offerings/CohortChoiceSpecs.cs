using AwesomeAssertions;
using AwesomeAssertions.Equivalency;
using CsCheck;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Offerings;

public class CohortChoiceSpecs
{
    [Fact]
    public void Takes_the_earliest_with_a_free_seat() =>
        Among(Open(3, day: 9), Open(1, day: 5), Open(2, day: 7)).Should().BeEquivalentTo(new CohortChoice(Id(1), []), NotFacts);

    [Fact]
    public void Goes_by_the_id_where_two_start_together() =>
        Among(Open(2, day: 5), Open(1, day: 5)).CohortId.Should().Be(Id(1));

    [Fact]
    public void Passes_over_a_full_one_and_says_so() =>
        Among(Open(1, day: 5, taken: 12), Open(2, day: 7)).Should().BeEquivalentTo(new CohortChoice(Id(2), [new(Id(1), "full")]), NotFacts);

    [Fact]
    public void Passes_over_another_territory_and_says_so() =>
        Among(Open(1, day: 5, territories: ["35"]), Open(2, day: 7)).Should().BeEquivalentTo(
            new CohortChoice(Id(2), [new(Id(1), "meant for other territories")]), NotFacts);

    [Fact]
    public void Takes_one_that_is_meant_for_everybody() => Among(Open(1, day: 5, territories: [])).CohortId.Should().Be(Id(1));

    [Fact]
    public void Waits_at_the_earliest_where_all_are_full() =>
        Among(Open(2, day: 7, taken: 12), Open(1, day: 5, taken: 13), Open(3, day: 3, territories: ["35"])).Should().BeEquivalentTo(
            new CohortChoice(Id(1), [new(Id(3), "meant for other territories"), new(Id(2), "full, and starts later")]), NotFacts);

    [Fact]
    public void Chooses_none_where_none_is_for_the_territory() => Among(Open(1, day: 5, territories: ["35"])).CohortId.Should().BeNull();

    [Fact]
    public void Chooses_none_where_none_is_open() => Among().Should().BeEquivalentTo(new CohortChoice(null, []));

    [Fact]
    public void Sends_nobody_to_one_that_has_started() =>
        Among(Open(1, day: 0), Open(2, day: 7)).Should().BeEquivalentTo(new CohortChoice(Id(2), [new(Id(1), "has started")]), NotFacts);

    [Fact]
    public void Names_each_cohort_once_and_never_waits_while_a_seat_is_free() =>
        Gen.Select(Gen.Int[-2, 9], Gen.Int[10, 13], Gen.Bool).Array[0, 8].Sample(drawn =>
        {
            var open = drawn.Select((d, i) => Open(i + 1, d.Item1, d.Item2, d.Item3 ? ["44"] : ["35"])).ToArray();
            var choice = Among(open);
            var suitable = open.Where(c => c.Facts.Territories.Contains("44") && c.Facts.StartsAt > Given.Now).ToList();
            var free = suitable.Where(c => c.Taken < c.Facts.Capacity).ToList();
            choice.CohortId.HasValue.Should().Be(suitable.Count > 0);
            choice.Considered.Select(c => c.CohortId).Should().OnlyHaveUniqueItems().And.NotContain(choice.CohortId ?? Guid.Empty);
            if (choice.CohortId is { } chosen)
            {
                var from = free.Count > 0 ? free : suitable;
                open.Single(c => c.Id == chosen).Facts.StartsAt.Should().Be(from.Min(c => c.Facts.StartsAt));
            }
        });

    [Fact]
    public void Knows_the_cohort_that_it_names()
    {
        Among(Open(1, day: 5)).Facts!.StartsAt.Should().Be(Given.Now.AddDays(5));
        Among(Open(1, day: 5, taken: 12)).Facts!.StartsAt.Should().Be(Given.Now.AddDays(5));
    }

    [Fact, Trait("Rule", "R4")]
    public void Asks_in_the_class_of_the_scheme_before_that_of_the_territory()
    {
        var choice = Among(Open(1, day: 5));
        choice.Request(Applied with { ReferredBy = "dla-44" }).Priority.Should().Be(new Priority(PriorityClass.Referred, "dla-44"));
        choice.Request(Applied).Priority.Should().Be(new Priority(PriorityClass.Territory, "44"));
        choice.Request(Applied with { Territory = "75" }).Priority.Should().BeNull();
        Among(Open(1, day: 5, territories: [])).Request(Applied).Priority.Should().BeNull();
    }

    [Fact, Trait("Rule", "R4")]
    public void Asks_in_the_class_that_was_kept_before_any_other()
    {
        var kept = new Priority(PriorityClass.Displaced, "a cohort", 3);
        Among(Open(1, day: 5)).Request(Applied with { ReferredBy = "dla-44" }, kept).Priority.Should().Be(kept);
    }

    private static EquivalencyOptions<CohortChoice> NotFacts(EquivalencyOptions<CohortChoice> options) => options.Excluding(c => c.Facts);

    private static CohortChoice Among(params (Guid Id, CohortFacts Facts, int Taken)[] open) => CohortChoice.Among(open, "44", Given.Now);

    private static (Guid Id, CohortFacts Facts, int Taken) Open(int number, int day, int taken = 0, string[]? territories = null) =>
        (Id(number), Announced with { StartsAt = Given.Now.AddDays(day), Territories = territories ?? ["44", "49"] }, taken);

    private static Guid Id(int number) => Guid.Parse($"33333333-0000-5000-8000-{number:000000000000}");
}

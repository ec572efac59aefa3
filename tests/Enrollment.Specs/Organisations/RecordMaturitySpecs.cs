using AwesomeAssertions;
using Tremplin.Enrollment.Organisations;
using Xunit;

namespace Tremplin.Enrollment.Specs.Organisations;

public class RecordMaturitySpecs
{
    internal static readonly Maturity Before = new(
        MaturityMoment.Before, new(2026, 9, 1), Respondent.Director, CollaborativeTools: false, Website: true, SocialNetworks: false, MobileApp: false, 1);

    internal static readonly Maturity After = new(
        MaturityMoment.After, new(2026, 9, 14), Respondent.Volunteer, CollaborativeTools: true, Website: true, SocialNetworks: true, MobileApp: false, 3);

    private static readonly OrganisationRegistered Known = new(Sample.Association);

    [Fact]
    public void Records_an_assessment_before_and_one_after()
    {
        Given.The<Organisation>(Known).When(new RecordMaturity(Before)).Then(new MaturityRecorded(Before));
        Given.The<Organisation>(Known, new MaturityRecorded(Before)).When(new RecordMaturity(After)).Then(new MaturityRecorded(After));
        Given.The<Organisation>(Known, new MaturityRecorded(Before), new MaturityRecorded(After)).State.Assessments.Should().Equal(Before, After);
    }

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() =>
        Given.The<Organisation>(Known, new MaturityRecorded(Before), new MaturityRecorded(After)).When(new RecordMaturity(Before with { })).ThenNothing();

    [Fact]
    public void Puts_right_what_was_said_of_one_moment_and_day()
    {
        Given.The<Organisation>(Known, new MaturityRecorded(Before)).When(new RecordMaturity(Before with { Scale = 2 })).Then(new MaturityRecorded(Before with { Scale = 2 }));
        Given.The<Organisation>(Known, new MaturityRecorded(Before), new MaturityRecorded(Before with { Scale = 2 })).State.Assessments.Should().Equal(Before with { Scale = 2 });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void Refuses_a_place_that_is_not_on_the_scale(int scale) =>
        Given.The<Organisation>(Known).When(new RecordMaturity(Before with { Scale = scale })).ThenRefuses("scale-out-of-range");

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Takes_both_ends_of_the_scale(int scale) =>
        Given.The<Organisation>(Known).When(new RecordMaturity(Before with { Scale = scale })).Then(new MaturityRecorded(Before with { Scale = scale }));

    [Fact, Trait("Rule", "R25")]
    public void Refuses_a_day_that_has_not_come_where_the_organisation_is()
    {
        var night = new DateTimeOffset(2026, 9, 13, 14, 0, 0, TimeSpan.Zero);
        Given.The<Organisation>(Known).When(new RecordMaturity(After), night).ThenRefuses("not-yet");
        Given.The<Organisation>(new OrganisationRegistered(Sample.Association with { Zone = "Pacific/Noumea" })).When(new RecordMaturity(After), night).Then(new MaturityRecorded(After));
    }

    [Fact]
    public void Refuses_an_after_that_is_earlier_than_the_before()
    {
        Given.The<Organisation>(Known, new MaturityRecorded(Before)).When(new RecordMaturity(After with { AssessedOn = Before.AssessedOn.AddDays(-1) })).ThenRefuses("moments-out-of-order");
        Given.The<Organisation>(Known, new MaturityRecorded(After with { AssessedOn = new(2026, 8, 1) })).When(new RecordMaturity(Before)).ThenRefuses("moments-out-of-order");
        var sameDay = After with { AssessedOn = Before.AssessedOn };
        Given.The<Organisation>(Known, new MaturityRecorded(Before)).When(new RecordMaturity(sameDay)).Then(new MaturityRecorded(sameDay));
    }

    [Fact]
    public void Refuses_words_that_nobody_knows()
    {
        Given.The<Organisation>(Known).When(new RecordMaturity(Before with { Moment = (MaturityMoment)7 })).ThenRefuses("unknown-word");
        Given.The<Organisation>(Known).When(new RecordMaturity(Before with { AnsweredBy = (Respondent)7 })).ThenRefuses("unknown-word");
    }

    [Fact]
    public void Refuses_for_an_organisation_that_is_not_registered() => Given.The<Organisation>().When(new RecordMaturity(Before)).ThenRefuses("unknown");

    [Fact]
    public void Counts_the_four_indicators() => (Before.Indicators(), After.Indicators()).Should().Be((1, 3));
}

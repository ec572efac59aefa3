using AwesomeAssertions;
using Microsoft.Extensions.Configuration;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class LegalHoldSpecs
{
    private static readonly LearnerRegistered Registered = new(new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null));
    private static readonly LegalHold Hold = new("region-bretagne", new(2031, 9, 14));
    private static readonly DateTimeOffset LastSecond = new(2031, 9, 13, 23, 59, 59, TimeSpan.Zero), Over = LastSecond.AddSeconds(1);
    private static readonly EraseLearner Asked = new(ErasureReason.OnRequest, []) { Hold = Hold };
    private static readonly ErasureRequested Requested = new(ErasureReason.OnRequest);
    private static readonly LearnerRestricted Restricted = new(Hold);

    [Fact]
    public void Restricts_until_the_day_on_which_it_ends() => Given.The<Learner>(Registered).When(Asked).Then(Requested, Restricted);

    [Fact]
    public void Holds_nobody_once_it_is_over() => Given.The<Learner>(Registered).When(Asked, Over).Then(new LearnerErased(ErasureReason.OnRequest));

    [Fact]
    public void Holds_nobody_without_one() => Given.The<Learner>(Registered).When(Asked with { Hold = null }).Then(new LearnerErased(ErasureReason.OnRequest));

    [Fact]
    public void Is_not_got_round_by_another_reason() =>
        Given.The<Learner>(Registered).When(Asked with { Reason = ErasureReason.Mistake }).Then(new ErasureRequested(ErasureReason.Mistake), Restricted);

    [Fact]
    public void Erases_on_that_day_with_the_reason_that_was_given_first()
    {
        var waiting = Given.The<Learner>(Registered, Requested, Restricted);
        var sweep = new EraseLearner(ErasureReason.RetentionEnded, []);
        waiting.When(sweep, LastSecond).ThenNothing();
        waiting.When(sweep, Over).Then(new LearnerErased(ErasureReason.OnRequest));
        Given.The<Learner>(Registered, Requested, Restricted, new LearnerErased(ErasureReason.OnRequest)).When(sweep, Over).ThenNothing();
    }

    [Fact]
    public void Changes_nothing_when_asked_again() => Given.The<Learner>(Registered, Requested, Restricted).When(Asked).ThenNothing();

    [Fact]
    public void Shows_nobody_who_it_is() => Given.The<Learner>(Registered, Requested, Restricted).When(new ReadLearner(ReadingPurpose.Audit)).ThenNothing();

    [Fact]
    [Trait("Rule", "R49")]
    public void Lets_nobody_be_merged_nor_told_apart()
    {
        var (self, other) = (Sample.LearnerId, Guid.Parse("019a0000-0000-7000-8000-000000000001"));
        Given.The<Learner>(Registered, Requested, Restricted).When(new BecomeAlias(self, other, MergeGround.DocumentSeen)).ThenRefuses("learner-restricted");
        Given.The<Learner>(Registered, Requested, Restricted).When(new TakeAlias(other)).ThenRefuses("learner-restricted");
        Given.The<Learner>(Registered, new LearnerMerged(other, MergeGround.DocumentSeen), Requested, Restricted).When(new Unmerge()).ThenRefuses("learner-restricted");
        Given.The<Learner>(Registered, new AliasAdded(other), Requested, Restricted).When(new GiveUpAlias(other)).ThenRefuses("learner-restricted");
    }

    [Fact]
    [Trait("Rule", "R46")]
    public void Restricts_a_person_under_every_id()
    {
        var alias = Given.The<Learner>(Registered, new LearnerMerged(Sample.LearnerId, MergeGround.DocumentSeen));
        alias.When(Asked with { Follows = true }).Then(Requested, Restricted);
    }

    [Fact]
    [Trait("Rule", "R38")]
    public void Asks_for_the_end_of_a_training_first() => Given.The<Learner>(Registered).When(Asked with { Live = [Sample.RecordId] }).ThenRefuses("record-live");

    [Fact]
    public void Is_the_one_that_ends_last_of_the_funders_of_what_was_attended()
    {
        var funding = Funding("course=fse basics=region-bretagne", "region-bretagne=10");
        LegalHold.Longest([new("course", new(2026, 9, 14)), new("basics", new(2024, 2, 29)), new("unfunded", new(2030, 1, 1))], funding)
            .Should().Be(new LegalHold("region-bretagne", new(2034, 2, 28)));
        LegalHold.Longest([new("course", new(2026, 9, 14))], funding).Should().Be(new LegalHold("fse", new(2026 + LegalHold.Years, 9, 14)));
        LegalHold.Longest([new("unfunded", new(2030, 1, 1))], funding).Should().BeNull();
        LegalHold.Longest([], funding).Should().BeNull();
    }

    [Theory]
    [InlineData("course", "")]
    [InlineData("course=fse=other", "")]
    [InlineData("course=fse", "fse=long")]
    [InlineData("course=fse", "fse=-1")]
    public void Does_not_guess_what_a_setting_means(string programmes, string years) =>
        FluentActions.Invoking(() => Funding(programmes, years)).Should().Throw<InvalidOperationException>();

    private static Func<string, (string Funder, int Years)?> Funding(string programmes, string years) => LegalHold.Funding(
        new ConfigurationBuilder().AddInMemoryCollection([new("LegalHold:Programmes", programmes), new("LegalHold:Years", years)]).Build());
}

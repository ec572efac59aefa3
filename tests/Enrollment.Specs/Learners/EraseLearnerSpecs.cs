using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class EraseLearnerSpecs
{
    private static readonly LearnerRegistered Registered = new(new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null));
    private static readonly EraseLearner Now = new(ErasureReason.OnRequest, []);

    [Fact]
    public void Erases_whoever_is_in_no_training() =>
        Given.The<Learner>(Registered, new LearnerRead(ReadingPurpose.RightOfAccess)).When(Now).Then(new LearnerErased(ErasureReason.OnRequest));

    [Fact]
    public void Keeps_the_first_reason() =>
        Given.The<Learner>(Registered, new LearnerErased(ErasureReason.RetentionEnded)).When(Now).ThenNothing();

    [Fact]
    [Trait("Rule", "R46"), Trait("Rule", "R49")]
    public void Looks_again_where_somebody_was_merged_meanwhile()
    {
        var alias = Guid.Parse("019a0000-0000-7000-8000-000000000001");
        Given.The<Learner>(Registered, new AliasAdded(alias)).When(Now).ThenRefuses("learner-merged");
        Given.The<Learner>(Registered, new AliasAdded(alias)).When(Now with { Everybody = [Sample.LearnerId, alias] }).Then(new LearnerErased(ErasureReason.OnRequest));
        Given.The<Learner>(Registered, new LearnerMerged(Sample.LearnerId, MergeGround.DocumentSeen)).When(Now).ThenRefuses("learner-merged");
        Given.The<Learner>(Registered, new LearnerMerged(Sample.LearnerId, MergeGround.DocumentSeen)).When(Now with { Follows = true }).Then(new LearnerErased(ErasureReason.OnRequest));
    }

    [Fact]
    [Trait("Rule", "R38")]
    public void Asks_for_the_end_of_a_training_first_and_names_it()
    {
        var answer = Given.The<Learner>(Registered).When(Now with { Live = [Sample.RecordId] });
        answer.ThenRefuses("record-live");
        answer.Decision.Should().BeOfType<Decision.Rejected>().Which.Reason.Should().Contain(Sample.RecordId.ToString());
    }

    [Fact]
    public void Changes_nothing_for_an_erased_learner_whatever_came_later() =>
        Given.The<Learner>(Registered, new LearnerErased(ErasureReason.OnRequest)).When(Now with { Live = [Sample.RecordId] }).ThenNothing();

    [Fact]
    public void Knows_nobody_before_registration() => Given.The<Learner>().When(Now).ThenRefuses(Problems.Unknown);

    /// <summary>Whoever applies again is given another id; the old stream stays as it is.</summary>
    [Fact]
    public void Is_for_good() =>
        Given.The<Learner>(Registered, new LearnerErased(ErasureReason.OnRequest)).When(new RegisterLearner(Registered.Person)).ThenNothing();
}

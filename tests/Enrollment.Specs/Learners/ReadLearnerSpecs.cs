using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class ReadLearnerSpecs
{
    private static readonly LearnerRegistered Registered = new(new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null));
    private static readonly ReadLearner Look = new(ReadingPurpose.Training);

    [Fact]
    public void Says_what_for() => Given.The<Learner>(Registered).When(Look).Then(new LearnerRead(ReadingPurpose.Training));

    [Fact]
    public void Is_recorded_each_time() =>
        Given.The<Learner>(Registered, new LearnerRead(ReadingPurpose.Training)).When(Look).Then(new LearnerRead(ReadingPurpose.Training));

    [Fact]
    public void Needs_no_record_where_nothing_is_left_to_read() =>
        Given.The<Learner>(Registered, new LearnerErased(ErasureReason.OnRequest)).When(Look).ThenNothing();

    [Fact]
    public void Knows_nobody_before_registration() => Given.The<Learner>().When(Look).ThenRefuses(Problems.Unknown);
}

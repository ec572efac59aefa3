using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class RegisterLearnerSpecs
{
    private static readonly SealedPerson Person = new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null);

    [Fact]
    public void Registers_a_newcomer() => Given.The<Learner>().When(new RegisterLearner(Person)).Then(new LearnerRegistered(Person));

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_for_somebody_known_however_it_is_sealed_now() =>
        Given.The<Learner>(new LearnerRegistered(Person))
            .When(new RegisterLearner(Person with { FirstName = new Sealed("b3RoZXI=") })).ThenNothing();
}

using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>Registers a learner whose key was just made. Asked again it changes nothing.</summary>
public sealed record RegisterLearner(SealedPerson Person) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) =>
        state.Person is null ? Decision.Accept(new LearnerRegistered(Person)) : Decision.Nothing;
}

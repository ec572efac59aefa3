using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.Reviews;

/// <summary>Holds an application, for it is doubtful who applies. Sent again it changes nothing, whatever came of it.</summary>
/// <param name="Application">The application, sealed.</param>
/// <param name="Candidates">The learners who may be the same person.</param>
public sealed record HoldApplication(HeldApplication Application, IReadOnlyList<Candidate> Candidates) : ICommand<Review>
{
    /// <inheritdoc/>
    public Decision Decide(Review state, DateTimeOffset now) =>
        state.Held is null ? Decision.Accept(new ApplicationHeld(Application, Candidates)) : Decision.Nothing;
}

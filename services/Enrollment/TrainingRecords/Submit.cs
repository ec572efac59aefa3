using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>Submits an application: it is decided at once, and an eligible one asks for its seat in the same breath.</summary>
/// <param name="Application">What is applied for.</param>
/// <param name="Facts">The facts that eligibility rests on.</param>
/// <param name="Choice">The cohort that was named or chosen.</param>
public sealed record Submit(Application Application, EligibilityFacts Facts, CohortChoice Choice) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        // R14, R16: the same learner, programme and cycle is the same record, whoever sends it again.
        if (state.Status != RecordStatus.Unknown)
            return Decision.Nothing;
        if (Choice.Refusal is { } refusal)
            return Decision.Refuse("cohort-not-open", refusal);
        var eligibility = Eligibility.Decide(Facts);
        return eligibility.Eligible && Choice.CohortId is not null
            ? Decision.Accept(new ApplicationSubmitted(Application), eligibility, Choice.Request(Application))
            : Decision.Accept(new ApplicationSubmitted(Application), eligibility);
    }
}

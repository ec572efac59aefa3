using MassTransit;
using Tremplin.Certification.Certificates;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>The cohort is over for the learner: which half-days count, the mark, and the criteria to judge by.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="SessionIds">The sealed half-days, in order.</param>
/// <param name="Mark">Mark out of 20, or null.</param>
/// <param name="StartedOn">Local date of the first half-day.</param>
/// <param name="EndedOn">Local date of the last half-day.</param>
/// <param name="Programme">The pinned programme.</param>
public sealed record EndTraining(
    Guid CohortId, IReadOnlyList<Guid> SessionIds, decimal? Mark, DateOnly StartedOn, DateOnly EndedOn, Programme Programme)
    : ICommand<CompletionFile>
{
    /// <inheritdoc/>
    public Decision Decide(CompletionFile state, DateTimeOffset now) =>
        state.Decided is not null || state.Ends.ContainsKey(CohortId)
            ? Decision.Nothing
            : state.AndJudge(new TrainingEnded(CohortId, [.. SessionIds.Distinct()], Mark, StartedOn, EndedOn, Programme));

    /// <summary>The door for Scheduling's finished trainings.</summary>
    public sealed class Door(Shell shell, Issuing issuing) : IConsumer<TrainingFinished>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<TrainingFinished> context)
        {
            var (m, p, origin) = (context.Message, context.Message.Programme, Origin.Of(context));
            var programme = new Programme(
                p.Ref, p.Version, p.Title, p.Competences, p.MinAttendedShare, p.MinAssessmentMark, p.ValidityMonths);
            var command = new EndTraining(m.CohortId, m.SessionIds, m.AssessmentMark, m.StartedOn, m.EndedOn, programme);
            var outcome = await shell.Handle(m.RecordId, command, origin);
            outcome.ThrowIfRefused();
            (await issuing.WhereEarned(m.RecordId, outcome.State, origin))?.ThrowIfRefused();
        }
    }
}

using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>R20: the learner was in none of the first half-days; the record ends.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that led to the seat.</param>
public sealed record EndAsNoShow(Guid CohortId, long RequestVersion) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        state.Awaits(CohortId, RequestVersion) ? Decision.Accept(new NoShow(CohortId)) : Decision.Nothing;

    /// <summary>The door for Scheduling's word.</summary>
    public sealed class Door(Shell shell) : IConsumer<LearnerAbsent>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<LearnerAbsent> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new EndAsNoShow(m.CohortId, m.RecordVersion), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

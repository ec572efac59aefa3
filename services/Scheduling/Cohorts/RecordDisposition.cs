using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>R28: Enrollment says what became of a record that was in the cancelled cohort. The first word counts.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Disposition">What became of it.</param>
/// <param name="CohortId">The cohort that it asks now, or null.</param>
public sealed record RecordDisposition(Guid RecordId, Disposition Disposition, Guid? CohortId) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) =>
        state.Entries.GetValueOrDefault(RecordId)?.Standing == Standing.Displaced
            ? Decision.Accept(new DispositionRecorded(RecordId, Disposition, CohortId))
            : Decision.Nothing;

    /// <summary>The door for Enrollment's word.</summary>
    public sealed class Door(Shell shell) : IConsumer<DisplacementSettled>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<DisplacementSettled> context)
        {
            var m = context.Message;
            var command = new RecordDisposition(m.RecordId, (Disposition)m.Disposition, m.NextCohortId);
            (await shell.HandleExclusively(m.CohortId, command, Origin.Of(context))).ThrowIfRefused();
        }
    }
}

using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>
/// R38, R47: the record was closed as a duplicate of another of the same person. Whatever is announced from then on leads to no
/// certificate. One that was issued before that stands: only a person revokes it.
/// </summary>
/// <param name="RecordVersion">The record's version after it was closed.</param>
/// <param name="CohortId">The cohort that was left.</param>
public sealed record CloseFile(long RecordVersion, Guid CohortId) : ICommand<CompletionFile>
{
    /// <inheritdoc/>
    public Decision Decide(CompletionFile state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Closed ? Decision.Nothing : Decision.Accept(new FileClosed(RecordVersion, CohortId));
    }

    /// <summary>The door for Enrollment's word; other withdrawals say nothing here, for the cohort ends no training of who left.</summary>
    public sealed class Door(Shell shell) : IConsumer<LearnerWithdrew>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<LearnerWithdrew> context)
        {
            var m = context.Message;
            if (m.Duplicate)
                (await shell.Handle(m.RecordId, new CloseFile(m.RecordVersion, m.CohortId), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>A learner gives up the seat, the offer or the place in the queue; a freed seat is offered on (R6, R13).</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the withdrawal.</param>
/// <param name="Hindered">Waiting records that cannot take a seat now, and why (R10).</param>
public sealed record Withdraw(Guid RecordId, long RecordVersion, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        var entry = state.Entries.GetValueOrDefault(RecordId);
        if (entry?.RecordVersion >= RecordVersion)
            return Decision.Nothing;
        return state.AndOffer(now, Hindered, new RequestWithdrawn(RecordId, RecordVersion, entry?.Standing ?? Standing.None));
    }

    /// <summary>The door for Enrollment's withdrawals.</summary>
    public sealed class Door(Shell shell, TimeClashes clashes) : IConsumer<LearnerWithdrew>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<LearnerWithdrew> context)
        {
            var m = context.Message;
            var hindered = await clashes.Of(m.CohortId, context.CancellationToken);
            var outcome = await shell.HandleExclusively(
                m.CohortId, new Withdraw(m.RecordId, m.RecordVersion, hindered), Origin.Of(context));
            outcome.ThrowIfRefused();
        }
    }
}

using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The cohort was full; the record waits there.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
/// <param name="Place">R3: the place in the order.</param>
public sealed record PlaceOnWaitlist(Guid CohortId, long RequestVersion, long Place) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => RequestTransfer.Answered(state, CohortId, RequestVersion, record =>
        record.Status == RecordStatus.AwaitingSeat && record.Awaits(CohortId, RequestVersion) ? [new PlacedOnWaitlist(CohortId, Place)] : []);

    /// <summary>The door for Scheduling's answer.</summary>
    public sealed class Door(Shell shell) : IConsumer<RequestWaitlisted>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<RequestWaitlisted> context)
        {
            var m = context.Message;
            var command = new PlaceOnWaitlist(m.CohortId, m.RecordVersion, m.CohortVersion);
            (await shell.Handle(m.RecordId, command, Origin.Of(context))).ThrowIfRefused();
        }
    }
}

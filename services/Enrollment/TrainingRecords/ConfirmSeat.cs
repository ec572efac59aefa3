using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The cohort assigned the seat: the one that was asked for first, or that of a transfer (R18).</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
/// <param name="CohortVersion">The cohort's version at which it was given.</param>
public sealed record ConfirmSeat(Guid CohortId, long RequestVersion, long? CohortVersion = null) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => RequestTransfer.Answered(state, CohortId, RequestVersion, record =>
        record.Awaits(CohortId, RequestVersion) && !record.Seat!.Confirmed ? [Confirmed(record)] : []);

    private SeatConfirmed Confirmed(TrainingRecord state) => new(CohortId, state.Application!)
    {
        EarlierSessionIds = state.Attended.IsEmpty ? null : [.. state.Attended.Keys.Order()],
        CohortVersion = CohortVersion,
    };

    /// <summary>The door for Scheduling's answer.</summary>
    public sealed class Door(Shell shell) : IConsumer<SeatAssigned>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatAssigned> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new ConfirmSeat(m.CohortId, m.RecordVersion, m.CohortVersion), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

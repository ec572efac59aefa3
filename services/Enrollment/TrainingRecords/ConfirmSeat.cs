using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The cohort assigned the seat.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
public sealed record ConfirmSeat(Guid CohortId, long RequestVersion) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        state.Awaits(CohortId, RequestVersion) && !state.Seat!.Confirmed
            ? Decision.Accept(new SeatConfirmed(CohortId, state.Application!))
            : Decision.Nothing;

    /// <summary>The door for Scheduling's answer.</summary>
    public sealed class Door(Shell shell) : IConsumer<SeatAssigned>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatAssigned> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new ConfirmSeat(m.CohortId, m.RecordVersion), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>A freed seat is offered to the waiting learner.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
/// <param name="Deadline">The offer ends at this instant.</param>
public sealed record OfferSeat(Guid CohortId, long RequestVersion, DateTimeOffset Deadline) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        state.Status is RecordStatus.AwaitingSeat or RecordStatus.Waitlisted && state.Awaits(CohortId, RequestVersion)
            ? Decision.Accept(new SeatOffered(CohortId, Deadline))
            : Decision.Nothing;

    /// <summary>The door for Scheduling's offer.</summary>
    public sealed class Door(Shell shell) : IConsumer<Contracts.Scheduling.V1.SeatOffered>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Scheduling.V1.SeatOffered> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new OfferSeat(m.CohortId, m.RecordVersion, m.Deadline), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

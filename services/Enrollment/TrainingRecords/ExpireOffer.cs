using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The offer ended unanswered (policy: the record is withdrawn).</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
public sealed record ExpireOffer(Guid CohortId, long RequestVersion) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => RequestTransfer.Answered(state, CohortId, RequestVersion, record =>
        record.Awaits(CohortId, RequestVersion) && !record.Seat!.Confirmed ? [new OfferExpired(CohortId)] : []);

    /// <summary>The door for Scheduling's word.</summary>
    public sealed class Door(Shell shell) : IConsumer<Contracts.Scheduling.V1.OfferExpired>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Scheduling.V1.OfferExpired> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new ExpireOffer(m.CohortId, m.RecordVersion), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

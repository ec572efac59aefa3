using MassTransit;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The cohort did not take the request; the record may ask another. A transfer that is refused changes nothing else (R18).</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record RefuseSeat(Guid CohortId, long RequestVersion, string Reason) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        state.Transfer is { } transfer && transfer.CohortId == CohortId && transfer.RequestVersion == RequestVersion
            ? Decision.Accept(new TransferRefused(CohortId, Reason))
            : state.Awaits(CohortId, RequestVersion) && !state.Seat!.Confirmed
            ? Decision.Accept(new SeatRefused(CohortId, Reason))
            : Decision.Nothing;

    /// <summary>The door for Scheduling's answer. Who lost a place in a cancelled cohort asks the next at once (R28).</summary>
    public sealed class Door(Shell shell, OpenCohorts cohorts) : IConsumer<Contracts.Scheduling.V1.SeatRefused>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Scheduling.V1.SeatRefused> context)
        {
            var (m, origin) = (context.Message, Origin.Of(context));
            var outcome = await shell.Handle(m.RecordId, new RefuseSeat(m.CohortId, m.RecordVersion, m.Reason), origin);
            outcome.ThrowIfRefused();
            if (outcome.State is not { Status: RecordStatus.Approved, Priority: not null, Application: { } a })
                return;
            var choice = await cohorts.Choose(a.Programme, a.Territory, context.CancellationToken, except: m.CohortId);
            (await shell.Handle(m.RecordId, new RequestSeat(choice), origin)).ThrowIfRefused();
        }
    }
}

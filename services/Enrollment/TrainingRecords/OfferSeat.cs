using Marten;
using MassTransit;
using Tremplin.Defaults;
using Tremplin.Enrollment.Organisations;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>A freed seat is offered to the waiting learner, if the learner is still eligible: that is decided again (R17).</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="RequestVersion">The version of the request that is answered.</param>
/// <param name="Deadline">The offer ends at this instant.</param>
/// <param name="LegalForm">The organisation's legal form now.</param>
public sealed record OfferSeat(Guid CohortId, long RequestVersion, DateTimeOffset Deadline, string LegalForm) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => RequestTransfer.Answered(state, CohortId, RequestVersion, record =>
    {
        if (record.Status is not (RecordStatus.AwaitingSeat or RecordStatus.Waitlisted) || !record.Awaits(CohortId, RequestVersion))
            return [];
        var a = record.Application!;
        var eligibility = Eligibility.Decide(new(a.OrganisationRef, LegalForm, a.Role, a.AppliedOn));
        return [eligibility, eligibility.Eligible ? new SeatOffered(CohortId, Deadline) : new SeatGivenUp(CohortId)];
    });

    /// <summary>The door for Scheduling's offer. Those who were ahead are told why they were passed over (R10).</summary>
    public sealed class Door(Shell shell, IDocumentStore store) : IConsumer<Contracts.Scheduling.V1.SeatOffered>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Scheduling.V1.SeatOffered> context)
        {
            var (m, origin) = (context.Message, Origin.Of(context));
            await using var session = store.QuerySession();
            var record = await session.LoadAsync<TrainingRecord>(m.RecordId, context.CancellationToken);
            var organisation = await session.LoadAsync<Organisation>(Organisation.IdFor(record?.Application?.OrganisationRef ?? ""), context.CancellationToken);
            await Task.WhenAll([
                shell.Handle(m.RecordId, new OfferSeat(m.CohortId, m.RecordVersion, m.Deadline, organisation?.Details?.LegalForm ?? ""), origin),
                .. m.PassedOver.Select(p => shell.Handle(p.RecordId, new NotePass(m.CohortId, m.CohortVersion, p.Why), origin)),
            ]);
        }
    }
}

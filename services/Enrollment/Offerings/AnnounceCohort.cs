using Marten;
using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Offerings;

/// <summary>Takes note of an open cohort.</summary>
public sealed record AnnounceCohort(CohortFacts Cohort) : ICommand<Offering>
{
    /// <inheritdoc/>
    public Decision Decide(Offering state, DateTimeOffset now) =>
        state.Cohort is null ? Decision.Accept(new CohortAnnounced(Cohort)) : Decision.Nothing;

    /// <summary>The door for Scheduling's announcement. Whoever applied before there was a cohort now asks for a seat.</summary>
    public sealed class Door(Shell shell, OpenCohorts cohorts, IDocumentStore store) : IConsumer<CohortOpened>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CohortOpened> context)
        {
            var m = context.Message;
            var facts = new CohortFacts(m.Programme, m.ProgrammeVersion, m.Territories, m.Capacity, m.StartsAt)
            {
                AgreementRequired = m.AgreementRequired,
                Title = m.Title,
                BpfObjective = m.BpfObjective,
            };
            await shell.Handle(m.CohortId, new AnnounceCohort(facts), Origin.Of(context));
            await using var session = store.QuerySession();
            var without = await session.Query<TrainingRecord>()
                .Where(r => r.Application!.Programme == m.Programme && r.Status == RecordStatus.Approved)
                .ToListAsync(context.CancellationToken);
            // R28: who lost a seat elsewhere comes first, then who applied first.
            foreach (var record in without.OrderBy(r => r.Priority is null).ThenBy(r => r.Priority?.Rank).ThenBy(r => r.Application!.AppliedOn))
            {
                var choice = await cohorts.Choose(m.Programme, record.Application!.Territory, context.CancellationToken);
                await shell.Handle(record.Id, new RequestSeat(choice), Origin.Of(context));
            }
        }
    }
}

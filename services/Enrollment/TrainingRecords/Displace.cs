using Marten;
using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>
/// R28: the cohort was cancelled. The record asks another in the same breath, ahead of who comes later, or waits for the next that
/// opens; hours done are kept.
/// </summary>
/// <param name="CohortId">The cancelled cohort.</param>
/// <param name="RequestVersion">The version of the request that was granted or waited there.</param>
/// <param name="Rank">The place among those who lost theirs.</param>
/// <param name="Choice">The cohort to ask now, if one is open.</param>
public sealed record Displace(Guid CohortId, long RequestVersion, long Rank, CohortChoice Choice) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        // R18: the cohort that a transfer would lead to. The word of its seat may come later, and then finds nobody.
        if (state.Transfer is { } transfer && transfer.CohortId == CohortId && transfer.RequestVersion == RequestVersion)
            return Decision.Accept(new TransferAbandoned(CohortId));
        // Decided before; or whoever left has told the cohort so.
        if (!state.Awaits(CohortId, RequestVersion))
            return Decision.Nothing;
        // A seat elsewhere is asked for already: that request is the one that counts now.
        if (state.Transfer is { } open)
            return Decision.Accept(new Displaced(CohortId, Disposition.Moved, open.CohortId, Rank));
        return Choice.CohortId is { } next
            ? Decision.Accept(
                new Displaced(CohortId, Disposition.Moved, next, Rank),
                Choice.Request(state.Application!, new(PriorityClass.Displaced, CohortId.ToString(), Rank)))
            : Decision.Accept(new Displaced(CohortId, Disposition.Waits, null, Rank));
    }

    /// <summary>The door for Scheduling's word.</summary>
    public sealed class Door(Shell shell, OpenCohorts cohorts, IDocumentStore store) : IConsumer<SeatLost>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatLost> context)
        {
            var m = context.Message;
            await using var session = store.QuerySession();
            var a = (await session.LoadAsync<TrainingRecord>(m.RecordId, context.CancellationToken))?.Application;
            var choice = await cohorts.Choose(a?.Programme ?? "", a?.Territory ?? "", context.CancellationToken, except: m.CohortId);
            (await shell.Handle(m.RecordId, new Displace(m.CohortId, m.RecordVersion, m.Rank, choice), Origin.Of(context))).ThrowIfRefused();
        }
    }
}

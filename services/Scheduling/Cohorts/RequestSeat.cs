using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>A training record asks for a seat (R2): a free seat is assigned at once, otherwise the request waits.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after its request.</param>
/// <param name="LearnerId">The learner.</param>
public sealed record RequestSeat(Guid RecordId, long RecordVersion, Guid LearnerId) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        // An answer was given before, or the withdrawal overtook the request.
        if (state.Entries.TryGetValue(RecordId, out var entry) && entry.RecordVersion >= RecordVersion)
            return Decision.Nothing;
        // A record asks again only after it left: this request overtook the message that says so.
        if (entry?.Standing is Standing.Seated or Standing.Offered or Standing.Waiting)
        {
            var left = new RequestWithdrawn(RecordId, RecordVersion, entry.Standing);
            return Decision.Accept(left, Answer(state.Evolve(left), now));
        }

        return Decision.Accept(Answer(state, now));
    }

    private CohortEvent Answer(Cohort state, DateTimeOffset now)
    {
        if (state.Status != CohortStatus.Open)
            return new SeatRequestRefused(RecordId, RecordVersion, LearnerId, "The cohort is not open.");
        if (now >= state.StartsAt)
            return new SeatRequestRefused(RecordId, RecordVersion, LearnerId, "The cohort has started.");
        // R5: whoever waits comes before whoever comes now.
        return state.Occupied() < state.Capacity && !state.Waiting().Any()
            ? new SeatAssigned(RecordId, RecordVersion, LearnerId)
            : new RequestWaitlisted(RecordId, RecordVersion, LearnerId);
    }

    /// <summary>The door for Enrollment's requests.</summary>
    public sealed class Door(Shell shell) : IConsumer<SeatRequested>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatRequested> context)
        {
            var m = context.Message;
            var outcome = await shell.HandleExclusively(
                m.CohortId, new RequestSeat(m.RecordId, m.RecordVersion, m.LearnerId), Origin.Of(context));
            outcome.ThrowIfRefused();
        }
    }
}

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
    /// <summary>R4: the class in which it waits, if it has to.</summary>
    public Priority Priority { get; init; } = Priority.None;

    /// <summary>R22b: the reserved seats of which it takes one; null where it takes a free one.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>R18: takes a free seat or nothing, because it holds one elsewhere.</summary>
    public bool OnlyIfFree { get; init; }

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
        if (state.HasStarted || (state.TakesRequests() && now >= state.StartsAt))
            return Refused("The cohort has started.");
        if (!state.TakesRequests())
            return Refused("The cohort is not open.");
        if (ReservationId is { } reservation)
        {
            // The seat is held for the organisation: who waits has no claim on it.
            return state.Entries.GetValueOrDefault(reservation) is { Standing: Standing.Reserved, Seats: > 0 }
                ? new SeatAssigned(RecordId, RecordVersion, LearnerId) { ReservationId = reservation }
                : Refused("The reservation holds no seat any more, or not yet.");
        }

        // R5: whoever waits comes before whoever comes now.
        if (state.Occupied() < state.Capacity && !state.Waiting().Any())
            return new SeatAssigned(RecordId, RecordVersion, LearnerId);
        return OnlyIfFree
            ? Refused("The cohort is full.")
            : new RequestWaitlisted(RecordId, RecordVersion, LearnerId) { Priority = Priority.Class == PriorityClass.None ? null : Priority };
    }

    private SeatRequestRefused Refused(string reason) => new(RecordId, RecordVersion, LearnerId, reason);

    /// <summary>The door for Enrollment's requests.</summary>
    public sealed class Door(Shell shell) : IConsumer<SeatRequested>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatRequested> context)
        {
            var m = context.Message;
            var command = new RequestSeat(m.RecordId, m.RecordVersion, m.LearnerId)
            {
                Priority = m.Priority is { } p ? new((PriorityClass)p, m.PrioritySource ?? "", m.PriorityRank) : Priority.None,
                ReservationId = m.ReservationId,
                OnlyIfFree = m.OnlyIfFree,
            };
            (await shell.HandleExclusively(m.CohortId, command, Origin.Of(context))).ThrowIfRefused();
        }
    }
}

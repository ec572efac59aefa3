using Marten;
using MassTransit;
using Tremplin.Defaults;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>
/// R20: whoever was in none of the first half-days that were held does not come: the seat is given up. Only sealed half-days count,
/// never a cancelled one.
/// </summary>
/// <param name="RecordId">The training record.</param>
/// <param name="SessionIds">The half-days, all sealed, in which nothing shows that the learner was there; in order.</param>
public sealed record ReleaseAbsent(Guid RecordId, IReadOnlyList<Guid> SessionIds) : ICommand<Cohort>
{
    /// <summary>(policy, R20) How many half-days from the beginning.</summary>
    public const int HalfDays = 2;

    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) =>
        state.Status is not (CohortStatus.Closed or CohortStatus.Cancelled) && SessionIds.Count >= HalfDays
        && state.Entries.GetValueOrDefault(RecordId) is { Standing: Standing.Seated } seat
            ? Decision.Accept(new LearnerAbsent(RecordId, seat.RecordVersion, SessionIds))
            : Decision.Nothing;

    /// <summary>The door for what a sealed half-day says of one learner.</summary>
    public sealed class Door(Shell shell, IDocumentStore store) : IConsumer<Contracts.Scheduling.V1.AttendanceSealed>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Scheduling.V1.AttendanceSealed> context)
        {
            var m = context.Message;
            if (m.AttendedMinutes > 0)
                return;
            await using var session = store.QuerySession();
            var held = await session.Query<Session>().Where(s => s.CohortId == m.CohortId).ToListAsync(context.CancellationToken);
            if (Absent(held, m.RecordId) is { } absent)
                (await shell.HandleExclusively(m.CohortId, new ReleaseAbsent(m.RecordId, absent), Origin.Of(context))).ThrowIfRefused();
        }
    }

    /// <summary>The first half-days that were held, where all of them are sealed and the record was in none; otherwise null.</summary>
    public static IReadOnlyList<Guid>? Absent(IEnumerable<Session> sessions, Guid record)
    {
        var first = sessions.Where(s => s.Status != SessionStatus.Cancelled).OrderBy(s => s.StartsAt).Take(HalfDays).ToList();
        return first.Count == HalfDays && first.TrueForAll(s => s.Status == SessionStatus.Sealed && s.Roster.TryGetValue(record, out var mark) && mark is { SignedAt: null, ByTrainer: null })
            ? [.. first.Select(s => s.Id)]
            : null;
    }
}

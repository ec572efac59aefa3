using Marten;
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

    /// <summary>The first half-days that were held, where all of them are sealed and the record was in none; otherwise null.</summary>
    public static IReadOnlyList<Guid>? Absent(IEnumerable<Session> sessions, Guid record)
    {
        var first = sessions.Where(s => s.Status != SessionStatus.Cancelled).OrderBy(s => s.StartsAt).Take(HalfDays).ToList();
        return first.Count == HalfDays && first.TrueForAll(s => s.Status == SessionStatus.Sealed && s.Roster.TryGetValue(record, out var mark)
            && mark is { SignedAt: null, ByTrainer: null } && s.ConnectedMinutes(record) == 0)
            ? [.. first.Select(s => s.Id)]
            : null;
    }

    /// <summary>After a half-day was sealed: releases whoever was in none of the first. Sealing again does what a crash left undone.</summary>
    public static async Task After(Session sealedOne, Shell shell, Origin origin, IQuerySession store)
    {
        ArgumentNullException.ThrowIfNull(sealedOne);
        var sessions = await store.Query<Session>().Where(s => s.CohortId == sealedOne.CohortId).ToListAsync();
        foreach (var record in sealedOne.Roster.Keys.Order())
        {
            if (Absent(sessions, record) is { } absent)
                await shell.HandleExclusively(sealedOne.CohortId, new ReleaseAbsent(record, absent), origin);
        }
    }
}

using JasperFx.Events;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>R47: closes a record of somebody who has another one in the programme. Its seat or place is free, as after a withdrawal.</summary>
/// <param name="Of">The record that stays.</param>
public sealed record CloseAsDuplicate(Guid Of) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        return state.Ended() ? Decision.Nothing : Decision.Accept(new ClosedAsDuplicate(state.Seat?.CohortId, Of));
    }
}

/// <summary>
/// R47: the record that stays names the one that was closed, and what was attended there. Those hours stay there, and earn no
/// certificate here: they are of another group's half-days.
/// </summary>
/// <param name="RecordId">The record that was closed.</param>
/// <param name="AttendedMinutes">Minutes attended there until then.</param>
public sealed record NoteDuplicate(Guid RecordId, int AttendedMinutes) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => state switch
    {
        { Status: RecordStatus.Unknown } => Decision.Refuse(Problems.Unknown, "There is no such record."),
        _ when state.Duplicates.ContainsKey(RecordId) => Decision.Nothing,
        _ => Decision.Accept(new DuplicateNoted(RecordId, AttendedMinutes)),
    };
}

/// <summary>R47: a live record beside another of the same person and programme.</summary>
/// <param name="Id">The record.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Seat">Its seat, or what it has of one.</param>
/// <param name="SeatedAt">When its seat was confirmed, UTC; null where none is.</param>
/// <param name="AppliedAt">When the application arrived, UTC.</param>
public sealed record Rival(Guid Id, RecordStatus Status, Seat? Seat, DateTimeOffset? SeatedAt, DateTimeOffset AppliedAt)
{
    /// <summary>Whether it is in the way of another.</summary>
    public bool Live { get; init; } = true;

    // What comes nearest to a training.
    private int Rank => Status switch
    {
        RecordStatus.InProgress or RecordStatus.Confirmed => 0,
        RecordStatus.SeatOffered => 1,
        RecordStatus.Waitlisted => 2,
        RecordStatus.AwaitingSeat => 3,
        _ => 4,
    };

    /// <summary>As its events tell it.</summary>
    public static Rival Of(Guid id, IReadOnlyList<IEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var state = events.Aggregate(TrainingRecord.Initial, (s, e) => s.Evolve(e.Data));
        return new(id, state.Status, state.Seat, events.LastOrDefault(e => e.Data is SeatConfirmed)?.OccurredAt(), events[0].OccurredAt()) { Live = !state.Ended() };
    }

    /// <summary>
    /// Which of them stays. A seat comes before an offer, that before a place in a queue, that before a request without an answer, that
    /// before an application without a cohort. Of two seats in one cohort the one that the cohort gave first, of two places in one
    /// queue the one ahead. Cohorts have no order between them: there the earlier seat counts, or else the earlier application.
    /// </summary>
    public static Guid Stays(IEnumerable<Rival> live)
    {
        var nearest = live.GroupBy(r => r.Rank).MinBy(rank => rank.Key)!;
        return nearest.GroupBy(r => r.Seat?.CohortId ?? Guid.Empty)
            .OrderBy(cohort => cohort.Min(r => r.SeatedAt ?? r.AppliedAt)).ThenBy(cohort => cohort.Key).First()
            .OrderBy(r => r.Rank == 0 ? r.Seat!.GivenAt ?? long.MaxValue : 0)
            .ThenBy(r => r.Rank == 2 ? Waitlist.Order(r.Seat!) : default)
            .ThenBy(r => r.SeatedAt ?? r.AppliedAt).ThenBy(r => r.AppliedAt).ThenBy(r => r.Id).First().Id;
    }
}

using Tremplin.Defaults.Audit;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>What an auditor may hold against a cohort.</summary>
public sealed class CohortInvariants : Invariants<Cohort>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R1", "R3", "R5", "R6", "R7", "R11", "R12", "R28"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Cohort before, object @event, Cohort after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (after.Occupied() > after.Capacity && after.Occupied() > before.Occupied() && @event is not CapacityOverridden)
            yield return new("R1", $"{after.Occupied()} seats are held or offered; there are {after.Capacity}.");
        switch (@event)
        {
            case SeatAssigned { ReservationId: { } group } e when before.Entries.GetValueOrDefault(group) is not { Standing: Standing.Reserved, Seats: > 0 }:
                yield return new("R1", $"The record {e.RecordId} got a reserved seat of a group that held none.");
                break;
            case SeatAssigned { ReservationId: null } e when before.Waiting().Any():
                yield return new("R5", $"The record {e.RecordId} got a seat at once while {before.Waiting().Count()} waited.");
                break;
            case SeatOffered e when before.Entries.GetValueOrDefault(e.RecordId)?.Standing != Standing.Waiting:
                yield return new("R6", $"The seat was offered to the record {e.RecordId}, which did not wait.");
                break;
            case SeatOffered e when before.Waiting().TakeWhile(w => w.RecordId != e.RecordId).Select(w => w.RecordId).Except(e.PassedOver.Select(p => p.RecordId)).ToList() is { Count: > 0 } skipped:
                yield return new("R3", $"The seat was offered to the record {e.RecordId}; before it, and without a word, came {string.Join(", ", skipped)}.");
                break;
            case SeatsReserved e when before.Entries.GetValueOrDefault(e.ReservationId) is { } group && (group.Standing != Standing.Waiting || group.Seats != e.Seats):
                yield return new("R11", $"The group {e.ReservationId} waits for {group.Seats} seats and was given {e.Seats}.");
                break;
            case CapacityChanged e when e.To < before.Occupied():
                yield return new("R12", $"There are {e.To} seats for {before.Occupied()} that were taken.");
                break;
            case DispositionRecorded e when before.Entries.GetValueOrDefault(e.RecordId)?.Standing != Standing.Displaced:
                yield return new("R28", $"The record {e.RecordId} has a second disposition, or was not in the cohort.");
                break;
            case OfferAccepted e when before.Entries.GetValueOrDefault(e.RecordId)?.Standing != Standing.Offered:
                yield return new("R7", $"The record {e.RecordId} accepted an offer that it did not have.");
                break;
        }
    }
}

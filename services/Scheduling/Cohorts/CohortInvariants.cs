using Tremplin.Defaults.Audit;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>What an auditor may hold against a cohort.</summary>
public sealed class CohortInvariants : Invariants<Cohort>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R1", "R3", "R5", "R6", "R7"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Cohort before, object @event, Cohort after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (after.Occupied() > after.Capacity && after.Occupied() > before.Occupied())
            yield return new("R1", $"{after.Occupied()} seats are held or offered; there are {after.Capacity}.");
        switch (@event)
        {
            case SeatAssigned e when before.Waiting().Any():
                yield return new("R5", $"The record {e.RecordId} got a seat at once while {before.Waiting().Count()} waited.");
                break;
            case SeatOffered e when before.Entries.GetValueOrDefault(e.RecordId)?.Standing != Standing.Waiting:
                yield return new("R6", $"The seat was offered to the record {e.RecordId}, which did not wait.");
                break;
            case SeatOffered e when before.Waiting().TakeWhile(w => w.RecordId != e.RecordId).Select(w => w.RecordId).Except(e.PassedOver.Select(p => p.RecordId)).ToList() is { Count: > 0 } skipped:
                yield return new("R3", $"The seat was offered to the record {e.RecordId}; before it, and without a word, came {string.Join(", ", skipped)}.");
                break;
            case OfferAccepted e when before.Entries.GetValueOrDefault(e.RecordId)?.Standing != Standing.Offered:
                yield return new("R7", $"The record {e.RecordId} accepted an offer that it did not have.");
                break;
        }
    }
}

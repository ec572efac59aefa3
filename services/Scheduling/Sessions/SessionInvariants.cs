using Tremplin.Defaults.Audit;

namespace Tremplin.Scheduling.Sessions;

/// <summary>What an auditor may hold against an attendance sheet.</summary>
public sealed class SessionInvariants : Invariants<Session>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R29", "R31", "R32"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, Session before, object @event, Session after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Status is SessionStatus.SigningOpen or SessionStatus.Sealed && !before.Roster.Keys.ToHashSet().SetEquals(after.Roster.Keys))
            yield return new("R29", "The roster was changed after it was drawn up.");
        if (after.Status == SessionStatus.Sealed && after.CountersignedBy is null)
            yield return new("R31", "It was sealed without the trainer's countersignature.");
        if (before.Status == SessionStatus.Sealed && before.Roster.Any(line => after.Roster.GetValueOrDefault(line.Key) != line.Value))
            yield return new("R32", "A mark was changed after the session was sealed.");
    }
}

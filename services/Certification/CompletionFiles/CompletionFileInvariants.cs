using Tremplin.Defaults.Audit;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>What an auditor may hold against a completion file.</summary>
public sealed class CompletionFileInvariants : Invariants<CompletionFile>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R36", "R37", "R38"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, CompletionFile before, object @event, CompletionFile after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (@event is HalfDayRecorded half && half.AttendedMinutes > half.DeliveredMinutes)
            yield return new("R36", $"{half.AttendedMinutes} minutes of the half-day {half.SessionId} were attended; {half.DeliveredMinutes} were held.");
        if (@event is not CompletionDecided decided)
            yield break;
        if (before.Decided is not null)
            yield return new("R37", "Completion was decided twice.");
        if (before.WaitsFor().ToList() is { Count: > 0 } open)
            yield return new("R38", "Completion was decided without " + string.Join(", ", open) + ".");
        else if (Judgement.Of(before.Holder!, before.End()!, [.. before.End()!.SessionIds.Select(s => before.HalfDays[s])]) is var again && (again.Verdict, again.DeliveredMinutes, again.AttendedMinutes) != (decided.Verdict, decided.DeliveredMinutes, decided.AttendedMinutes))
            yield return new("R37", $"Decided again on the same facts it is {again.Verdict} with {again.AttendedMinutes} of {again.DeliveredMinutes} minutes; {decided.Verdict} with {decided.AttendedMinutes} of {decided.DeliveredMinutes} stands there.");
    }
}

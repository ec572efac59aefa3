using Tremplin.Defaults.Audit;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>What an auditor may hold against a completion file.</summary>
public sealed class CompletionFileInvariants : Invariants<CompletionFile>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Rules => ["R33", "R36", "R37", "R38"];

    /// <inheritdoc/>
    public override IEnumerable<Breach> Broken(Guid stream, CompletionFile before, object @event, CompletionFile after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (@event is HalfDayRecorded half && half.AttendedMinutes > half.DeliveredMinutes)
            yield return new("R36", $"{half.AttendedMinutes} minutes of the half-day {half.SessionId} were attended; {half.DeliveredMinutes} were held.");
        if (@event is CertificateOutdated or CertificateReviewRequired or CompletionReviewRequired && !Follows(before, @event))
            yield return new("R33", "What is said to follow from a correction does not follow from the half-days and the decision.");
        if (@event is ReviewDecided review && !Answers(before.Since, review.Outcome))
            yield return new("R33", $"The review was decided as {review.Outcome}, which answers nothing that was asked.");
        if (@event is not CompletionDecided decided)
            yield break;
        if (before.Decided is not null && before.Since is not ReviewDecided { Outcome: ReviewOutcome.Issue })
            yield return new("R37", "Completion was decided twice.");
        if (before.Closed)
            yield return new("R38", "Completion was decided of a record that had been closed as a duplicate.");
        if (before.WaitsFor().ToList() is { Count: > 0 } open)
            yield return new("R38", "Completion was decided without " + string.Join(", ", open) + ".");
        else if (Judgement.Of(before.Holder!, before.End()!, before.Judged()) is var again && (again.Verdict, again.DeliveredMinutes, again.AttendedMinutes) != (decided.Verdict, decided.DeliveredMinutes, decided.AttendedMinutes))
            yield return new("R37", $"Decided again on the same facts it is {again.Verdict} with {again.AttendedMinutes} of {again.DeliveredMinutes} minutes; {decided.Verdict} with {decided.AttendedMinutes} of {decided.DeliveredMinutes} stands there.");
    }

    private static bool Answers(object? asked, ReviewOutcome outcome) => (asked, outcome) is
        (CertificateReviewRequired, ReviewOutcome.Keep or ReviewOutcome.Revoke) or (CompletionReviewRequired, ReviewOutcome.Issue or ReviewOutcome.Refuse);

    private static bool Follows(CompletionFile before, object @event)
    {
        if (before.Decided is not { } decided || before.WaitsFor().Any())
            return false;
        var again = Judgement.Of(before.Holder!, before.End()!, before.Judged());
        return (decided.Verdict, again.Verdict, @event) switch
        {
            (Verdict.Met, Verdict.Met, CertificateOutdated e) => (e.DeliveredMinutes, e.AttendedMinutes) == (again.DeliveredMinutes, again.AttendedMinutes),
            (Verdict.Met, Verdict.NotMet, CertificateReviewRequired e) => (e.DeliveredMinutes, e.AttendedMinutes) == (again.DeliveredMinutes, again.AttendedMinutes),
            (Verdict.NotMet, Verdict.Met, CompletionReviewRequired e) => (e.DeliveredMinutes, e.AttendedMinutes) == (again.DeliveredMinutes, again.AttendedMinutes),
            _ => false,
        };
    }
}

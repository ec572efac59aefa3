using System.Globalization;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>The rule for completion: enough of what was delivered was attended, and the mark is reached where one is asked for.</summary>
public static class Judgement
{
    /// <summary>Judges a file from which nothing is missing, by the criteria of the pinned programme (R37).</summary>
    public static CompletionDecided Of(HolderNamed holder, TrainingEnded end, IReadOnlyCollection<HalfDayRecorded> halfDays)
    {
        ArgumentNullException.ThrowIfNull(holder);
        ArgumentNullException.ThrowIfNull(end);
        var programme = end.Programme;
        var (delivered, attended) = (halfDays.Sum(h => h.DeliveredMinutes), halfDays.Sum(h => h.AttendedMinutes));
        string[] reasons = [.. Attendance(delivered, attended, programme.MinAttendedShare), .. Mark(end.Mark, programme.MinAssessmentMark)];
        return new(
            end.CohortId, programme.Ref, programme.Version, programme.MinAttendedShare, programme.MinAssessmentMark,
            holder.RecordVersion, delivered, attended, end.Mark, reasons is [] ? Verdict.Met : Verdict.NotMet, reasons);
    }

    /// <summary>This event, and the decision where nothing is missing after it.</summary>
    internal static Decision AndJudge(this CompletionFile file, CompletionFileEvent @event)
    {
        var after = file.Evolve(@event);
        return after.Closed || after.WaitsFor().Any()
            ? Decision.Accept(@event)
            : Decision.Accept(@event, Of(after.Holder!, after.End()!, after.Judged()));
    }

    /// <summary>This correction of a half-day that was judged, and what follows from it after the decision (R33).</summary>
    internal static Decision JudgeAgain(this CompletionFile file, CompletionDecided decided, HalfDayRecorded correction)
    {
        var after = file.Evolve(correction);
        var now = Of(after.Holder!, after.End()!, after.Judged());
        CompletionFileEvent? follows = (decided.Verdict, now.Verdict) switch
        {
            (Verdict.Met, Verdict.NotMet) => new CertificateReviewRequired(now.DeliveredMinutes, now.AttendedMinutes, now.Reasons),
            (Verdict.NotMet, Verdict.Met) => new CompletionReviewRequired(now.DeliveredMinutes, now.AttendedMinutes),
            (Verdict.Met, _) when (now.DeliveredMinutes, now.AttendedMinutes) != (decided.DeliveredMinutes, decided.AttendedMinutes) =>
                new CertificateOutdated(now.DeliveredMinutes, now.AttendedMinutes),
            _ => null,
        };
        return follows is null ? Decision.Accept(correction) : Decision.Accept(correction, follows);
    }

    private static IEnumerable<string> Attendance(int delivered, int attended, decimal share)
    {
        // Multiplied, not divided: the comparison is exact.
        if (delivered == 0)
            yield return "No minute was delivered.";
        else if (attended < delivered * share)
        {
            var least = Math.Ceiling(delivered * share);
            var percent = Text($"{share * 100:0.##########} %");
            yield return Text($"{attended} of {delivered} delivered minutes are evidenced; at least {least:0} ({percent}) are asked for.");
        }
    }

    private static IEnumerable<string> Mark(decimal? mark, decimal? asked)
    {
        if (asked is { } least && mark is null)
            yield return Text($"No assessment mark is recorded; at least {least:0.##########} out of 20 is asked for.");
        else if (mark < asked)
            yield return Text($"The assessment mark is {mark:0.##########}; at least {asked:0.##########} out of 20 is asked for.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

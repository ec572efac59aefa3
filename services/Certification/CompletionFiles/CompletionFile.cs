using System.Collections.Immutable;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>
/// What is known about the completion of one training record; the stream has the record's id. The other services
/// announce its parts in any order: it is a to-do list, and whatever ticks the last item off brings the decision.
/// </summary>
public sealed record CompletionFile : IStreamState<CompletionFile>
{
    /// <summary>Who holds the seat and where, as last confirmed; null before the first confirmation.</summary>
    public HolderNamed? Holder { get; init; }

    /// <summary>The sealed half-days by session, each as last sealed; also those of a cohort that was left.</summary>
    public ImmutableDictionary<Guid, HalfDayRecorded> HalfDays { get; init; } = ImmutableDictionary<Guid, HalfDayRecorded>.Empty;

    /// <summary>The ends that were announced, by cohort.</summary>
    public ImmutableDictionary<Guid, TrainingEnded> Ends { get; init; } = ImmutableDictionary<Guid, TrainingEnded>.Empty;

    /// <summary>The decision; null while something is missing. It is taken once, and again only where a review leads to a certificate.</summary>
    public CompletionDecided? Decided { get; init; }

    /// <summary>R33: what the last correction since the decision led to, or what a person decided about that; null where the decision stands.</summary>
    public object? Since { get; init; }

    /// <summary>R38: the record was closed as a duplicate: nothing is decided any more.</summary>
    public bool Closed { get; init; }

    /// <inheritdoc/>
    public static CompletionFile Initial { get; } = new();

    /// <inheritdoc/>
    public static Guid? RecordOf(Guid stream, object @event) => stream;

    /// <summary>The end of the training in the cohort where the seat was last confirmed.</summary>
    public TrainingEnded? End() => Holder is null ? null : Ends.GetValueOrDefault(Holder.CohortId);

    /// <summary>The half-days to judge by, in order: those of the end, and those done in a cohort that was left before (R18, policy).</summary>
    public IEnumerable<Guid> Judging() => (Holder?.EarlierSessionIds ?? []).Union(End()?.SessionIds ?? []);

    /// <summary>What is known of the half-days to judge by.</summary>
    public IReadOnlyList<HalfDayRecorded> Judged() => [.. Judging().Select(s => HalfDays.GetValueOrDefault(s)).OfType<HalfDayRecorded>()];

    /// <summary>The to-do list, in words; empty when a decision can be taken.</summary>
    public IEnumerable<string> WaitsFor() =>
    [
        .. Holder is null ? ["the confirmation of a seat"] : Array.Empty<string>(),
        .. End() is null ? ["the end of the training"] : Array.Empty<string>(),
        .. Judging().Where(s => !HalfDays.ContainsKey(s)).Select(s => $"the attendance of half-day {s}"),
    ];

    /// <inheritdoc/>
    public CompletionFile Evolve(object @event) => @event switch
    {
        HolderNamed e => this with { Holder = e },
        // After the decision one comes only where a correction changes what was judged: what follows it is found anew.
        HalfDayRecorded e => this with { HalfDays = HalfDays.SetItem(e.SessionId, e), Since = null },
        TrainingEnded e => this with { Ends = Ends.SetItem(e.CohortId, e) },
        CompletionDecided e => this with { Decided = e },
        CertificateOutdated e => this with { Since = e },
        CertificateReviewRequired e => this with { Since = e },
        CompletionReviewRequired e => this with { Since = e },
        ReviewDecided e => this with { Since = e },
        FileClosed => this with { Closed = true },
        _ => this,
    };

    /// <summary>Opens the door: what is there, what is missing, what was decided and why.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/completion-files/{id}", async (Guid id, IQuerySession store) =>
        {
            if (await store.Events.FetchStreamAsync(id) is not [{ Data: CompletionFileEvent }, ..] events)
                return Problems.NotFound("completion file", id);
            var file = events.Aggregate(Initial, (s, e) => s.Evolve(e.Data));
            return Results.Ok(new
            {
                id,
                version = events.Count,
                learnerId = file.Holder?.LearnerId,
                organisation = file.Holder?.OrganisationRef,
                file.Holder?.Partner,
                file.Holder?.CohortId,
                waitsFor = file.WaitsFor(),
                halfDays = file.HalfDays.Values,
                end = file.End(),
                file.Decided,
                file.Since,
                file.Closed,
                history = events.Select(e => e.Shown()),
            });
        }).For(Role.Coordinator, Role.Auditor);
}

/// <summary>Whether the criteria are met.</summary>
public enum Verdict
{
    /// <summary>Every criterion is met: a certificate is due.</summary>
    Met,

    /// <summary>At least one criterion is not met.</summary>
    NotMet,
}

/// <summary>The programme as the cohort was opened with it: what was taught, and the criteria.</summary>
/// <param name="Ref">The programme's reference.</param>
/// <param name="Version">Its version.</param>
/// <param name="Title">Its title, French.</param>
/// <param name="Competences">DigComp competences.</param>
/// <param name="MinAttendedShare">Share of the delivered minutes that must be attended, 0 to 1.</param>
/// <param name="MinAssessmentMark">Mark out of 20 that must be reached, or null where nothing is assessed.</param>
/// <param name="ValidityMonths">Months that a certificate is valid, or null where it does not expire.</param>
public sealed record Programme(
    string Ref, int Version, string Title, IReadOnlyList<string> Competences,
    decimal MinAttendedShare, decimal? MinAssessmentMark, int? ValidityMonths);

/// <summary>Base of the events of a completion file.</summary>
public abstract record CompletionFileEvent
{
    private protected CompletionFileEvent() { }
}

/// <summary>A seat was confirmed: who holds it, and in which cohort. After a transfer a later version follows.</summary>
[StoredAs("completion-file.holder-named.v1")]
public sealed record HolderNamed(
    long RecordVersion, Guid CohortId, Guid LearnerId, Sealed Name, string OrganisationRef, string Partner) : CompletionFileEvent
{
    /// <summary>R18: the half-days done before, in a cohort that was left; null where there are none.</summary>
    public IReadOnlyList<Guid>? EarlierSessionIds { get; init; }
}

/// <summary>A half-day was sealed, or sealed anew after a correction.</summary>
[StoredAs("completion-file.half-day-recorded.v1")]
public sealed record HalfDayRecorded(
    Guid SessionId, long SessionVersion, Guid CohortId, int DeliveredMinutes, int AttendedMinutes) : CompletionFileEvent;

/// <summary>The training is over for the learner; these half-days are the ones to judge by.</summary>
[StoredAs("completion-file.training-ended.v1")]
public sealed record TrainingEnded(
    Guid CohortId, IReadOnlyList<Guid> SessionIds, decimal? Mark, DateOnly StartedOn, DateOnly EndedOn, Programme Programme)
    : CompletionFileEvent;

/// <summary>R37: the criteria, the facts and the result, so that anybody can decide it again.</summary>
/// <param name="CohortId">The cohort that was judged.</param>
/// <param name="ProgrammeRef">The programme whose criteria were applied.</param>
/// <param name="ProgrammeVersion">Its version, as the cohort was opened with it.</param>
/// <param name="MinAttendedShare">Criterion: share of the delivered minutes, 0 to 1.</param>
/// <param name="MinAssessmentMark">Criterion: mark out of 20, or null.</param>
/// <param name="RecordVersion">The version of the training record that was judged.</param>
/// <param name="DeliveredMinutes">Fact: minutes held.</param>
/// <param name="AttendedMinutes">Fact: minutes evidenced.</param>
/// <param name="Mark">Fact: mark out of 20, or null where none was recorded.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Reasons">Each criterion that is not met, in words; empty when all are.</param>
[StoredAs("completion-file.completion-decided.v1")]
public sealed record CompletionDecided(
    Guid CohortId, string ProgrammeRef, int ProgrammeVersion, decimal MinAttendedShare, decimal? MinAssessmentMark,
    long RecordVersion, int DeliveredMinutes, int AttendedMinutes, decimal? Mark,
    Verdict Verdict, IReadOnlyList<string> Reasons) : CompletionFileEvent;

/// <summary>R33: after the certificate the hours were corrected. The criteria are still met, but its document states other hours.</summary>
[StoredAs("completion-file.certificate-outdated.v1")]
public sealed record CertificateOutdated(int DeliveredMinutes, int AttendedMinutes) : CompletionFileEvent;

/// <summary>R33: after the certificate the hours were corrected, and the criteria fail now. A person decides; nothing is revoked.</summary>
[StoredAs("completion-file.certificate-review-required.v1")]
public sealed record CertificateReviewRequired(
    int DeliveredMinutes, int AttendedMinutes, IReadOnlyList<string> Reasons) : CompletionFileEvent;

/// <summary>After a refusal the hours were corrected, and the criteria are met now. A person decides.</summary>
[StoredAs("completion-file.completion-review-required.v1")]
public sealed record CompletionReviewRequired(int DeliveredMinutes, int AttendedMinutes) : CompletionFileEvent;

/// <summary>R33: a person decided what follows from the correction.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="LegalBasis">What it rests on, or null.</param>
[StoredAs("completion-file.review-decided.v1")]
public sealed record ReviewDecided(ReviewOutcome Outcome, string? LegalBasis) : CompletionFileEvent;

/// <summary>R38, R47: the record was closed as a duplicate of another: no certificate is issued for it.</summary>
[StoredAs("completion-file.closed.v1")]
public sealed record FileClosed(long RecordVersion, Guid CohortId) : CompletionFileEvent;

using System.Diagnostics.Metrics;
using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Reviews;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Applications;

/// <summary>An application as a partner sends it: one person, one programme, and a cohort if one is wanted.</summary>
/// <param name="ApplicationRef">The partner's own reference.</param>
/// <param name="OrganisationRef">The organisation that the person works or volunteers for.</param>
/// <param name="Person">The person.</param>
/// <param name="Role">employee, volunteer or director.</param>
/// <param name="Programme">The programme's reference.</param>
/// <param name="AppliedOn">The date on the application.</param>
/// <param name="CohortId">The cohort, where one is named; otherwise the rule chooses.</param>
/// <param name="Partner">The partner; a partner may leave it out and may not name another.</param>
public sealed record ApplicationForm(
    string ApplicationRef, string OrganisationRef, Person Person, string Role, string Programme, DateOnly AppliedOn,
    Guid? CohortId = null, string? Partner = null)
{
    /// <summary>R4: the local support scheme (DLA) that sent the person, by its code: letters, digits and hyphens; null where none did.</summary>
    public string? ReferredBy { get; init; }

    /// <summary>R22b: the reserved seats of which this is one; then the cohort is named too.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>What can be seen to be wrong without asking anybody, by column.</summary>
    public IEnumerable<(string Field, string Reason)> Faults()
    {
        if (string.IsNullOrWhiteSpace(ApplicationRef))
            yield return ("application_ref", "The reference is empty.");
        if (string.IsNullOrWhiteSpace(OrganisationRef))
            yield return ("organisation_ref", "The organisation is empty.");
        if (!Eligibility.Roles.Contains(Role, StringComparer.Ordinal))
            yield return ("role", $"'{Role}' is none of: {string.Join(", ", Eligibility.Roles)}.");
        if (string.IsNullOrWhiteSpace(Programme))
            yield return ("programme", "The programme is empty.");
        if (string.IsNullOrWhiteSpace(Partner))
            yield return ("partner", "The partner is empty.");
        if (ReferredBy is { } scheme && (scheme.Length is 0 or > 40 || !scheme.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            yield return ("referred_by", "A scheme is named by up to 40 letters, digits and hyphens.");
        if (ReservationId is not null && CohortId is null)
            yield return ("cohort_id", "Reserved seats are those of a cohort: name it.");
        foreach (var fault in Person.Faults())
            yield return fault;
    }
}

/// <summary>What became of an application: a record, a review, or the column at fault.</summary>
/// <param name="Outcome">The record's, where there is one.</param>
/// <param name="RecordId">The record.</param>
/// <param name="Column">The column at fault.</param>
/// <param name="Code">A stable word.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="ReviewId">The review in which it waits for a coordinator (R22).</param>
/// <param name="Newcomer">Nobody knew the person before.</param>
public sealed record Received(
    Outcome<TrainingRecord>? Outcome, Guid RecordId, string? Column = null, string? Code = null, string? Reason = null, Guid? ReviewId = null, bool Newcomer = false);

/// <summary>Receives applications, one by one or from a file: gathers the facts, finds out who applies, registers the learner, submits.</summary>
public sealed class Apply(
    Shell shell, Facts facts, LearnerKeys keys, Acquaintances acquaintances, OpenCohorts cohorts, Erasures erasures, Merges merges, IDocumentStore store, Clock clock)
{
    private static readonly Counter<long> Applications = Telemetry.Meter.CreateCounter<long>(
        "tremplin.applications", "{application}", "Applications that were received, by outcome.");

    /// <summary>Receives one application. In a preview nothing is stored.</summary>
    public async Task<Received> Receive(ApplicationForm form, Origin origin, bool preview, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        var received = await Answer(form, origin, preview, review: null, cancellation);
        if (!preview)
            Applications.Add(1, new KeyValuePair<string, object?>("outcome", received switch { { ReviewId: not null } => "in-review", { Outcome.Appended: > 0 } => "accepted", { Outcome: { Refusal: null } } => "known", _ => "refused" }));
        return received;
    }

    /// <summary>Receives an application that was held, now that it is decided who applies.</summary>
    public Task<Received> Receive(ApplicationForm form, Origin origin, Review review, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        return Answer(form, origin, preview: false, review, cancellation);
    }

    private async Task<Received> Answer(ApplicationForm form, Origin origin, bool preview, Review? review, CancellationToken cancellation)
    {
        if (form.Faults().FirstOrDefault() is { Field: not null } fault)
            return new(null, Guid.Empty, fault.Field, "invalid-" + fault.Field, fault.Reason);
        var (organisation, offering) = await facts.Of(form);
        if (organisation is null)
            return new(null, Guid.Empty, "organisation_ref", "unknown-organisation", $"There is no organisation '{form.OrganisationRef}'.");
        if (form.CohortId is null && !await cohorts.Knows(form.Programme, cancellation))
            return new(null, Guid.Empty, "programme", "unknown-programme", $"There is no programme '{form.Programme}'.");

        var choice = form.CohortId is { } cohort
            ? cohorts.Named(cohort, offering, form.Programme) with { ReservationId = form.ReservationId }
            : await cohorts.Choose(form.Programme, organisation.Territory(), cancellation);
        var met = review is null ? await acquaintances.Meet(form.Person, form.OrganisationRef, cancellation) : new(await Decided(review, cancellation), []) { As = review.LearnerId };
        if (met.Known is { } asked && await Restricted(asked, cancellation) is { } until)
            return new(null, Guid.Empty, "person", "learner-restricted", $"The learner asked to be erased; a legal hold lasts until {until}, and nothing new is taken.");
        // Nobody becomes a learner in a preview, nor is anybody looked at, by an application that is refused.
        var refused = For(Guid.Empty, new(""), cycle: 1).Decide(TrainingRecord.Initial, DateTimeOffset.MinValue) is Decision.Rejected;
        if (met.Candidates.Count > 0 && !refused)
            return await Hold(form, met, origin, preview, cancellation);
        if (preview || refused)
        {
            var known = met.Known ?? Guid.Empty;
            var (there, next) = await Cycle(known);
            var foreseen = there ?? TrainingRecord.IdFor(known, form.Programme, next);
            return new(await Foresee(foreseen, For(known, new(""), next), cancellation), foreseen, Newcomer: met.Known is null);
        }

        var (newcomer, identity) = (Guid.CreateVersion7(), Likeness.KeyOf(form.Person, review));
        var key = (met.Known is { } learner ? await keys.Find(learner) : null) ?? await keys.Register(identity, newcomer);
        // Of two that apply again at once both find the same cycle, and one of them opens it.
        var (repeated, cycle) = key.Learner == newcomer ? (null, 1) : await Cycle(key.Learner);
        var recordId = repeated ?? TrainingRecord.IdFor(key.Learner, form.Programme, cycle);
        var name = key.Seal($"{form.Person.FirstName.Trim()} {form.Person.LastName.Trim()}");
        // Side by side, so that they share a commit. Should only one of them hold, sending the application again adds the other.
        var registered = shell.Handle(key.Learner, new RegisterLearner(form.Person.Under(key)), origin);
        var submitted = shell.Handle(recordId, For(key.Learner, name, cycle), origin);
        var noted = acquaintances.Note(key.Learner == met.Known ? met.As!.Value : key.Learner, [.. Likeness.KnownBy(form.Person, review), .. Likeness.Marks(form.Person, form.OrganisationRef)]);
        await Task.WhenAll(registered, submitted, noted);
        // Somebody known may have been erased at the same moment; then the application comes after it, from a newcomer.
        if (key.Learner != newcomer && await erasures.Completed(key.Learner, origin, cancellation))
            return await Answer(form, origin, preview, review, cancellation);
        // Nor does it see a merge of the same moment.
        if (key.Learner != newcomer && (await submitted).Appended > 0)
            await merges.Settle(key.Learner, origin, cancellation);
        return new(await submitted, recordId, Newcomer: key.Learner == newcomer);

        async Task<(Guid?, int)> Cycle(Guid learner) => learner == Guid.Empty ? (null, 1) : Cycles.For(
            await Cycles.Of(learner, form.Programme, organisation.Zone, store, cancellation), form.Partner!, form.ApplicationRef, form.AppliedOn,
            Cycles.Day(clock.Now, organisation.Zone));

        Submit For(Guid learner, Sealed name, int cycle) => new(
            new(learner, name, form.Programme, cycle, form.Partner!, form.ApplicationRef, form.OrganisationRef,
                organisation.Territory(), form.Role, form.AppliedOn)
            { ReferredBy = form.ReferredBy },
            new(form.OrganisationRef, organisation.LegalForm, form.Role, form.AppliedOn),
            choice);
    }

    private async Task<string?> Restricted(Guid learner, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return (await session.LoadAsync<Standing>(learner, cancellation))?.Until;
    }

    // R46: whoever was recognised in a review may have been merged since.
    private async Task<Guid?> Decided(Review review, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return review.LearnerId is { } learner ? await session.Survivor(learner, cancellation) : null;
    }

    // R48: whoever may be somebody known is neither taken for them nor registered beside them before a person has looked.
    private async Task<Received> Hold(ApplicationForm form, Met met, Origin origin, bool preview, CancellationToken cancellation)
    {
        var id = Review.IdFor(form.Partner!, form.ApplicationRef, form.Programme);
        await using var session = store.QuerySession();
        var review = await session.LoadAsync<Review>(id, cancellation);
        if (review is null && !preview)
        {
            var key = await keys.Register($"review|{id}", Guid.CreateVersion7());
            var held = new HeldApplication(
                key.Learner, form.Person.Under(key), form.Partner!, form.ApplicationRef, form.OrganisationRef, form.Role, form.Programme, form.AppliedOn, form.CohortId)
            {
                ReferredBy = form.ReferredBy,
                ReservationId = form.ReservationId,
            };
            review = (await shell.Handle(id, new HoldApplication(held, met.Candidates), origin)).State;
        }

        return review switch
        {
            { RecordId: { } record } => await session.LoadAsync<TrainingRecord>(record, cancellation) is { } known
                ? new(new(known, known.Version, 0, null), record)
                : throw new InvalidOperationException($"There is no record {record}."),
            { Status: ReviewStatus.Settled } => new(null, Guid.Empty, "person", review.Code, review.Reason),
            _ => new(null, Guid.Empty, ReviewId: id, Code: "in-review", Reason: "It may be a learner who is known, or another person: a coordinator decides."),
        };
    }

    private async Task<Outcome<TrainingRecord>> Foresee(Guid recordId, Submit submit, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var record = await session.LoadAsync<TrainingRecord>(recordId, cancellation) ?? TrainingRecord.Initial;
        var decision = submit.Decide(record, DateTimeOffset.MinValue);
        var events = (decision as Decision.Accepted)?.Events ?? [];
        return new(events.Aggregate(record, (s, e) => s.Evolve(e)), record.Version, events.Count, decision as Decision.Rejected);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/applications", async (
            ApplicationForm form, Apply apply, Origin origin, ClaimsPrincipal caller, CancellationToken cancellation) =>
        {
            if (Foreign(caller, ref form) is { } refusal)
                return refusal;
            var received = await apply.Receive(form, origin, preview: false, cancellation);
            if (received.ReviewId is { } review)
                return Results.Accepted($"/applications/reviews/{review}", new { reviewId = review, state = "InReview", reason = received.Reason });
            if (received.Outcome is null)
                return Problems.Of(StatusCodes.Status422UnprocessableEntity, received.Code!, $"{received.Column}: {received.Reason}");
            return received.Outcome.Answer(o => o.Appended > 0
                ? Results.Created($"/records/{received.RecordId}", Transcript.Of(received.RecordId, o.State))
                : Results.Ok(Transcript.Of(received.RecordId, o.State)));
        }).For(Role.Partner, Role.Coordinator);

    private static IResult? Foreign(ClaimsPrincipal caller, ref ApplicationForm form)
    {
        if (!caller.IsInRole(Role.Partner))
            return null;
        form = form with { Partner = form.Partner ?? caller.FindFirstValue("organisation") };
        return caller.MaySee(form.Partner!) ? null : Problems.Of(403, "foreign-partner", "A partner applies in its own name only.");
    }
}

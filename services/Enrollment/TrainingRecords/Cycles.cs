using Marten;
using NodaTime;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>One time that a learner follows a programme.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Number">1 for the first time, 2 for the next.</param>
/// <param name="Partner">The partner that sent the application.</param>
/// <param name="Ref">The partner's reference.</param>
/// <param name="AppliedOn">The date on the application.</param>
/// <param name="EndedOn">The day on which it ended, where the organisation is; null while it lives.</param>
public sealed record Cycle(Guid RecordId, int Number, string Partner, string Ref, DateOnly AppliedOn, DateOnly? EndedOn);

/// <summary>R15: which cycle an application belongs to.</summary>
public static class Cycles
{
    /// <summary>
    /// The record of the cycle that the application belongs to, or null where the learner applies again, and the number of
    /// the cycle. The next is opened where the last has ended, the partner has not used the reference before, and the
    /// application is dated after the day of that end. Anything else is a repeat, such as the file of last year or a row of it
    /// that was typed again, and belongs to what it repeats. A date that has not come yet says nothing.
    /// </summary>
    /// <param name="cycles">The learner's cycles of this programme, the last one last.</param>
    /// <param name="partner">Who sends the application.</param>
    /// <param name="reference">Under which reference.</param>
    /// <param name="appliedOn">The date on it.</param>
    /// <param name="today">The day on which it arrives.</param>
    public static (Guid? RecordId, int Number) For(IReadOnlyList<Cycle> cycles, string partner, string reference, DateOnly appliedOn, DateOnly today) =>
        cycles.FirstOrDefault(c => c.Partner == partner && c.Ref == reference) is { } repeated ? (repeated.RecordId, repeated.Number)
        : cycles switch
        {
            [] => (null, 1),
            [.., { EndedOn: { } end } last] when appliedOn > end && appliedOn > last.AppliedOn && appliedOn <= today => (null, cycles.Max(c => c.Number) + 1),
            [.., var last] => (last.RecordId, last.Number),
        };

    /// <summary>The cycles of a learner in a programme, under every id that the learner has; one that lives is the last.</summary>
    public static async Task<IReadOnlyList<Cycle>> Of(Guid learner, string programme, string zone, IDocumentStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using var session = store.QuerySession();
        Guid[] everybody = [.. await session.Everybody(learner, cancellation)];
        var records = await session.Query<TrainingRecord>()
            .Where(r => r.Application!.LearnerId.IsOneOf(everybody) && r.Application!.Programme == programme).ToListAsync(cancellation);
        var cycles = new List<Cycle>();
        foreach (var (id, a, ended) in records.Select(r => (r.Id, r.Application!, r.Ended())))
            cycles.Add(new(id, a.Cycle, a.Partner, a.Ref, a.AppliedOn, ended ? Day(await End(id, session, cancellation), zone) : null));
        return [.. cycles.OrderBy(c => c.EndedOn ?? DateOnly.MaxValue).ThenBy(c => c.Number).ThenBy(c => c.RecordId)];
    }

    /// <summary>The day that it is at this instant, in this zone.</summary>
    public static DateOnly Day(DateTimeOffset instant, string zone) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[zone]).Date.ToDateOnly();

    /// <summary>When a record ended (UTC): at the last event after which it had, and before which it had not.</summary>
    public static async Task<DateTimeOffset> End(Guid id, IQuerySession session, CancellationToken cancellation)
    {
        var (state, end) = (TrainingRecord.Initial, default(DateTimeOffset));
        foreach (var e in await session.Events.FetchStreamAsync(id, token: cancellation))
        {
            var after = state.Evolve(e.Data);
            if (after.Ended() && !state.Ended())
                end = e.OccurredAt();
            state = after;
        }

        return end;
    }
}

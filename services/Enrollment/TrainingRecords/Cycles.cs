using Marten;
using NodaTime;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>One time that a learner follows a programme.</summary>
/// <param name="Number">1 for the first time, 2 for the next.</param>
/// <param name="Partner">The partner that sent the application.</param>
/// <param name="Ref">The partner's reference.</param>
/// <param name="AppliedOn">The date on the application.</param>
/// <param name="EndedOn">The day on which it ended, where the organisation is; null while it lives.</param>
public sealed record Cycle(int Number, string Partner, string Ref, DateOnly AppliedOn, DateOnly? EndedOn);

/// <summary>R15: which cycle an application belongs to.</summary>
public static class Cycles
{
    /// <summary>
    /// The cycle, and the next where the learner applies again: the last has ended, the partner has not used the reference
    /// before, and the application is dated after the day of that end. Anything else is a repeat, such as the file of last
    /// year or a row of it that was typed again, and belongs to what it repeats. A date that has not come yet says nothing.
    /// </summary>
    /// <param name="cycles">The learner's cycles of this programme, from the first.</param>
    /// <param name="partner">Who sends the application.</param>
    /// <param name="reference">Under which reference.</param>
    /// <param name="appliedOn">The date on it.</param>
    /// <param name="today">The day on which it arrives.</param>
    public static int For(IReadOnlyList<Cycle> cycles, string partner, string reference, DateOnly appliedOn, DateOnly today)
    {
        if (cycles.FirstOrDefault(c => c.Partner == partner && c.Ref == reference) is { } repeated)
            return repeated.Number;
        return cycles switch
        {
            [] => 1,
            [.., { EndedOn: { } end } last] when appliedOn > end && appliedOn > last.AppliedOn && appliedOn <= today => last.Number + 1,
            [.., var last] => last.Number,
        };
    }

    /// <summary>The cycles of a learner in a programme, from the first.</summary>
    public static async Task<IReadOnlyList<Cycle>> Of(Guid learner, string programme, string zone, IDocumentStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using var session = store.QuerySession();
        var records = await session.Query<TrainingRecord>()
            .Where(r => r.Application!.LearnerId == learner && r.Application!.Programme == programme).ToListAsync(cancellation);
        var cycles = new List<Cycle>();
        foreach (var (id, a, ended) in records.Select(r => (r.Id, r.Application!, r.Ended())).OrderBy(r => r.Item2.Cycle))
            cycles.Add(new(a.Cycle, a.Partner, a.Ref, a.AppliedOn, ended ? Day(await End(id, session, cancellation), zone) : null));
        return cycles;
    }

    /// <summary>The day that it is at this instant, in this zone.</summary>
    public static DateOnly Day(DateTimeOffset instant, string zone) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[zone]).Date.ToDateOnly();

    // The last event after which it had ended and before which it had not.
    private static async Task<DateTimeOffset> End(Guid id, IQuerySession session, CancellationToken cancellation)
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

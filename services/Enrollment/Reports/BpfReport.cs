using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Reports;

/// <summary>
/// Trainees and trainee-hours by year and objective, as frame F-3 of the French <i>bilan pédagogique et financier</i> (Cerfa 10443) asks.
/// A trainee is somebody who attended something of a training action in the year; who followed two actions is two.
/// </summary>
public static class BpfReport
{
    /// <summary>The objective of a programme for which none was said.</summary>
    public const string Other = "other";

    private static readonly Type[] Kinds = [typeof(SeatConfirmed), typeof(AttendanceRecorded), typeof(AttendanceCorrected), typeof(ClosedAsDuplicate), typeof(DuplicateNoted)];

    /// <summary>The objective of each cohort.</summary>
    /// <param name="offerings">The events of each offering.</param>
    public static async Task<IReadOnlyDictionary<Guid, string>> Objectives(IAsyncEnumerable<IReadOnlyList<Recorded>> offerings)
    {
        ArgumentNullException.ThrowIfNull(offerings);
        var objectives = new Dictionary<Guid, string>();
        await foreach (var events in offerings)
            objectives[events[0].StreamId] = events.Aggregate(Offering.Initial, (state, e) => state.Evolve(e.Data)).Cohort?.BpfObjective ?? Other;
        return objectives;
    }

    /// <summary>The rows, in the order of years and objectives.</summary>
    /// <param name="records">The events of each training record about its seat, its attendance and its duplicates.</param>
    /// <param name="objectives">The objective of each cohort.</param>
    public static async Task<IReadOnlyList<BpfRow>> Of(IAsyncEnumerable<IReadOnlyList<Recorded>> records, IReadOnlyDictionary<Guid, string> objectives)
    {
        ArgumentNullException.ThrowIfNull(records);
        var rows = new Dictionary<(int Year, string Objective), BpfRow>();
        // R47: of two records of one person in one programme only one makes a trainee. They are few.
        var (tied, into) = (new List<(Guid Record, (int Year, string Objective) Key)>(), new Dictionary<Guid, Guid>());
        await foreach (var events in records)
        {
            if (events.Select(e => e.Data).OfType<ClosedAsDuplicate>().FirstOrDefault() is { } closed)
                into[events[0].StreamId] = closed.DuplicateOf;
            var alone = !events.Any(e => e.Data is ClosedAsDuplicate or DuplicateNoted);
            foreach (var part in HalfDays(events).Values.Where(h => h.Minutes > 0)
                .GroupBy(h => (h.On.Year, h.Cohort is { } cohort ? objectives.GetValueOrDefault(cohort, Other) : Other)))
            {
                Add(part.Key, alone ? 1 : 0, part.Sum(h => h.Minutes));
                if (!alone)
                    tied.Add((events[0].StreamId, part.Key));
            }
        }

        foreach (var key in tied.Select(t => (Trainee: Stays(t.Record), t.Key)).Distinct().Select(t => t.Key))
            Add(key, 1, 0);
        return [.. rows.Values.OrderBy(r => r.Year).ThenBy(r => r.Objective, StringComparer.Ordinal)];

        Guid Stays(Guid record) => into.TryGetValue(record, out var other) ? Stays(other) : record;

        void Add((int Year, string Objective) key, int trainees, int minutes)
        {
            var row = rows.GetValueOrDefault(key) ?? new(key.Year, key.Objective);
            rows[key] = row with { Trainees = row.Trainees + trainees, TraineeMinutes = row.TraineeMinutes + minutes };
        }
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/reports/bpf", (HttpContext context, long? asOf, string? format, int? year) => Report.Answer<BpfRow>(
            context, year is null ? "bpf" : $"bpf.{year}", asOf, format, async (journal, position, cancellation) =>
            {
                var objectives = await Objectives(journal.Streams(position, [typeof(OfferingEvent)], cancellation: cancellation));
                var rows = await Of(journal.Streams(position, Kinds, cancellation: cancellation), objectives);
                return [.. rows.Where(r => year is null || r.Year == year)];
            }))
            .For(Role.Coordinator, Role.Operator, Role.Auditor);

    /// <summary>What counts of each half-day. What earlier versions did not store is taken from the seat and from the day on which it was recorded, UTC.</summary>
    private static Dictionary<Guid, HalfDay> HalfDays(IReadOnlyList<Recorded> events)
    {
        var (halfDays, seat) = (new Dictionary<Guid, HalfDay>(), (Guid?)null);
        foreach (var e in events)
        {
            if (e.Data is SeatConfirmed confirmed)
                seat = confirmed.CohortId;
            else if (e.Data is AttendanceRecorded r)
                Count(e, r.SessionId, r.CohortId, r.On, r.AttendedMinutes);
            else if (e.Data is AttendanceCorrected c)
                Count(e, c.SessionId, c.CohortId, c.On, c.AttendedMinutes);
        }

        return halfDays;

        void Count(Recorded e, Guid session, Guid? cohort, DateOnly? on, int minutes)
        {
            var known = halfDays.GetValueOrDefault(session);
            halfDays[session] = new(minutes, on ?? known?.On ?? DateOnly.FromDateTime(e.OccurredAt.UtcDateTime), cohort ?? known?.Cohort ?? seat);
        }
    }

    private sealed record HalfDay(int Minutes, DateOnly On, Guid? Cohort);
}

/// <summary>A line of the yearly report.</summary>
/// <param name="Year">The calendar year in which the half-days were, by the date where they were held.</param>
/// <param name="Objective">rncp, rs, cqp, other, skills-assessment or experience-validation.</param>
public sealed record BpfRow(int Year, string Objective)
{
    /// <summary>How many attended something.</summary>
    public int Trainees { get; init; }

    /// <summary>Minutes that all of them attended.</summary>
    public long TraineeMinutes { get; init; }

    /// <summary>The same in hours, to the hundredth.</summary>
    public decimal TraineeHours => Report.Hours(TraineeMinutes);
}

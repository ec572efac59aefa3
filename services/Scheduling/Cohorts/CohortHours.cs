using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>
/// R36: planned, delivered and attended are three numbers, by half-day and by record. Delivered and attended are known once a
/// half-day is sealed, and a correction counts in the place of what was sealed; a cancelled half-day was planned and delivers 0.
/// </summary>
/// <param name="HalfDays">Each half-day, in the order of their starts.</param>
/// <param name="Records">Each record that is on a roster, with all half-days on whose roster it is.</param>
public sealed record CohortHours(IReadOnlyList<CohortHours.HalfDay> HalfDays, IReadOnlyList<CohortHours.Line> Records)
{
    /// <summary>True minutes of all half-days, as they stand in the plan.</summary>
    public int PlannedMinutes => HalfDays.Sum(h => h.PlannedMinutes);

    /// <summary>True minutes that were held.</summary>
    public int DeliveredMinutes => HalfDays.Sum(h => h.DeliveredMinutes);

    /// <summary>Minutes attended, of all learners together (the French <c>heures-stagiaires</c>).</summary>
    public int AttendedMinutes => Records.Sum(r => r.AttendedMinutes);

    /// <summary>The three numbers of a cohort with these half-days.</summary>
    public static CohortHours Of(IEnumerable<Session> sessions)
    {
        HalfDay[] halfDays = [.. sessions.OrderBy(s => s.StartsAt).ThenBy(s => s.Number).Select(s => new HalfDay(
            s.Id, s.Number, s.Status, s.StartsAt, s.PlannedMinutes(), s.Status == SessionStatus.Sealed ? s.DeliveredMinutes() : 0,
            [.. s.Roster.Values.OrderBy(m => m.RecordId).Select(m => new Line(m.RecordId, s.PlannedMinutes(), m.Delivered, m.Counts?.Minutes ?? 0))]))];
        return new(halfDays, [.. halfDays.SelectMany(h => h.Records).GroupBy(r => r.RecordId).OrderBy(g => g.Key).Select(g =>
            new Line(g.Key, g.Sum(r => r.PlannedMinutes), g.Sum(r => r.DeliveredMinutes), g.Sum(r => r.AttendedMinutes)))]);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/cohorts/{id}/hours", async (Guid id, IQuerySession store) =>
        {
            if (await store.LoadAsync<Cohort>(id) is null)
                return Problems.NotFound("cohort", id);
            var hours = Of(await store.Query<Session>().Where(s => s.CohortId == id).ToListAsync());
            return Results.Ok(new
            {
                id,
                hours.PlannedMinutes,
                plannedHours = Hours(hours.PlannedMinutes),
                hours.DeliveredMinutes,
                deliveredHours = Hours(hours.DeliveredMinutes),
                hours.AttendedMinutes,
                attendedHours = Hours(hours.AttendedMinutes),
                hours.HalfDays,
                hours.Records,
            });
        }).For(Role.Coordinator, Role.Trainer, Role.Auditor);

    private static decimal Hours(int minutes) => Math.Round(minutes / 60m, 2);

    /// <summary>One half-day.</summary>
    /// <param name="SessionId">The half-day.</param>
    /// <param name="Number">Which of the cohort.</param>
    /// <param name="Status">Where it stands.</param>
    /// <param name="StartsAt">Its start, UTC.</param>
    /// <param name="PlannedMinutes">True minutes in the plan, also of one that was cancelled.</param>
    /// <param name="DeliveredMinutes">True minutes that were held; 0 until it is sealed.</param>
    /// <param name="Records">Each line of its roster.</param>
    public sealed record HalfDay(
        Guid SessionId, int Number, SessionStatus Status, DateTimeOffset StartsAt, int PlannedMinutes, int DeliveredMinutes, IReadOnlyList<Line> Records)
    {
        /// <summary>In hours, to the hundredth.</summary>
        public decimal PlannedHours => Hours(PlannedMinutes);

        /// <summary>In hours, to the hundredth.</summary>
        public decimal DeliveredHours => Hours(DeliveredMinutes);
    }

    /// <summary>One record, in a half-day or in all of them. Attended is never more than delivered.</summary>
    /// <param name="RecordId">The training record.</param>
    /// <param name="PlannedMinutes">Planned, of the half-days on whose roster it is.</param>
    /// <param name="DeliveredMinutes">Delivered, of these.</param>
    /// <param name="AttendedMinutes">What is evidenced of it, corrections included.</param>
    public sealed record Line(Guid RecordId, int PlannedMinutes, int DeliveredMinutes, int AttendedMinutes)
    {
        /// <summary>In hours, to the hundredth.</summary>
        public decimal PlannedHours => Hours(PlannedMinutes);

        /// <summary>In hours, to the hundredth.</summary>
        public decimal DeliveredHours => Hours(DeliveredMinutes);

        /// <summary>In hours, to the hundredth.</summary>
        public decimal AttendedHours => Hours(AttendedMinutes);
    }
}

using System.Security.Claims;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>R10: where a waiting learner stands, and why each time somebody behind was offered a seat.</summary>
public static class Waitlist
{
    /// <summary>From 1: one more than the learners who come before (R3, R4). Groups that wait for several seats are not counted.</summary>
    public static int Position(Seat seat, IEnumerable<Seat> queue) => 1 + queue.Count(other => Order(other).CompareTo(Order(seat)) < 0);

    internal static (int, long, long) Order(Seat seat) => ((int?)seat.Priority?.Class ?? int.MaxValue, seat.Priority?.Rank ?? 0, seat.Place ?? long.MaxValue);

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/records/{id}/waitlist", async (Guid id, ClaimsPrincipal caller, IQuerySession store) =>
        {
            if (await Transcript.Hidden(id, caller, store) is { } hidden)
                return hidden;
            var record = await store.LoadAsync<TrainingRecord>(id);
            if (record is not { Status: RecordStatus.Waitlisted, Seat: { } seat })
                return Problems.Of(409, "not-waiting", $"The record does not wait: {record!.Status}.");
            var queue = await store.Query<TrainingRecord>()
                .Where(r => r.Status == RecordStatus.Waitlisted && r.Seat!.CohortId == seat.CohortId).ToListAsync();
            return Results.Ok(new
            {
                id,
                seat.CohortId,
                position = Position(seat, queue.Select(r => r.Seat!)),
                seat.Place,
                seat.Priority,
                passes = record.Passes.Select(p => new { cohortVersion = p.Key, why = p.Value }),
            });
        }).For(Role.Partner, Role.Coordinator, Role.Auditor);
}

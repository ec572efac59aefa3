using Marten;
using Marten.Events;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>A half-day with the marks of its roster, by record: Scheduling knows no names.</summary>
public static class AttendanceSheet
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/sessions/{id}", async (Guid id, IQuerySession store) =>
        {
            // Where in the history it was sealed: a sheet on paper leads back to this event.
            var sealing = await store.Events.QueryAllRawEvents().Where(e => e.StreamId == id && e.EventTypesAre(typeof(SessionSealed))).FirstOrDefaultAsync();
            return await store.LoadAsync<Session>(id) is { } session
                ? Results.Ok(new
                {
                    session.Id,
                    session.Version,
                    session.Status,
                    session.CohortId,
                    session.Number,
                    session.Zone,
                    session.LocalStart,
                    session.LocalEnd,
                    session.StartsAt,
                    session.EndsAt,
                    session.Sequence,
                    session.EndedAt,
                    plannedMinutes = session.PlannedMinutes(),
                    deliveredMinutes = session.Status == SessionStatus.Sealed ? session.DeliveredMinutes() : 0,
                    session.Trainer,
                    session.Room,
                    session.SharesWith,
                    session.CountersignedBy,
                    session.CountersignedAt,
                    session.SealedAt,
                    sealing = sealing is null ? null : new { eventId = sealing.Id, sealing.Version, sealing.Sequence },
                    marks = session.Roster.Values.OrderBy(m => m.RecordId),
                })
                : Problems.NotFound("session", id);
        }).For(Role.Coordinator, Role.Trainer, Role.Auditor);
}

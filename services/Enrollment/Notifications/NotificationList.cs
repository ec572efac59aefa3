using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Defaults.Audit;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>What learners were told or are to be told, why, and what became of it. Shows no address and no name.</summary>
public static class NotificationList
{
    /// <summary>Opens the door: those of one record, or those in one state, such as <c>Failed</c> and <c>Uncertain</c> for who looks after them.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/notifications", async (
            Guid? recordId, NotificationStatus? state, Guid? after, ClaimsPrincipal caller, IQuerySession store, int take = 100) =>
        {
            if (recordId is null && (state is null || caller.IsInRole(Role.Partner)))
                return Problems.Of(StatusCodes.Status400BadRequest, "malformed", "A recordId is asked for; a partner names one of its own, others may name a state instead.");
            if (recordId is { } named && await Transcript.Hidden(named, caller, store) is { } hidden)
                return hidden;
            IQueryable<Notification> found = store.Query<Notification>();
            if (recordId is { } record)
                found = found.Where(n => n.RecordId == record);
            if (state is { } wanted)
                found = found.Where(n => n.Status == wanted);
            if (after is { } last)
                found = found.Where(n => n.Id.CompareTo(last) > 0);
            var page = await found.OrderBy(n => n.Id).Take(Math.Clamp(take, 1, 1000)).ToListAsync();
            return Results.Ok(page.Select(n => Shown(n.Id, n)));
        }).For(Role.Partner, Role.Coordinator, Role.Auditor, Role.Operator);

    /// <summary>The gauge.</summary>
    public static void Watch(WebApplication app) => app.Watch(
        "tremplin.notifications", "{notification}", "Notifications that wait, or that a person should look at.",
        """
        SELECT (SELECT count(*) FROM enrollment.mt_doc_notification WHERE data ->> 'status' = state)::float8, lower(state)
        FROM unnest(ARRAY['Queued', 'Retrying', 'Failed', 'Uncertain']) AS state
        """, "state");

    /// <summary>What a person asks of a notification, told in the history of the record that it is about.</summary>
    internal static async Task<IResult> Asked(Guid id, ICommand<Notification> command, Shell shell, Origin origin, IQuerySession store)
    {
        var about = await store.LoadAsync<Notification>(id);
        return (await shell.Handle(id, command, about is null ? origin : origin with { CorrelationId = about.RecordId })).Answer(o => Results.Ok(Shown(id, o.State)));
    }

    internal static object Shown(Guid id, Notification n) => new
    {
        id,
        n.RecordId,
        n.LearnerId,
        n.Kind,
        state = n.Status,
        why = n.Reason,
        n.CauseId,
        n.At,
        n.Facts,
        n.Attempts,
        n.Answer,
        n.NextLook,
    };
}

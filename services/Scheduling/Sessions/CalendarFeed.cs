using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Marten.Events;
using Marten.Linq.MatchesSql;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>
/// R26: the feeds to which calendar programs subscribe, one for each training record and each trainer. These programs send no
/// token, so the address is the secret: whoever has it reads when and where, and no name. Why: docs/adr/0034.
/// </summary>
public sealed class CalendarFeed(string secrets, IDocumentStore store)
{
    /// <summary>The index that finds the half-days of a trainer, of now and of before.</summary>
    public const string Index = "mt_events_trainer", Indexed = "((data ->> 'trainer')) WHERE (data ->> 'trainer') IS NOT NULL";

    private readonly Lazy<byte[]> _secret = new(() => Secrets.Bytes(Path.Combine(secrets, "calendar.key"), 32));

    /// <summary>Adds what the doors need. Keys stand in the query, and what logs queries is quiet: scopes of the log have the path alone.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var secrets = builder.Required("Secrets:Folder");
        builder.Services.AddSingleton(services => new CalendarFeed(secrets, services.GetRequiredService<IDocumentStore>()));
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/calendars/trainer", (Origin origin, HttpContext http, CalendarFeed feeds) =>
        {
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            var whose = $"trainers/{origin.Actor}";
            return Results.Ok(new { address = $"/scheduling/calendars/trainers/{Uri.EscapeDataString(origin.Actor)}.ics?key={feeds.Key(whose)}" });
        }).For(Role.Trainer);
        foreach (var half in (string[])["", "/{session:guid}"])
        {
            routes.MapMethods($"/calendars/records/{{id:guid}}{half}.ics", [HttpMethods.Get, HttpMethods.Head],
                (Guid id, string? key, Guid? session, HttpContext http, CalendarFeed feeds) =>
                    feeds.Answer($"records/{id}", key, http, session, store => OfRecord(id, store))).AllowAnonymous();
            routes.MapMethods($"/calendars/trainers/{{trainer}}{half}.ics", [HttpMethods.Get, HttpMethods.Head],
                (string trainer, string? key, Guid? session, HttpContext http, CalendarFeed feeds) =>
                    feeds.Answer($"trainers/{trainer}", key, http, session, store => OfTrainer(trainer, store))).AllowAnonymous();
        }
    }

    // Enrollment, which knows whose record it is, makes the addresses of records: in the same way, under the same secret.
    private string Key(string whose) => Base64Url.EncodeToString(HMACSHA256.HashData(_secret.Value, Encoding.UTF8.GetBytes(whose)));

    private async Task<IResult> Answer(
        string whose, string? key, HttpContext http, Guid? session, Func<IQuerySession, Task<IReadOnlyList<TimetableLine>>> read)
    {
        // A trace is no place for it either.
        Activity.Current?.SetTag("url.query", null);
        // Before anything is read: a guess costs as much where there is such a record as where there is none.
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Key(whose)), Encoding.UTF8.GetBytes(key ?? "")))
            return Nothing();
        await using var events = store.QuerySession();
        var lines = (await read(events)).Where(l => session is null || l.Session.Id == session).ToList();
        if (session is not null && lines is [])
            return Nothing();
        var cohorts = await events.LoadManyAsync<Cohort>([.. lines.Select(l => l.Session.CohortId).Distinct()]);
        var cancels = session is not null && lines[0].Off;
        var text = Encoding.UTF8.GetBytes(Timetable.Text(lines, cohorts.ToDictionary(c => c.Id), cancels));
        http.Response.Headers[HeaderNames.CacheControl] = "private, no-cache";
        return Results.Bytes(text, $"text/calendar; charset=utf-8; method={(cancels ? "CANCEL" : "PUBLISH")}",
            lastModified: lines is [] ? null : lines.Max(l => l.ChangedAt),
            entityTag: new($"\"{Convert.ToHexStringLower(SHA256.HashData(text)[..16])}\""));
    }

    private static IResult Nothing() => Problems.Of(StatusCodes.Status404NotFound, Problems.Unknown, "There is nothing at this address.");

    private static async Task<IReadOnlyList<TimetableLine>> OfRecord(Guid record, IQuerySession store)
    {
        var about = record.ToString();
        Type[] types = [.. Timetable.OfSeats];
        var seats = await store.Events.QueryAllRawEvents().Where(e => e.CorrelationId == about && e.EventTypesAre(types)).ToListAsync();
        Guid[] cohorts = [.. seats.Select(e => e.StreamId).Distinct()];
        var sessions = await store.Query<Session>().Where(s => s.CohortId.IsOneOf(cohorts)).Select(s => s.Id).ToListAsync();
        return Timetable.OfRecord(seats.Select(e => e.Recorded()), await Plans([.. sessions], store));
    }

    private static async Task<IReadOnlyList<TimetableLine>> OfTrainer(string trainer, IQuerySession store)
    {
        var theirs = await store.Events.QueryAllRawEvents()
            .Where(e => e.EventTypesAre(typeof(SessionPlanned), typeof(SessionRescheduled)) && e.MatchesSql("d.data ->> 'trainer' = ?", trainer))
            .Select(e => e.StreamId).ToListAsync();
        return Timetable.OfTrainer(trainer, await Plans([.. theirs.Distinct()], store));
    }

    private static async Task<IEnumerable<Recorded>> Plans(Guid[] sessions, IQuerySession store)
    {
        Type[] types = [.. Timetable.OfPlans];
        var plans = await store.Events.QueryAllRawEvents().Where(e => e.StreamId.IsOneOf(sessions) && e.EventTypesAre(types)).ToListAsync();
        return plans.Select(e => e.Recorded());
    }
}

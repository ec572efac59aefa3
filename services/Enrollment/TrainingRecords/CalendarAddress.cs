using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>
/// R26: the address at which Scheduling has the calendar of a record. It is open to whoever has it, so it is given to those
/// alone who may see the record. Made as Scheduling makes it, under the secret that both have: docs/adr/0034.
/// </summary>
public static class CalendarAddress
{
    /// <summary>The address, at the platform's own.</summary>
    public static string Of(Guid record, ReadOnlySpan<byte> secret)
    {
        var whose = $"records/{record}";
        return $"/scheduling/calendars/{whose}.ics?key={Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(whose)))}";
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/records/{id}/calendar", async (
            Guid id, ClaimsPrincipal caller, HttpContext http, IQuerySession store, IConfiguration configuration) =>
        {
            if (await Transcript.Hidden(id, caller, store) is { } hidden)
                return hidden;
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            return Results.Ok(new { address = Of(id, Secrets.Bytes(Path.Combine(configuration["Secrets:Folder"]!, "calendar.key"), 32)) });
        }).For(Role.Coordinator, Role.Partner);
}

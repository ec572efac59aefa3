using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Certification.Credentials;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// R42: the status lists, signed, for anybody. A list is signed anew when a bit changes, and each hour; so every replica gives the
/// same bytes, and a reader who has them already is told so.
/// </summary>
public sealed class StatusLists(IDocumentStore store, IssuerKeys issuer, PublicAddress address, Clock clock)
{
    /// <summary>How long a reader may keep one without asking again.</summary>
    private const string Kept = "public, max-age=60";

    private static readonly TimeSpan Valid = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<(int, StatusPurpose), (string Content, byte[] Bytes)> _signed = [];

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/status-lists/{list}/{purpose}", [HttpMethods.Get, HttpMethods.Head], async (string list, string purpose, StatusLists lists, HttpContext http) =>
        {
            StatusPurpose? known = purpose switch { "revocation" => StatusPurpose.Revocation, "suspension" => StatusPurpose.Suspension, _ => null };
            if (!int.TryParse(list, CultureInfo.InvariantCulture, out var number) || known is null || await lists.Of(number, known.Value) is not { } bytes)
                return Problems.Of(StatusCodes.Status404NotFound, Problems.Unknown, "There is no such status list.");

            http.Response.Headers[HeaderNames.CacheControl] = Kept;
            return Results.Bytes(bytes, "application/vc", entityTag: new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\""));
        }).AllowAnonymous();

    private async Task<byte[]?> Of(int list, StatusPurpose purpose)
    {
        var counted = purpose == StatusPurpose.Revocation ? Standing.Revoked : Standing.Suspended;
        await using var session = store.QuerySession();
        var set = await session.Query<CohortCertificate>().Where(c => c.StatusList == list && c.Standing == counted).Select(c => c.StatusIndex!.Value).ToListAsync();
        if (set.Count == 0 && !await session.Query<CohortCertificate>().AnyAsync(c => c.StatusList == list))
            return null;
        var hour = new DateTimeOffset(clock.Now.Ticks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        var content = $"{hour:O} {issuer.Current.Id} {string.Join(',', set.Order())}";
        if (_signed.TryGetValue((list, purpose), out var before) && before.Content == content)
            return before.Bytes;
        var bytes = Encoding.UTF8.GetBytes(DataIntegrity.Sign(StatusList.Credential(address.Uri, list, purpose, set, hour, hour + Valid), issuer, hour).ToJsonString());
        _signed[(list, purpose)] = (content, bytes);
        return bytes;
    }
}

using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// The link that shows a certificate with its holder's name and documents. It is open to whoever has it: the holder hands it on,
/// and the QR code of the PDF holds it. The token cannot be guessed, and says nothing without the platform's secret.
/// </summary>
public sealed class HolderLinks(string secretsFolder)
{
    private readonly Lazy<byte[]> _secret = new(() => Secrets.Bytes(Path.Combine(secretsFolder, "certificate-links.key"), 32));

    /// <summary>The token of a certificate.</summary>
    public string Token(Guid id) => Base64Url.EncodeToString(HMACSHA256.HashData(_secret.Value, id.ToByteArray(bigEndian: true)));

    /// <summary>Whether this token opens this certificate; in the same time whatever it is.</summary>
    public bool Opens(Guid id, string? token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Token(id)), Encoding.UTF8.GetBytes(token ?? ""));

    /// <summary>The link.</summary>
    public Uri Of(Guid id, Uri address) => new(address, $"certificates/{id}?holder={Token(id)}");

    /// <summary>Opens the door: for those who hand it to the holder.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/certificates/{id}/link", async (Guid id, ClaimsPrincipal caller, HttpContext http, HolderLinks links, IQuerySession store) =>
        {
            var certificate = (await store.Events.FetchStreamAsync(id)).Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
            if (certificate.Claims is not { Documents.Address: { } address } claims || !caller.MaySee(claims.Partner))
                return Problems.NotFound("certificate", id);
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            return Results.Ok(new { address = links.Of(id, address) });
        }).For(Role.Coordinator, Role.Partner);
}

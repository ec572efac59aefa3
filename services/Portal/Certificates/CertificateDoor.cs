using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Tremplin.Portal.Certificates;

/// <summary>Anybody may check a certificate by its number: people read a page, programs JSON, at one address.</summary>
public static class CertificateDoor
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/certificates/{id}", [HttpMethods.Get, HttpMethods.Head], async (
            string id, string? holder, HttpContext context, CertificationDoor certification) =>
        {
            context.Response.Headers.Vary = "Accept";
            using var answer = await certification.Ask(CertificationDoor.Path(id, holder: holder), known: null, context.RequestAborted);
            if (!WantsHtml(context.Request))
            {
                await PublicDocuments.HandOn(context, answer);
                return Results.Empty;
            }

            if (answer.StatusCode is HttpStatusCode.NotFound)
                return Results.NotFound();
            var certificate = Certificate.Read(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(context.RequestAborted));
            return new RazorComponentResult<CertificateDocument>(new { Certificate = certificate, Token = holder });
        }).AllowAnonymous().RequireRateLimiting(Limits.Everybody).WithMetadata(new RunsScript());

    /// <summary>Whether whoever asks wants a page.</summary>
    public static bool WantsHtml(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WantsHtml(
            request.Query["format"],
            request.GetTypedHeaders().Accept.Where(a => a.Quality != 0).OrderByDescending(a => a.Quality ?? 1).Select(a => a.MediaType.ToString()));
    }

    /// <summary>Whether a page is wanted rather than JSON: by <c>?format=</c>, else by what is accepted first, else JSON.</summary>
    public static bool WantsHtml(string? format, IEnumerable<string> accepted) => (format, accepted.FirstOrDefault(Known)) switch
    {
        ("html", _) => true,
        ("json", _) => false,
        var (_, first) => first == "text/html",
    };

    private static bool Known(string mediaType) => mediaType is "text/html" or "application/json" or "application/*" or "*/*";
}

using System.Globalization;
using System.Net;
using Microsoft.Net.Http.Headers;

namespace Tremplin.Portal.Certificates;

/// <summary>What lies beside a certificate's page: its credential, its papers, and what verifiers need. Certification makes it, the bytes are handed on.</summary>
public static class PublicDocuments
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").AllowAnonymous().RequireRateLimiting(Limits.Everybody);
        open.MapMethods("/certificates/{id}/credential", Reading, (string id, HttpContext context, CertificationDoor certification) =>
            ForAnyVerifier(context, certification, CertificationDoor.Path(id, "/credential")));
        foreach (var part in (string[])["/holder-credential", "/certificate.pdf", "/realisation.pdf"])
        {
            open.MapMethods("/certificates/{id}" + part, Reading, (string id, string? holder, HttpContext context, CertificationDoor certification) =>
                Fetch(context, certification, CertificationDoor.Path(id, part, holder)));
        }

        open.MapMethods("/status-lists/{n}/{purpose}", Reading, (string n, string purpose, HttpContext context, CertificationDoor certification) =>
            int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var list) && purpose is "revocation" or "suspension"
                ? ForAnyVerifier(context, certification, string.Create(CultureInfo.InvariantCulture, $"status-lists/{list}/{purpose}"))
                : Task.FromResult(Results.NotFound()));
        open.MapMethods("/.well-known/did.json", Reading, (HttpContext context, CertificationDoor certification) =>
            ForAnyVerifier(context, certification, ".well-known/did.json"));
    }

    /// <summary>Hands an answer on: its bytes, and what says how to keep and to show them.</summary>
    public static async Task HandOn(HttpContext context, HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(answer);
        var headers = context.Response.Headers;
        context.Response.StatusCode = (int)answer.StatusCode;
        headers.ETag = answer.Headers.ETag?.ToString();
        // What nobody said may be kept may not.
        headers.CacheControl = answer.Headers.CacheControl?.ToString() ?? "no-store";
        if (answer.StatusCode is HttpStatusCode.NotModified)
            return;
        headers.ContentType = answer.Content.Headers.ContentType?.ToString();
        headers.ContentDisposition = answer.Content.Headers.ContentDisposition?.ToString();
        headers.ContentLength = answer.Content.Headers.ContentLength;
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    // A verifier may be a page of another site: there is nothing in it that is not for everybody.
    private static Task<IResult> ForAnyVerifier(HttpContext context, CertificationDoor certification, string path)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return Fetch(context, certification, path);
    }

    private static async Task<IResult> Fetch(HttpContext context, CertificationDoor certification, string path)
    {
        using var answer = await certification.Ask(path, context.Request.Headers[HeaderNames.IfNoneMatch], context.RequestAborted);
        await HandOn(context, answer);
        return Results.Empty;
    }
}

using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>R39: the documents of a certificate, byte by byte as they were made. What names the holder asks for the holder's link.</summary>
public static class CertificateDocuments
{
    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        Door(Printer.Credential, "application/vc");
        Door(Printer.HolderCredential, "application/vc");
        Door(Printer.Certificate, "application/pdf");
        Door(Printer.Realisation, "application/pdf");

        void Door(string document, string type) =>
            routes.MapMethods($"/certificates/{{id}}/{document}", [HttpMethods.Get, HttpMethods.Head], async (
                string id, string? holder, HttpContext http, IQuerySession store, Printer printer, LearnerKeys keys, HolderLinks links) =>
            {
                http.Response.Headers[HeaderNames.CacheControl] = "no-store";
                if (!Guid.TryParse(id, out var number))
                    return Problems.Of(StatusCodes.Status400BadRequest, "malformed", "A certificate's id is a UUID.");
                // Decided by the link alone, before anything is looked up: an unknown certificate and a guessed link take the same time.
                var opened = links.Opens(number, holder);
                if (!opened && document != Printer.Credential)
                    return NotShown();
                var certificate = (await store.Events.FetchStreamAsync(number)).Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
                var key = await keys.Find(certificate.Claims?.LearnerId ?? number);
                var bytes = await printer.Find(number, document, key);
                // The public sees nothing of one that is withdrawn; who has the link still does.
                return bytes is null || certificate.Claims is null || (certificate.Withdrawn is not null && !opened)
                    ? NotShown()
                    : Results.Bytes(bytes, type, document.EndsWith(".pdf", StringComparison.Ordinal) ? $"{Path.GetFileNameWithoutExtension(document)}-{number}.pdf" : null);
            }).AllowAnonymous();
    }

    private static IResult NotShown() =>
        Problems.Of(StatusCodes.Status404NotFound, Problems.Unknown, "There is no such document, or this link does not show it.");
}

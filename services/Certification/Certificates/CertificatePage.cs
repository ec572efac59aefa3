using System.Text;
using Marten;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>Anybody may check a certificate by its number: people read a page, programs JSON. It shows what was certified.</summary>
public static class CertificatePage
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/certificates/{id}", [HttpMethods.Get, HttpMethods.Head], async (
            string id, string? format, string? lang, HttpContext http, IQuerySession store, LearnerKeys keys, Clock clock) =>
        {
            Protect(http.Response.Headers);
            var asked = http.Request.GetTypedHeaders();
            var words = Wording.For(lang, Preferred(asked.AcceptLanguage, l => l.Quality, l => l.Value));
            var page = WantsHtml(format, Preferred(asked.Accept, a => a.Quality, a => a.MediaType));
            var other = $"?lang={words.Other.Code}" + (format is null ? "" : "&format=html");
            if (!Guid.TryParse(id, out var number))
            {
                return page
                    ? Html(CertificateHtml.Sorry(words, words.NotANumber, words.NotANumberDetail, other), 400)
                    : Problems.Of(400, "malformed", "A certificate's id is a UUID.");
            }

            var events = await store.Events.FetchStreamAsync(number);
            var certificate = events.Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
            if (certificate.Claims is not { } claims)
            {
                return page
                    ? Html(CertificateHtml.Sorry(words, words.NotFound, words.NotFoundDetail, other), 404)
                    : Problems.NotFound("certificate", number);
            }

            var key = await keys.Find(claims.LearnerId);
            var holder = key is null ? null : Wording.Initials(key.Open(claims.Name));
            var today = DateOnly.FromDateTime(clock.Now.UtcDateTime);
            return page
                ? Html(CertificateHtml.Of(words, number, certificate, holder, today, other), 200)
                : Results.Ok(Shown(number, certificate, holder, today));
        }).AllowAnonymous();

    /// <summary>Whether a page is wanted rather than JSON: by <c>?format=</c>, else by what is accepted first, else JSON.</summary>
    public static bool WantsHtml(string? format, IEnumerable<string> accepted) => (format, accepted.FirstOrDefault(Known)) switch
    {
        ("html", _) => true,
        ("json", _) => false,
        var (_, first) => first == "text/html",
    };

    private static bool Known(string mediaType) => mediaType is "text/html" or "application/json" or "application/*" or "*/*";

    // The learner, the record and the mark stay out: the holder's page is everybody's page.
    private static object Shown(Guid id, Certificate certificate, string? holder, DateOnly today)
    {
        var claims = certificate.Claims!;
        var expired = certificate.ExpiresOn() is { } expiry && today >= expiry;
        return new
        {
            id,
            state = expired ? "expired" : "valid",
            expiredSince = expired ? certificate.ExpiresOn() : null,
            holder = new { initials = holder, erased = holder is null },
            organisation = claims.OrganisationRef,
            programme = new { @ref = claims.ProgrammeRef, version = claims.ProgrammeVersion, claims.Title, claims.Competences },
            claims.StartedOn,
            claims.EndedOn,
            claims.DeliveredMinutes,
            claims.AttendedMinutes,
            claims.IssuedOn,
            claims.ValidUntil,
            claims.Issuer,
        };
    }

    private static IEnumerable<string> Preferred<T>(IEnumerable<T> accepted, Func<T, double?> quality, Func<T, StringSegment> value) =>
        accepted.Where(a => quality(a) != 0).OrderByDescending(a => quality(a) ?? 1).Select(a => value(a).ToString());

    private static IResult Html(string page, int status) => Results.Content(page, "text/html", Encoding.UTF8, status);

    private static void Protect(IHeaderDictionary headers)
    {
        headers[HeaderNames.ContentSecurityPolicy] = CertificateHtml.ContentSecurityPolicy;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        // A name may be erased at any time: nobody keeps a copy.
        headers[HeaderNames.CacheControl] = "no-store";
        headers[HeaderNames.Vary] = "Accept, Accept-Language";
    }
}

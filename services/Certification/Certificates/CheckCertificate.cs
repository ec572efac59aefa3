using System.Text.Json;
using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Certification.Credentials;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// Anybody may check a certificate by its number: what was certified, and whether it stands. To whom, in initials; the name with
/// the holder's link. Portal makes a page of it.
/// </summary>
public static class CheckCertificate
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/certificates/{id}", [HttpMethods.Get, HttpMethods.Head], async (
            string id, string? holder, HttpContext http, IQuerySession store, LearnerKeys keys, HolderLinks links, Clock clock) =>
        {
            // A name may be erased at any time: nobody keeps a copy.
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            if (!Guid.TryParse(id, out var number))
                return Problems.Of(StatusCodes.Status400BadRequest, "malformed", "A certificate's id is a UUID.");
            // The same work whether there is one or not, and whatever the token is: the time that it takes tells nothing.
            var opened = links.Opens(number, holder);
            var events = await store.Events.FetchStreamAsync(number);
            var certificate = events.Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
            var key = await keys.Find(certificate.Claims?.LearnerId ?? number);
            if (certificate.Claims is null)
                return Problems.NotFound("certificate", number);
            var changed = events.Where(e => e.Data is not CertificateIssued).Select(e => (DateTimeOffset?)e.OccurredAt()).LastOrDefault();
            return Results.Ok(Shown(number, certificate, changed, Holder.Of(certificate.Claims, key, opened), DateOnly.FromDateTime(clock.Now.UtcDateTime)));
        }).AllowAnonymous();

    /// <summary>To whom, as far as it is shown.</summary>
    /// <param name="Initials">Null where the name was erased.</param>
    /// <param name="Name">With the holder's link.</param>
    /// <param name="Salt">With the holder's link: what the name in the credential was hashed with.</param>
    /// <param name="Erased">Whether the name was erased.</param>
    public sealed record Holder(string? Initials, string? Name, string? Salt, bool Erased)
    {
        /// <summary>The holder of these claims.</summary>
        public static Holder Of(CertificateIssued claims, LearnerKey? key, bool opened)
        {
            ArgumentNullException.ThrowIfNull(claims);
            if (key is null)
                return new(null, null, null, true);
            var name = key.Open(claims.Name);
            return new(Certificates.Initials.Of(name), opened ? name : null, opened && claims.Documents is { Salt: var salt } ? key.Open(salt) : null, false);
        }
    }

    /// <summary>What anybody may know. The learner, the record and the mark stay out: the holder's page is everybody's page.</summary>
    /// <param name="id">The certificate.</param>
    /// <param name="certificate">Its state; it was issued.</param>
    /// <param name="changed">When it was recorded what became of it last, UTC.</param>
    /// <param name="holder">To whom.</param>
    /// <param name="today">The day on which it is looked at, UTC.</param>
    public static object Shown(Guid id, Certificate certificate, DateTimeOffset? changed, Holder holder, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var claims = certificate.Claims!;
        if (certificate.Withdrawn is { } withdrawn)
            return new { id, state = "withdrawn", since = Since(withdrawn, changed) };
        var expired = certificate.ExpiresOn() is { } expiry && today >= expiry;
        return new
        {
            id,
            state = certificate.Standing switch
            {
                Standing.Issued => expired ? "expired" : "valid",
                var standing => Word(standing),
            },
            since = certificate.Standing == Standing.Issued ? null : Since(certificate.Ground!, changed),
            expiredSince = expired ? certificate.ExpiresOn() : null,
            certificate.Successor,
            claims.Supersedes,
            holder,
            organisation = claims.OrganisationRef,
            programme = new { @ref = claims.ProgrammeRef, version = claims.ProgrammeVersion, claims.Title, claims.Competences },
            claims.StartedOn,
            claims.EndedOn,
            claims.DeliveredMinutes,
            claims.AttendedMinutes,
            claims.IssuedOn,
            claims.Documents?.IssuedAt,
            claims.ValidUntil,
            claims.Issuer,
            credential = claims.Documents is { Address: var address } ? OpenBadge.Address(address, id) : null,
        };
    }

    private static object Since(Ground ground, DateTimeOffset? recordedAt) => new
    {
        ground.EffectiveOn,
        recordedAt,
        reason = Word(ground.Reason),
        ground.LegalBasis,
        actorKind = Word(ground.By),
    };

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

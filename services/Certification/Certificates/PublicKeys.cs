using Microsoft.Net.Http.Headers;
using Tremplin.Certification.Credentials;

namespace Tremplin.Certification.Certificates;

/// <summary>The public keys with which anybody verifies what is signed, today's and retired ones (R45), as did:web asks for them.</summary>
public static class PublicKeys
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/.well-known/did.json", [HttpMethods.Get, HttpMethods.Head], (HttpContext http, IssuerKeys issuer, PublicAddress address) =>
        {
            http.Response.Headers[HeaderNames.CacheControl] = "public, max-age=300";
            return Results.Text(Did.Document(address.Uri, issuer).ToJsonString(), "application/did+json");
        }).AllowAnonymous();
}

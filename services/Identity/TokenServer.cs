using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tremplin.Identity;

/// <summary>OAuth 2.0 client credentials at <c>/connect/token</c>, with discovery and JWKS under <c>/.well-known</c>.</summary>
public static class TokenServer
{
    /// <summary>
    /// Registers OpenIddict over <see cref="IdentityDatabase"/>. Its tokens are signed JWTs that live one hour; their <c>iss</c> is the
    /// authority, as callers write it.
    /// </summary>
    public static void AddTokenServer(this IServiceCollection services, Uri authority, string audience, ECDsaSecurityKey key)
    {
        var openIddict = services.AddOpenIddict();
        openIddict.AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityDatabase>());
        openIddict.AddServer(server =>
        {
            server.SetIssuer(authority).SetTokenEndpointUris("connect/token").AllowClientCredentialsFlow();
            server.SetAccessTokenLifetime(TimeSpan.FromHours(1));
            // A service checks a token with the public key alone: nothing to decrypt, and no row written for it here.
            server.DisableAccessTokenEncryption().DisableTokenStorage().DisableAuthorizationStorage();
            server.AddSigningKey(key);
            // OpenIddict asks for an encryption key. Access tokens are all it issues here and they are not encrypted,
            // so the key encrypts nothing and need not outlive the process.
            server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
            server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseScopedHandler(provider =>
                new IssueToken(provider.GetRequiredService<IOpenIddictApplicationManager>(), audience)));
            // TLS ends in front of the service; behind that, and on loopback, callers speak plain http.
            server.UseAspNetCore().DisableTransportSecurityRequirement();
        });
    }

    /// <summary>What a caller sees of a failure that is ours, in the form of every other OAuth error.</summary>
    public static Task AnswerServerErrorAsync(HttpContext context) => context.Response.WriteAsJsonAsync(
        new { error = Errors.ServerError, error_description = "The token service failed. Try again." }, context.RequestAborted);
}

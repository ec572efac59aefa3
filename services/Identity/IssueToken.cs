using System.Security.Claims;
using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tremplin.Identity;

/// <summary>Says who the caller is, once OpenIddict has checked its secret: <c>sub</c>, <c>role</c> and <c>organisation</c>.</summary>
public sealed class IssueToken(IOpenIddictApplicationManager applications, string audience)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    /// <inheritdoc/>
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        // Found a moment ago, when its secret was checked.
        var client = (await applications.FindByClientIdAsync(context.ClientId!, context.CancellationToken))!;
        var properties = await applications.GetPropertiesAsync(client, context.CancellationToken);
        var identity = new ClaimsIdentity("client", Claims.Subject, Claims.Role)
            .SetClaim(Claims.Subject, context.ClientId)
            .SetClaims(Claims.Role, [.. properties[Claims.Role].Deserialize<string[]>()!])
            .SetClaim(ClientRegister.Organisation, properties[ClientRegister.Organisation].GetString())
            .SetResources(audience)
            .SetDestinations(static _ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
    }
}

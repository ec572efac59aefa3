using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Tremplin.Portal.SignIn;

/// <summary>Obtains access tokens from the OpenID provider by client credentials, and reads who they stand for.</summary>
public sealed class Tokens : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly JsonWebTokenHandler _reader = new() { MapInboundClaims = false };
    private readonly ConfigurationManager<OpenIdConnectConfiguration> _provider;
    private readonly TokenValidationParameters _rules;

    /// <summary>Of the provider that the services trust too.</summary>
    public Tokens(IConfiguration configuration)
    {
        var discovery = configuration["Identity:Discovery"] is { Length: > 0 } set
            ? set
            : new Uri(new Uri(configuration.Required("Identity:Authority")), ".well-known/openid-configuration").ToString();
        // As everywhere: TLS ends in front of the services, and the authority is on the same private network.
        _provider = new(discovery, new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever(_http) { RequireHttps = false });
        _rules = new()
        {
            ConfigurationManager = _provider,
            ValidAudience = configuration["Identity:Audience"] ?? "tremplin",
            NameClaimType = "sub",
            RoleClaimType = configuration["Identity:RoleClaim"] ?? "role",
        };
    }

    /// <summary>Signs a client in. Null where the provider knows no such client or the secret is another: it does not say which.</summary>
    /// <exception cref="HttpRequestException">The provider does not answer, or not as one does.</exception>
    public async Task<(ClaimsPrincipal Who, AuthenticationProperties Until)?> SignIn(string client, string secret, CancellationToken cancellation)
    {
        var provider = await Provider(cancellation);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = secret,
        });
        using var answer = await _http.PostAsync(new Uri(provider.TokenEndpoint), form, cancellation);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
            return null;
        answer.EnsureSuccessStatusCode();
        using var given = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
        var token = given.RootElement.GetProperty("access_token").GetString()!;
        var read = await _reader.ValidateTokenAsync(token, _rules);
        if (!read.IsValid)
            throw new HttpRequestException("The provider gave a token that is not valid here.", read.Exception);
        var claims = read.ClaimsIdentity.Claims.Where(c => c.Type is "sub" or "organisation" || c.Type == _rules.RoleClaimType);
        var properties = new AuthenticationProperties { ExpiresUtc = new DateTimeOffset(read.SecurityToken.ValidTo, TimeSpan.Zero), AllowRefresh = false };
        properties.StoreTokens([new AuthenticationToken { Name = Access.Token, Value = token }]);
        return (new(new ClaimsIdentity(claims, "client", _rules.NameClaimType, _rules.RoleClaimType)), properties);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<OpenIdConnectConfiguration> Provider(CancellationToken cancellation)
    {
        try
        {
            return await _provider.GetConfigurationAsync(cancellation);
        }
        catch (InvalidOperationException e)
        {
            throw new HttpRequestException("The provider does not say where its tokens are.", e);
        }
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tremplin.Defaults;

/// <summary>The roles that a token may carry, in its claim <c>role</c>.</summary>
public static class Role
{
    /// <summary>Runs cohorts and decides about applications.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Holds sessions and countersigns.</summary>
    public const string Trainer = "trainer";

    /// <summary>An incubator or support scheme; sees its own records only.</summary>
    public const string Partner = "partner";

    /// <summary>Reads histories and changes nothing.</summary>
    public const string Auditor = "auditor";

    /// <summary>Runs the platform.</summary>
    public const string Operator = "operator";
}

/// <summary>Who may call what. Everything asks for a token unless it says otherwise.</summary>
public static class Access
{
    /// <summary>Adds token validation. Services know only an authority, so any OpenID provider serves.</summary>
    public static void AddAccess(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var roleClaim = builder.Configuration["Identity:RoleClaim"] ?? "role";
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(jwt =>
        {
            jwt.Authority = builder.Required("Identity:Authority");
            // Where the services reach it by another address than its callers do.
            if (builder.Configuration["Identity:Discovery"] is { Length: > 0 } discovery)
                jwt.MetadataAddress = discovery;
            jwt.Audience = builder.Configuration["Identity:Audience"] ?? "tremplin";
            // TLS ends in front of the services; the authority is on the same private network.
            jwt.RequireHttpsMetadata = false;
            jwt.MapInboundClaims = false;
            jwt.TokenValidationParameters.RoleClaimType = roleClaim;
            jwt.TokenValidationParameters.NameClaimType = "sub";
        });
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalsInWords>();
    }

    /// <summary>Opens an endpoint to these roles.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, params string[] roles) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireRole(roles));

    /// <summary>Whether the caller may see a record of this partner: its own, or any for our own people.</summary>
    public static bool MaySee(this ClaimsPrincipal caller, string partner)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return !caller.IsInRole(Role.Partner)
            || string.Equals(caller.FindFirstValue("organisation"), partner, StringComparison.Ordinal);
    }

    private sealed class RefusalsInWords : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _default = new();

        public async Task HandleAsync(
            RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result)
        {
            if (result.Succeeded)
            {
                await next(context);
                return;
            }

            await _default.HandleAsync(next, context, policy, result);
            if (context.Response.HasStarted)
                return;
            var roles = string.Join(", ", policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(r => r.AllowedRoles));
            await (result.Challenged
                ? Problems.Of(StatusCodes.Status401Unauthorized, "token-missing", "This address asks for a bearer token that is valid now.")
                : Problems.Of(StatusCodes.Status403Forbidden, "role-missing", $"This address asks for one of the roles: {roles}."))
                .ExecuteAsync(context);
        }
    }
}

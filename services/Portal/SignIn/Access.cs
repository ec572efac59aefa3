using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace Tremplin.Portal.SignIn;

/// <summary>Who sees what. Every page asks for a signed-in reader unless it says otherwise.</summary>
public static class Access
{
    /// <summary>The role that sees the pages of the audit.</summary>
    public const string Auditor = "auditor";

    /// <summary>The role that plans half-days, and may know who is who.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>The roles that see attendance sheets.</summary>
    public const string Staff = "coordinator,trainer";

    /// <summary>The name of the access token in the cookie.</summary>
    public const string Token = "access_token";

    /// <summary>The way to the page on which one signs in.</summary>
    public const string Page = "/sign-in";

    /// <summary>Keeps who is signed in in a sealed cookie, under keys in the folder of secrets, as long as the token lives.</summary>
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var secure = builder.Configuration.IsSecure();
        var keys = Directory.CreateDirectory(
            Path.Combine(builder.Configuration.Required("Secrets:Folder"), "portal"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        builder.Services.AddDataProtection().SetApplicationName("tremplin-portal").PersistKeysToFileSystem(keys);
        builder.Services.AddSingleton<Tokens>();
        builder.Services.AddAntiforgery(forms =>
        {
            Harden(forms.Cookie, "tremplin-forms", secure);
            // The content security policy says the same, and more.
            forms.SuppressXFrameOptionsHeader = true;
        });
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            Harden(cookie.Cookie, "tremplin", secure);
            cookie.SlidingExpiration = false;
            // Addresses without a host: the portal need not know by which name it is reached.
            cookie.Events.OnRedirectToLogin = context =>
            {
                context.Response.Redirect(Page + QueryString.Create("to", context.Request.Path + context.Request.QueryString));
                return Task.CompletedTask;
            };
            cookie.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Where to go after signing in: to a page of ours, whatever was asked for.</summary>
    public static string Destination(string? to) =>
        to is not null && (to == "/audit" || Ours.Any(start => to.StartsWith(start, StringComparison.Ordinal)))
            && to.All(c => c is > ' ' and < '\u007f' and not '\\')
            ? to
            : "/audit";

    private static readonly string[] Ours = ["/audit/", "/audit?", "/sessions/"];

    private static void Harden(CookieBuilder cookie, string name, bool secure)
    {
        cookie.Name = secure ? "__Host-" + name : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Strict;
        cookie.Path = "/";
    }
}

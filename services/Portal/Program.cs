using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.WebEncoders;
using Tremplin.Portal;
using Tremplin.Portal.Audit;
using Tremplin.Portal.Certificates;
using Tremplin.Portal.Language;
using Tremplin.Portal.SignIn;

// The settings and the style lie beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["Settings:Folder"] is { Length: > 0 } folder)
    builder.Configuration.AddKeyPerFile(folder);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 64 * 1024;
});
builder.AddTelemetryAndHealth();
builder.AddAccess();
builder.AddLimits();
builder.Services.AddHttpContextAccessor();
builder.Services.AddScoped(services => services.GetRequiredService<IHttpContextAccessor>().HttpContext!.Features.GetRequiredFeature<Visit>().Words);
builder.Services.AddScoped<AuditDoors>();
builder.Services.AddSingleton<CertificationDoor>();
builder.Services.AddRazorComponents();
builder.Services.Configure<WebEncoderOptions>(html => html.TextEncoderSettings = new(UnicodeRanges.All));

var app = builder.Build();
app.UseForwardedHeaders();
app.UseProtection();
app.Use((context, next) =>
{
    Words.Remember(context);
    return next(context);
});
app.UseSorry();
app.UseRateLimiter();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapHealth();
app.MapPost("/sign-out", Leave.Now);
app.MapStaticAssets().AllowAnonymous();
app.MapGet("/", () => Results.LocalRedirect("/audit")).AllowAnonymous();
CertificateDoor.Map(app);
PublicDocuments.Map(app);
app.MapRazorComponents<App>();
await app.RunAsync();

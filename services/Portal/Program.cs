using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.WebEncoders;
using Tremplin.Portal;
using Tremplin.Portal.Audit;
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
builder.Services.AddHttpContextAccessor();
builder.Services.AddScoped(services => services.GetRequiredService<IHttpContextAccessor>().HttpContext!.Features.GetRequiredFeature<Visit>().Words);
builder.Services.AddScoped<AuditDoors>();
builder.Services.AddRazorComponents();
builder.Services.Configure<WebEncoderOptions>(html => html.TextEncoderSettings = new(UnicodeRanges.All));

var app = builder.Build();
app.UseProtection();
app.Use((context, next) =>
{
    Words.Remember(context);
    return next(context);
});
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    ExceptionHandlingPath = "/sorry/503",
    CreateScopeForErrors = true,
    StatusCodeSelector = _ => StatusCodes.Status503ServiceUnavailable,
    // It would log messages, which may quote what was sent; the page logs the kind.
    SuppressDiagnosticsCallback = _ => true,
});
app.UseStatusCodePagesWithReExecute("/sorry/{0}", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapHealth();
app.MapPost("/sign-out", Leave.Now);
app.MapStaticAssets().AllowAnonymous();
app.MapGet("/", () => Results.LocalRedirect("/audit")).AllowAnonymous();
app.MapRazorComponents<App>();
await app.RunAsync();

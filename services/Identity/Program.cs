using System.Runtime.Versioning;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tremplin.Identity;

// File modes guard the secrets, and Windows has none.
[assembly: UnsupportedOSPlatform("windows")]

// The settings lie beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["Settings:Folder"] is { Length: > 0 } folder)
    builder.Configuration.AddKeyPerFile(folder);
var secrets = new SecretFolder(Required("Secrets:Folder"));
var expected = ExpectedClients.For(builder.Configuration["Identity:Partners"] ?? "");

builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 64 * 1024;
});
var telemetry = builder.Services.AddOpenTelemetry()
    .ConfigureResource(resource => resource.AddService("tremplin-identity"))
    .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource("Npgsql"))
    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter("Npgsql"));
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
    telemetry.UseOtlpExporter();
builder.Services.AddDbContextPool<IdentityDatabase>(options => options.UseNpgsql(Required("ConnectionStrings:Identity")).UseOpenIddict());
builder.Services.AddTokenServer(new Uri(Required("Identity:Authority")), Required("Identity:Audience"), SigningKey.ReadOrCreate(secrets));
builder.Services.AddHealthChecks().AddCheck<DatabaseAnswers>("database", timeout: TimeSpan.FromSeconds(3));
var seen = ClientFile.WrittenAt(secrets);
builder.Services.AddHostedService(services => new ClientWatch(services, secrets, seen, services.GetRequiredService<ILogger<ClientWatch>>()));

var app = builder.Build();
app.UseExceptionHandler(failed => failed.Run(TokenServer.AnswerServerErrorAsync));
app.UseAuthentication();
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/health/ready");

// Before the first request: a server that answers knows its clients.
await ClientRegister.PrepareAsync(app.Services, secrets, expected);
await app.RunAsync();

string Required(string key) =>
    builder.Configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{key} is not configured.");

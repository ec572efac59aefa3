using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Tremplin.Portal;

/// <summary>What the portal sets up by itself: the shell of the other services is about a store and a bus, and it has neither.</summary>
public static class Hosting
{
    // What the pages need and nothing else: no script, and no style but the file.
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // A page with a script: it may load what is here, and nothing from elsewhere.
    private const string WithScript = ContentSecurityPolicy + "; script-src 'self'; connect-src 'self'";

    /// <summary>A setting that the portal cannot do without.</summary>
    /// <exception cref="InvalidOperationException">It is missing; the message names it.</exception>
    public static string Required(this IConfiguration configuration, string setting) =>
        configuration[setting] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"The setting {setting} is missing (environment: {setting.Replace(":", "__", StringComparison.Ordinal)}).");

    /// <summary>Whether browsers reach the portal by https: TLS ends in front of it, so the setting <c>Portal:Address</c> says it.</summary>
    public static bool IsSecure(this IConfiguration configuration) =>
        configuration["Portal:Address"]?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Traces and metrics, to a collector where one is set; and whether cookies can be sealed.</summary>
    public static void AddTelemetryAndHealth(this WebApplicationBuilder builder)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("tremplin-portal"))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
        builder.Services.AddHealthChecks().AddCheck<KeysAnswer>("keys");
    }

    /// <summary>Answers with this status, in the words of the page that is being made.</summary>
    public static void Answers(this HttpContext context, int status)
    {
        // At the last moment: Blazor writes nothing of a page that is not found.
        context.Response.OnStarting(() =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
    }

    /// <summary>Opens the health addresses.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
    }

    /// <summary>Tells browsers what the pages may do, on every answer.</summary>
    public static void UseProtection(this WebApplication app)
    {
        var secure = app.Configuration.IsSecure();
        app.Use((context, next) =>
        {
            // At the last moment: an error clears the headers that are set before.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                // Browsers show a PDF in a page of their own, which has to load what it needs.
                if (context.Response.ContentType != "application/pdf")
                    headers[HeaderNames.ContentSecurityPolicy] = context.GetEndpoint()?.Metadata.GetMetadata<RunsScript>() is null ? ContentSecurityPolicy : WithScript;
                headers[HeaderNames.XContentTypeOptions] = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
                headers["X-Robots-Tag"] = "noindex";
                if (secure)
                    headers[HeaderNames.StrictTransportSecurity] = "max-age=31536000";
                if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) ?? StringValues.IsNullOrEmpty(headers.CacheControl))
                    (headers[HeaderNames.CacheControl], headers[HeaderNames.Vary]) = ("no-store", "Accept, Accept-Language, Cookie");
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>Says in words of a page what went wrong, where nothing else says it.</summary>
    public static void UseSorry(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // That page is there for GET alone. The server leaves the body out of what answers HEAD, whatever it is called here.
            if (HttpMethods.IsHead(context.Request.Method))
                context.Request.Method = HttpMethods.Get;
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
    }

    private sealed class KeysAnswer(IDataProtectionProvider keys) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var protector = keys.CreateProtector("health");
            return Task.FromResult(protector.Unprotect(protector.Protect("ready")) == "ready" ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        }
    }
}

/// <summary>Marks the address of a page that has a script; the others may run none.</summary>
public sealed class RunsScript;

using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Tremplin.Defaults.Audit;

namespace Tremplin.Defaults;

/// <summary>The time of decisions, UTC. A file takes the clock's place in the demo and in tests, and nowhere else.</summary>
public sealed class Clock(string? file)
{
    /// <summary>Now, UTC.</summary>
    public DateTimeOffset Now => file is null
        ? DateTimeOffset.UtcNow
        : DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture).ToUniversalTime();
}

/// <summary>Traces and figures of our own, beside those of ASP.NET Core, MassTransit, Marten, Npgsql and the runtime.</summary>
public static class Telemetry
{
    /// <summary>The source of this platform's spans.</summary>
    public static ActivitySource Source { get; } = new("Tremplin");

    /// <summary>The meter of this platform's figures.</summary>
    public static Meter Meter { get; } = new("Tremplin");
}

/// <summary>What every service sets up before its own streams and doors.</summary>
public static class Host
{
    /// <summary>A setting that the service cannot do without.</summary>
    /// <exception cref="InvalidOperationException">It is missing; the message names it.</exception>
    public static string Required(this IHostApplicationBuilder builder, string setting)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Configuration[setting] is { Length: > 0 } value
            ? value
            : throw new InvalidOperationException(
                $"The setting {setting} is missing (environment: {setting.Replace(":", "__", StringComparison.Ordinal)}).");
    }

    /// <summary>Adds clock, access, bus, problems, telemetry and health to a service.</summary>
    public static void AddDefaults(this WebApplicationBuilder builder, string service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // A file for each setting, named as its environment variable would be: what is secret is not in the environment.
        if (builder.Configuration["Settings:Folder"] is { Length: > 0 } folder)
            builder.Configuration.AddKeyPerFile(folder);
        builder.Services.AddSingleton(new Clock(builder.Configuration["Clock:File"]));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 1_000_000;
            kestrel.AddServerHeader = false;
        });
        // Before the bus takes a message.
        builder.Services.AddSingleton<IHostedService>(new Patched(service, builder.Required("ConnectionStrings:Store")));
        builder.AddAccess();
        builder.AddBus(service, Assembly.GetEntryAssembly()!);
        builder.Services.AddProblems();
        var store = NpgsqlDataSource.Create(builder.Required("ConnectionStrings:Store") + ";Maximum Pool Size=1");
        builder.Services.AddHealthChecks().AddAsyncCheck("store", async stop =>
        {
            await using var ping = store.CreateCommand("SELECT 1");
            await ping.ExecuteScalarAsync(stop);
            return HealthCheckResult.Healthy();
        }, tags: ["ready"]);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"tremplin-{service}"))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource(Telemetry.Source.Name, "MassTransit", "Marten").AddNpgsql())
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter(Telemetry.Meter.Name, "MassTransit", "Marten", "Npgsql"));
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
    }

    /// <summary>Adds the learners' keys, for a service that seals or shows personal data.</summary>
    public static void AddLearnerKeys(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var connection = builder.Required("ConnectionStrings:Keys");
        builder.Services.AddSingleton<IHostedService>(new Patched("keys", connection));
        builder.Services.AddSingleton(new LearnerKeys(NpgsqlDataSource.Create(connection + EventStore.Settings), builder.Required("Secrets:Folder")));
    }

    /// <summary>Puts the middleware in order and opens the health addresses.</summary>
    public static void UseDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = _ => true }).AllowAnonymous();
        app.MapGet("/health/leader", (Leader leader) => leader.Leads
            ? Results.Text("leads")
            : Results.Text("stands by", statusCode: StatusCodes.Status503ServiceUnavailable)).AllowAnonymous();
        app.MapAudit();
    }
}

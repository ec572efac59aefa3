using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tremplin.Defaults;

/// <summary>Every error as an RFC 9457 problem document that names the fault.</summary>
public static class Problems
{
    /// <summary>A problem document. <paramref name="code"/> is a stable word for programs.</summary>
    public static IResult Of(int status, string code, string detail) => TypedResults.Problem(
        detail, statusCode: status, type: $"urn:tremplin:problem:{code}",
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code });

    /// <summary>
    /// Turns an outcome into a response: the refusal as 409 (404 where the stream does not exist), or what
    /// <paramref name="accepted"/> makes of it.
    /// </summary>
    public static IResult Answer<TState>(this Outcome<TState> outcome, Func<Outcome<TState>, IResult> accepted)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(accepted);
        return outcome.Refusal is { } refusal
            ? Of(refusal.Code == Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, refusal.Code, refusal.Reason)
            : accepted(outcome);
    }

    /// <summary>The refusal code of a stream that does not exist.</summary>
    public const string Unknown = "unknown";

    /// <summary>No such thing, or none that the caller may see.</summary>
    public static IResult NotFound(string what, Guid id) => Of(StatusCodes.Status404NotFound, Unknown, $"There is no {what} {id}.");

    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter());
        });
    }

    internal static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // It would log messages, which may quote what was sent.
            SuppressDiagnosticsCallback = _ => true,
            ExceptionHandler = context => Explain(context.Features.Get<IExceptionHandlerFeature>()?.Error, app.Logger).ExecuteAsync(context),
        });
        app.UseStatusCodePages(context => (context.HttpContext.Response.StatusCode switch
        {
            404 => Of(404, Unknown, "There is nothing at this address."),
            413 => Of(413, "too-large", "The body is larger than this address takes."),
            405 => Of(405, "method-not-allowed", "This address does not take this method."),
            415 => Of(415, "media-type", "The body's media type is not the one that this address takes."),
            var other => Of(other, "refused", "The request was refused."),
        }).ExecuteAsync(context.HttpContext));
    }

    private static IResult Explain(Exception? error, ILogger log)
    {
        switch (error)
        {
            case BadHttpRequestException { StatusCode: 413 }:
                return Of(413, "too-large", "The body is larger than this address takes.");
            case BadHttpRequestException { InnerException: JsonException json }:
                // The message of a JsonException may quote the value, which may be personal data: the path is enough.
                return Of(400, "malformed", Fault(json));
            case BadHttpRequestException bad:
                return Of(bad.StatusCode, "malformed", bad.Message);
            // character_not_in_repertoire, untranslatable_character: the one character that PostgreSQL has no place for.
            case { } when error.GetBaseException() is PostgresException { SqlState: "22021" or "22P05" }:
                return Of(400, "malformed", "A text holds the character U+0000, which cannot be stored.");
            case OperationCanceledException:
                return Of(503, "stopping", "The service is stopping; nothing was decided. Send the request again.");
            default:
                // Without the message, which may quote what was sent.
                log.LogError("A request failed: {Kind} {SqlState}\n{Stack}", error?.GetType(), (error as System.Data.Common.DbException)?.SqlState, error?.StackTrace);
                return Of(503, "unavailable", "The request could not be decided now. Send it again; nothing is done twice.");
        }
    }

    private static string Fault(JsonException json)
    {
        var where = json.LineNumber is null ? "" : $", line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}";
        var what = json switch
        {
            _ when json.Message.Split("including: ") is [_, var fields] => "it lacks " + fields.Split(". Path")[0].TrimEnd('.'),
            _ when json.Message.Contains("could not be mapped", StringComparison.Ordinal) => "a field that is not known here: " + json.Path,
            _ when json.Message.Contains("could not be converted", StringComparison.Ordinal) => "a value of the wrong type, at " + json.Path,
            _ when json.Message.Contains("doesn't allow null", StringComparison.Ordinal) => "no value where one is needed, at " + json.Path,
            _ => "it is not valid JSON, at " + json.Path,
        };
        return $"The body cannot be read: {what}{where}.";
    }
}

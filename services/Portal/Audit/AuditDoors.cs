using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Tremplin.Portal.SignIn;

namespace Tremplin.Portal.Audit;

/// <summary>The addresses of the three services, with the token of whoever reads.</summary>
public sealed class AuditDoors(IConfiguration configuration, IHttpContextAccessor context)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) });

    /// <summary>The services that store events, in the order of a training.</summary>
    public static IReadOnlyList<string> Services { get; } = ["enrollment", "scheduling", "certification"];

    /// <summary>A text; null where there is none.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public async Task<string?> Text(string service, string path)
    {
        using var answer = await Ask(service, path);
        return answer.StatusCode is HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled);
    }

    /// <summary>A JSON document; null where there is none.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public async Task<JsonElement?> Json(string service, string path) =>
        await Text(service, path) is { } text ? JsonElement.Parse(text) : null;

    /// <summary>The lines of a stream of JSON, each with its bytes as they came.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> Lines(string service, string path)
    {
        using var answer = await Ask(service, path);
        ReadOnlyMemory<byte> rest = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancelled);
        var lines = new List<ReadOnlyMemory<byte>>();
        for (int end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            lines.Add(rest[..end]);
        return rest.Length > 0 ? [.. lines, rest] : lines;
    }

    /// <summary>What the service says of an event's place in its ledger of this size.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public async Task<Inclusion> Inclusion(string service, Guid eventId, long size)
    {
        using var answer = await Ask(service, $"audit/ledger/inclusion/{eventId}?size={size}");
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            return new(Known: answer.StatusCode is HttpStatusCode.Conflict);
        var said = JsonElement.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancelled));
        return new(true, said.GetProperty("index").GetInt64(), [.. said.GetProperty("path").EnumerateArray().Select(hash => hash.GetBytesFromBase64())]);
    }

    private CancellationToken Cancelled => context.HttpContext!.RequestAborted;

    private async Task<HttpResponseMessage> Ask(string service, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(configuration.Required($"Services:{service}")), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.HttpContext!.GetTokenAsync(Access.Token));
        return await Http.SendAsync(request, Cancelled);
    }
}

/// <summary>What a service says of an event's place in its ledger; to be checked.</summary>
/// <param name="Known">Whether it knows the event.</param>
/// <param name="Index">The leaf's place, from 0; null where the checkpoint does not cover it yet.</param>
/// <param name="Path">The hashes from the leaf up to the root.</param>
public sealed record Inclusion(bool Known, long? Index = null, IReadOnlyList<byte[]>? Path = null);

using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Audit;

/// <summary>The audit doors of the three services, for the client <c>auditor</c>.</summary>
internal sealed class Auditor : IDisposable
{
    private readonly Dictionary<string, HttpClient> _doors;

    private Auditor(Func<string, HttpClient> door) =>
        _doors = Services.ToDictionary(service => service, door, StringComparer.Ordinal);

    /// <summary>The services that keep records, in the order in which a training passes them.</summary>
    public static IReadOnlyList<string> Services { get; } = ["enrollment", "scheduling", "certification"];

    /// <summary>Of the platform that is up.</summary>
    /// <exception cref="InvalidOperationException">None is up.</exception>
    public static Auditor OfHome() =>
        Of(PlatformState.In(PlatformState.Home) ?? throw new InvalidOperationException($"No platform in {PlatformState.Home}."));

    /// <summary>Of a platform that runs by itself.</summary>
    public static Auditor Of(PlatformState state) => new(service => new(new ClientCredentials(state.Authority, Platform.ClientsFile(state.Folder), "auditor"))
    {
        BaseAddress = state.Replicas.First(r => r.Service.Equals(service, StringComparison.OrdinalIgnoreCase)).Url,
        Timeout = Timeout.InfiniteTimeSpan,
    });

    /// <summary>Of a platform that this process started.</summary>
    public static Auditor Of(Platform platform) =>
        new(service => platform.Client(platform.Services.First(s => s.Service.Equals(service, StringComparison.OrdinalIgnoreCase)).Service, "auditor"));

    /// <summary>A JSON value, or null where there is no such thing.</summary>
    /// <exception cref="InvalidOperationException">The service refuses; the message says why.</exception>
    public async Task<JsonElement?> Get(string service, string address, CancellationToken stop)
    {
        using var answer = await _doors[service].GetAsync(new Uri("audit/" + address, UriKind.Relative), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Succeeded(service, answer, stop);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsByteArrayAsync(stop));
    }

    /// <summary>A text, or null where there is no such thing.</summary>
    /// <exception cref="InvalidOperationException">The service refuses; the message says why.</exception>
    public async Task<string?> Text(string service, string address, CancellationToken stop)
    {
        using var answer = await _doors[service].GetAsync(new Uri("audit/" + address, UriKind.Relative), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Succeeded(service, answer, stop);
        return await answer.Content.ReadAsStringAsync(stop);
    }

    /// <summary>JSON values as they come, one a line.</summary>
    /// <exception cref="InvalidOperationException">The service refuses; the message says why.</exception>
    /// <exception cref="IOException">It ended in the middle.</exception>
    public async IAsyncEnumerable<JsonElement> Lines(string service, string address, [EnumeratorCancellation] CancellationToken stop)
    {
        using var answer = await _doors[service].GetAsync(new Uri("audit/" + address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
        await Succeeded(service, answer, stop);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        while (await lines.ReadLineAsync(stop) is { } line)
            yield return JsonSerializer.Deserialize<JsonElement>(line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var door in _doors.Values)
            door.Dispose();
    }

    private static async Task Succeeded(string service, HttpResponseMessage answer, CancellationToken stop)
    {
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{service} answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
    }
}

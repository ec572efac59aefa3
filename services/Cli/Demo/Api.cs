using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Demo;

/// <summary>The three services as a coordinator and trainer of the demo calls them.</summary>
/// <param name="client">A client for a service, with the token of a client that Identity knows.</param>
internal sealed class Api(Func<string, string, HttpClient> client) : IDisposable
{
    /// <summary>Those of a platform that this process started.</summary>
    public Api(Platform platform) : this((service, clientId) => platform.Client(service, clientId))
    {
    }

    /// <summary>Enrollment.</summary>
    public HttpClient Enrollment { get; } = client("Enrollment", "platform");

    /// <summary>Scheduling.</summary>
    public HttpClient Scheduling { get; } = client("Scheduling", "platform");

    /// <summary>Certification.</summary>
    public HttpClient Certification { get; } = client("Certification", "platform");

    /// <summary>Sends, and fails with the problem document where the answer is not a success.</summary>
    public static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends a CSV file and gives each row's result as it comes.</summary>
    public static async IAsyncEnumerable<JsonElement> Import(HttpClient client, string path, string file)
    {
        using var content = new StreamContent(File.OpenRead(file)) { Headers = { ContentType = new("text/csv") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        await foreach (var row in answer.Content.ReadFromJsonAsAsyncEnumerable<JsonElement>())
            yield return row;
    }

    /// <summary>Every record in this state, a thousand at a time.</summary>
    public async Task<List<JsonElement>> Records(string state)
    {
        var all = new List<JsonElement>();
        for (var after = Guid.Empty; ;)
        {
            var page = (await Send(Enrollment, HttpMethod.Get, $"records?state={state}&take=1000&after={after}")).EnumerateArray().ToList();
            all.AddRange(page);
            if (page.Count < 1000)
                return all;
            after = page[^1].GetProperty("id").GetGuid();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Enrollment.Dispose();
        Scheduling.Dispose();
        Certification.Dispose();
    }
}

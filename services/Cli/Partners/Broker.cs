using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tremplin.Cli.Partners;

/// <summary>RabbitMQ's management HTTP API. What fails is told in one line.</summary>
internal sealed class Broker : IDisposable
{
    private readonly HttpClient http;

    /// <param name="management">The address of the management pages.</param>
    /// <param name="account">User and password of an administrator, as an amqp address has them.</param>
    public Broker(Uri management, string account)
    {
        http = new() { BaseAddress = new(management, "api/"), Timeout = TimeSpan.FromSeconds(15) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(account))));
    }

    /// <summary>A list of the API, for example <c>users</c>; empty where there is no such thing.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop);
        return answer.StatusCode == HttpStatusCode.NotFound ? []
            // A queue whose node is away has its node told twice, which a JSON object of .NET does not take.
            : [.. (await answer.Content.ReadFromJsonAsync<List<Dictionary<string, JsonNode?>>>(stop))!.Select(one => new JsonObject(one))];
    }

    /// <summary>One thing of the API, for example <c>definitions</c>.</summary>
    public async Task<JsonObject> GetAsync(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, stop);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(stop))!;
    }

    /// <summary>Hands something in.</summary>
    public async Task PostAsync(string path, JsonObject body, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, body, stop);
    }

    /// <summary>Makes something, or makes it what it shall be.</summary>
    public async Task PutAsync(string path, JsonObject body, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Put, path, body, stop);
    }

    /// <summary>Removes something. What has gone is no error.</summary>
    public async Task DeleteAsync(string path, CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Delete, path, null, stop);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken stop)
    {
        // With its length: the API takes no body in chunks.
        using var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, stop);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"RabbitMQ's management API at {http.BaseAddress} does not answer: {e.Message}", e);
        }
        if (answer.IsSuccessStatusCode || (answer.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Put))
            return answer;
        using (answer)
            throw new InvalidOperationException($"RabbitMQ refuses to {method} {path}: {(int)answer.StatusCode} {Reason(await answer.Content.ReadAsStringAsync(stop))}");
    }

    private static string Reason(string body)
    {
        try
        {
            return $"{JsonNode.Parse(body)?["reason"]}";
        }
        catch (JsonException)
        {
            return body.ReplaceLineEndings(" ");
        }
    }
}

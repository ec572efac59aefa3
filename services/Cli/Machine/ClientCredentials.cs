using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tremplin.Cli.Machine;

/// <summary>
/// Adds a client's access token to every request, and gets another before it expires. The client's secret is read from
/// <c>clients.json</c>, which Identity writes on its first start: client id -> secret, roles, organisation.
/// </summary>
/// <param name="authority">Identity's address.</param>
/// <param name="clientsFile">The path of <c>clients.json</c>.</param>
/// <param name="clientId">Which client to be.</param>
public sealed class ClientCredentials(Uri authority, string clientsFile, string clientId) : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly HttpClient Http = new();
    private readonly SemaphoreSlim one = new(1);
    private AuthenticationHeaderValue? header;
    private DateTimeOffset renewAt;

    /// <summary>Gets a fresh access token.</summary>
    /// <exception cref="InvalidOperationException">The client is unknown, or Identity refuses; the message says why.</exception>
    public async Task<string> TokenAsync(CancellationToken stop = default) => (await AskAsync(stop)).AccessToken;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = await CurrentAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            one.Dispose();
        base.Dispose(disposing);
    }

    private async Task<AuthenticationHeaderValue> CurrentAsync(CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            if (header is null || DateTimeOffset.UtcNow >= renewAt)
            {
                var token = await AskAsync(stop);
                header = new AuthenticationHeaderValue("Bearer", token.AccessToken);
                // Half of a short life, otherwise 30 s before its end.
                renewAt = DateTimeOffset.UtcNow.AddSeconds(Math.Max(token.ExpiresIn / 2.0, token.ExpiresIn - 30.0));
            }
            return header;
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<Token> AskAsync(CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = Secret(),
        });
        using var answer = await Http.PostAsync(new Uri(authority, "connect/token"), form, stop);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<Token>(stop))!
            : throw new InvalidOperationException(
                $"Identity gives {clientId} no token: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
    }

    private string Secret()
    {
        if (!File.Exists(clientsFile))
            throw new InvalidOperationException($"{clientsFile} is lacking: Identity writes it on its first start.");
        using var clients = JsonDocument.Parse(File.ReadAllText(clientsFile));
        return clients.RootElement.TryGetProperty(clientId, out var client)
            ? client.GetProperty("secret").GetString()!
            : throw new InvalidOperationException(
                $"No client {clientId}. The clients are: {string.Join(", ", clients.RootElement.EnumerateObject().Select(one => one.Name))}.");
    }

    private sealed record Token([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

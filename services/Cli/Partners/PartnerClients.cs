using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Partners;

/// <summary>The partners' clients at Identity: <c>clients.json</c>, which Identity follows as it changes, and whether it has.</summary>
internal sealed class PartnerClients(Uri authority, string file) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Uri tokenUrl = new(authority, "connect/token");

    /// <summary>Every client of the file, also those of the house.</summary>
    /// <exception cref="InvalidOperationException">There is no such file, or it is not what Identity writes.</exception>
    public JsonObject All()
    {
        if (!File.Exists(file))
            throw new InvalidOperationException($"{file} is lacking: Identity writes it on its first start.");
        try
        {
            return JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{file} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>True for the client of a partner, under whatever id.</summary>
    public static bool IsPartner(JsonNode? client) => client?["roles"] is JsonArray { Count: 1 } roles && (string?)roles[0] == "partner";

    /// <summary>True when the client is the partner's own, and has a secret.</summary>
    public static bool IsInOrder(JsonNode? client, string partner) =>
        IsPartner(client) && (string?)client!["organisation"] == partner && (string?)client["secret"] is { Length: > 0 };

    /// <summary>Gives the partner a client with this secret, in place of any that it had.</summary>
    public Task PutAsync(string partner, string secret, CancellationToken stop) => ChangeAsync(all =>
        all[partner] = new JsonObject { ["secret"] = secret, ["roles"] = new JsonArray("partner"), ["organisation"] = partner }, stop);

    /// <summary>Takes the partner's client away.</summary>
    public Task RemoveAsync(string partner, CancellationToken stop) => ChangeAsync(all => all.Remove(partner), stop);

    /// <summary>Returns when Identity gives the partner a token, or (<paramref name="refused"/>) gives it none any more.</summary>
    /// <exception cref="InvalidOperationException">It does not come true within 30 s.</exception>
    public async Task UntilAsync(string partner, string secret, CancellationToken stop, bool refused = false)
    {
        var last = "";
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(200, stop))
        {
            try
            {
                if (await HasTokenAsync(partner, secret, stop) != refused)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
            {
                last = $": {e.Message}";
            }
        }
        throw new InvalidOperationException(
            $"Identity at {authority} still {(refused ? "knows" : "does not know")} the client {partner} after {Patience.TotalSeconds:0} s{last}");
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<bool> HasTokenAsync(string partner, string secret, CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = partner,
            ["client_secret"] = secret,
        });
        using var answer = await http.PostAsync(tokenUrl, form, stop);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest)
            return false;
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonObject>(stop))!["access_token"]!.GetValue<string>();
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
        return (string?)claims["role"] == "partner" && (string?)claims["organisation"] == partner;
    }

    private async Task ChangeAsync(Action<JsonObject> change, CancellationToken stop)
    {
        using var one = await LockAsync(stop);
        var all = All();
        change(all);
        PrivateFile.Write(file, all.ToJsonString(Json) + "\n");
    }

    // Two commands at once would otherwise lose one's change.
    private async Task<FileStream> LockAsync(CancellationToken stop)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50, stop))
        {
            try
            {
                return new FileStream($"{file}.lock", new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }
            catch (IOException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                // Another command has it, for a moment.
            }
        }
    }
}

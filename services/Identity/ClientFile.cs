using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Tremplin.Identity;

/// <summary>A client as <c>clients.json</c> has it. The secret is 256 random bits in base64url.</summary>
public sealed record Client(string Secret, IReadOnlyList<string> Roles, string Organisation)
{
    /// <summary>Without the secret, lest a log line print it.</summary>
    public override string ToString() => $"{string.Join(' ', Roles)} for {Organisation}";
}

/// <summary>
/// <c>clients.json</c>: client id to client. The one place where secrets stand in the clear, for whoever hands them out.
/// </summary>
public static class ClientFile
{
    private const string Name = "clients.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// The file's clients, with those added that are expected and missing; of partners only where the file is new, so that
    /// none who was removed comes back. The caller holds the register's lock.
    /// </summary>
    /// <exception cref="JsonException">The file is not what this class writes.</exception>
    /// <exception cref="InvalidOperationException">The file gives a client no secret, or a role that does not exist.</exception>
    public static IReadOnlyDictionary<string, Client> Complete(SecretFolder secrets, IReadOnlyDictionary<string, Standing> expected)
    {
        var known = secrets.Read(Name);
        var clients = Parse(known ?? "{}");
        var missing = expected.Where(entry => !clients.ContainsKey(entry.Key) && (known is null || entry.Value.Roles is not ["partner"])).ToList();
        foreach (var (id, standing) in missing)
            clients.Add(id, new Client(NewSecret(), standing.Roles, standing.Organisation));
        if (missing.Count > 0) secrets.Replace(Name, JsonSerializer.Serialize(clients, Json) + "\n");
        return clients;
    }

    /// <summary>The file's clients. The caller holds the register's lock.</summary>
    /// <exception cref="JsonException">The file is not what this class writes.</exception>
    /// <exception cref="InvalidOperationException">The file is gone, or gives a client no secret, or a role that does not exist.</exception>
    public static IReadOnlyDictionary<string, Client> Read(SecretFolder secrets) =>
        Parse(secrets.Read(Name) ?? throw new InvalidOperationException($"{Name} is gone."));

    /// <summary>When the file was last written, or null if there is none.</summary>
    public static DateTime? WrittenAt(SecretFolder secrets) => secrets.WrittenAt(Name);

    private static SortedDictionary<string, Client> Parse(string text)
    {
        var clients = JsonSerializer.Deserialize<SortedDictionary<string, Client>>(text, Json)
            ?? throw new InvalidOperationException($"{Name} holds no clients.");
        foreach (var (id, client) in clients)
        {
            if (client.Secret.Length == 0 || client.Roles.Count == 0 || !client.Roles.All(ExpectedClients.Roles.Contains))
                throw new InvalidOperationException($"{Name}: {id} needs a secret and any of {string.Join(", ", ExpectedClients.Roles)}.");
        }

        return clients;
    }

    private static string NewSecret() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
}

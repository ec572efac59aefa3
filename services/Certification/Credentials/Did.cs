using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>Who issues, by the public address of the platform (did:web), and the document that lists the keys.</summary>
public static class Did
{
    /// <summary>The issuer at this address.</summary>
    /// <exception cref="ArgumentException">The address is not that of a host: DID documents of paths lie elsewhere.</exception>
    public static string Of(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address is not { IsAbsoluteUri: true, PathAndQuery: "/", Scheme: "https" or "http" })
            throw new ArgumentException($"The public address {address} must end with its host or port, and a slash.", nameof(address));
        return $"did:web:{address.IdnHost}{(address.IsDefaultPort ? "" : $"%3A{address.Port}")}";
    }

    /// <summary>The verification method of a key of this issuer.</summary>
    public static string Method(string did, IssuerKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"{did}#{key.Id}";
    }

    /// <summary>What lies at <c>/.well-known/did.json</c>: every key that verifies, retired ones included (R45).</summary>
    public static JsonObject Document(Uri address, IssuerKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var did = Of(address);
        return new()
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"),
            ["id"] = did,
            ["verificationMethod"] = new JsonArray([.. keys.All.Select(key => new JsonObject
            {
                ["id"] = Method(did, key),
                ["type"] = "Multikey",
                ["controller"] = did,
                ["publicKeyMultibase"] = key.Multibase,
            })]),
            ["assertionMethod"] = new JsonArray([.. keys.All.Select(key => JsonValue.Create(Method(did, key)))]),
        };
    }
}

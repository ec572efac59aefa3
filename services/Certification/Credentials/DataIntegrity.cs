using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>W3C Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (vc-di-eddsa, section 3.2).</summary>
public static class DataIntegrity
{
    private const string Proof = "proof", ProofValue = "proofValue", Type = "DataIntegrityProof", Suite = "eddsa-rdfc-2022", Purpose = "assertionMethod";

    /// <summary>A copy of the document with a proof by the issuer's current key; a set of one, as the schema of Open Badges asks.</summary>
    /// <exception cref="InvalidDataException">The document has another shape than ours.</exception>
    public static JsonObject Sign(JsonObject document, IssuerKeys keys, DateTimeOffset created)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(keys);
        var proof = new JsonObject
        {
            ["type"] = Type,
            ["cryptosuite"] = Suite,
            ["created"] = Words.Instant(created),
            ["verificationMethod"] = Did.Method(Issuer(document), keys.Current),
            ["proofPurpose"] = Purpose,
        };
        proof[ProofValue] = Base58.Encode(keys.Sign(Hash(document, proof)));
        var secured = document.DeepClone().AsObject();
        secured[Proof] = new JsonArray(proof);
        return secured;
    }

    /// <summary>Whether the document is as it was signed, by a key of its issuer that this DID document lists.</summary>
    public static bool Verifies(JsonObject credential, JsonObject didDocument)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(didDocument);
        try
        {
            if (credential[Proof] is not JsonArray { Count: 1 } proofs || proofs[0] is not JsonObject proof
                || (Words.Text(proof["type"]), Words.Text(proof["cryptosuite"]), Words.Text(proof["proofPurpose"])) != (Type, Suite, Purpose))
                return false;
            var method = Words.Text(proof["verificationMethod"]);
            var key = didDocument["verificationMethod"]!.AsArray().FirstOrDefault(m => Words.Text(m!["id"]) == method);
            return key is not null && Words.Text(key["controller"]) == Issuer(credential)
                && didDocument[Purpose]!.AsArray().Any(m => Words.Text(m) == method)
                && IssuerKey.Parse(Words.Text(key["publicKeyMultibase"])).Verifies(Hash(credential, proof), Base58.Decode(Words.Text(proof[ProofValue])));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            return false;
        }
    }

    /// <summary>What is signed: the SHA-256 of the proof's options, then that of the document, each of its canonical N-Quads.</summary>
    /// <exception cref="InvalidDataException">A term is unknown, or a value of another kind than it should be.</exception>
    public static byte[] Hash(JsonObject document, JsonObject proof, Terms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(proof);
        var (options, secured) = (proof.DeepClone().AsObject(), document.DeepClone().AsObject());
        options.Remove(ProofValue);
        options["@context"] = document["@context"]?.DeepClone();
        secured.Remove(Proof);
        return [.. Digest(options, terms), .. Digest(secured, terms)];
    }

    private static byte[] Digest(JsonObject document, Terms? terms) => SHA256.HashData(Encoding.UTF8.GetBytes(NQuads.Of(document, terms)));

    private static string Issuer(JsonObject document) => Words.Text(document["issuer"] is JsonObject profile ? profile["id"] : document["issuer"]);
}

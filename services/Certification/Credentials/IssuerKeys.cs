using System.Security.Cryptography;
using NSec.Cryptography;
using Tremplin.Defaults;

namespace Tremplin.Certification.Credentials;

/// <summary>The public half of a key that signs, or once signed, certificates (Ed25519).</summary>
public sealed class IssuerKey
{
    private static readonly byte[] Ed25519 = [0xED, 0x01];
    private readonly PublicKey _key;

    private IssuerKey(PublicKey key)
    {
        _key = key;
        var bytes = key.Export(KeyBlobFormat.RawPublicKey);
        Id = "key-" + Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        Multibase = Base58.Encode([.. Ed25519, .. bytes]);
    }

    /// <summary>Its name in the DID document: <c>key-</c> and 16 digits of its SHA-256.</summary>
    public string Id { get; }

    /// <summary>The key itself, as Multikey writes it: <c>z6Mk…</c>.</summary>
    public string Multibase { get; }

    /// <summary>Reads a key that is written as <see cref="Multibase"/>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IssuerKey Parse(string multibase)
    {
        var bytes = Base58.Decode(multibase);
        return bytes.AsSpan().StartsWith(Ed25519) && PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes.AsSpan(2), KeyBlobFormat.RawPublicKey, out var key)
            ? new(key!)
            : throw new FormatException($"'{multibase}' is no Ed25519 key.");
    }

    /// <summary>Whether this key made this signature.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureAlgorithm.Ed25519.SignatureSize && SignatureAlgorithm.Ed25519.Verify(_key, data, signature);

    internal static IssuerKey Of(PublicKey key) => new(key);
}

/// <summary>
/// The ring of keys of whoever issues certificates: one signs, those before it still verify (R45). Of a retired key only the
/// public half is kept: what it could still sign would verify as well.
/// </summary>
public sealed class IssuerKeys : IDisposable
{
    private readonly Key _key;

    /// <summary>A key from its seed, and those that it took the place of.</summary>
    public IssuerKeys(ReadOnlySpan<byte> seed, params IEnumerable<IssuerKey> retired)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Current = IssuerKey.Of(_key.PublicKey);
        All = [Current, .. retired.Where(k => k.Id != Current.Id).DistinctBy(k => k.Id)];
    }

    /// <summary>The key that signs.</summary>
    public IssuerKey Current { get; }

    /// <summary>Every key that verifies; the one that signs is the first.</summary>
    public IReadOnlyList<IssuerKey> All { get; }

    /// <summary>
    /// The keys of a folder: the seed in <c>certificates.key</c>, made where it is missing, and a line in each
    /// <c>certificates-retired-*.pub</c>, which is the <c>publicKeyMultibase</c> of a retired key.
    /// </summary>
    /// <exception cref="FormatException">A file of a retired key holds something else.</exception>
    public static IssuerKeys In(string folder)
    {
        var seed = Secrets.Bytes(Path.Combine(folder, "certificates.key"), SignatureAlgorithm.Ed25519.PrivateKeySize).AsSpan(0, SignatureAlgorithm.Ed25519.PrivateKeySize);
        return new(seed, Directory.GetFiles(folder, "certificates-retired-*.pub").Order(StringComparer.Ordinal)
            .Select(file => IssuerKey.Parse(File.ReadAllText(file).Trim())));
    }

    /// <summary>Signs with the current key; the same data always gives the same 64 bytes (RFC 8032).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => SignatureAlgorithm.Ed25519.Sign(_key, data);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}

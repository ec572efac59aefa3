using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Tremplin.Ledger;

/// <summary>What a log says of itself at one moment (C2SP tlog-checkpoint): its name, its size and its root.</summary>
/// <param name="Origin">The name of the log, which is also the name of its key.</param>
/// <param name="Size">The number of leaves.</param>
/// <param name="Root">The root over them.</param>
public sealed record Checkpoint(string Origin, long Size, ReadOnlyMemory<byte> Root)
{
    private const string Separator = "\n\n";

    /// <summary>The text that is signed: three lines.</summary>
    public string Body => $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root.Span)}\n";

    /// <summary>Opens a signed note.</summary>
    /// <exception cref="InvalidDataException">It is no checkpoint, of another log, or not signed with this key.</exception>
    public static Checkpoint Open(string note, VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(key);
        var end = note.LastIndexOf(Separator, StringComparison.Ordinal);
        var lines = end < 0 ? [] : note[..end].Split('\n');
        if (lines.Length < 3 || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture))
            throw new InvalidDataException("This is no checkpoint: three lines, an empty one and a signature were expected.");
        if (lines[0] != key.Name)
            throw new InvalidDataException($"The checkpoint is of the log '{lines[0]}', not of '{key.Name}'.");
        if (!note[(end + Separator.Length)..].Split('\n').Any(line => key.Verifies(note[..(end + 1)], line)))
            throw new InvalidDataException($"The checkpoint of size {size} is not signed with the key of '{key.Name}'.");
        var root = new byte[Merkle.Length];
        return Convert.TryFromBase64String(lines[2], root, out var length) && length == root.Length
            ? new(lines[0], size, root)
            : throw new InvalidDataException($"The root of the checkpoint of size {size} is no SHA-256 hash.");
    }

    /// <summary>The signed notes of a file to which they were appended one after the other.</summary>
    public static IEnumerable<string> Notes(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var note = new StringBuilder();
        var signed = false;
        foreach (var line in lines)
        {
            if (signed && !VerifierKey.IsSignature(line))
            {
                yield return note.ToString();
                (_, signed) = (note.Clear(), false);
            }

            note.Append(line).Append('\n');
            signed |= VerifierKey.IsSignature(line);
        }

        if (note.Length > 0)
            yield return note.ToString();
    }
}

/// <summary>A log's public key as C2SP signed-note writes it: <c>name+hash+base64</c>.</summary>
public sealed class VerifierKey
{
    private const byte Ed25519 = 1;
    private const string Dash = "— ";

    private readonly PublicKey _key;

    private VerifierKey(string name, PublicKey key) => (Name, _key) = (name, key);

    /// <summary>The name of the key, and of the log.</summary>
    public string Name { get; }

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">It is not of that form, or the hash does not fit.</exception>
    public static VerifierKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Trim().Split('+', 3) is not [var name, var hash, var key])
            throw new FormatException("A verifier key is written name+hash+base64.");
        var bytes = Convert.FromBase64String(key);
        if (bytes.Length != 33 || bytes[0] != Ed25519)
            throw new FormatException($"The key of '{name}' is no Ed25519 key.");
        var parsed = Of(name, bytes.AsSpan(1));
        return Convert.ToHexStringLower(parsed.Id) == hash ? parsed : throw new FormatException($"The hash in the key of '{name}' does not fit.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}+{Convert.ToHexStringLower(Id)}+{Convert.ToBase64String([Ed25519, .. Raw])}";

    internal static VerifierKey Of(string name, ReadOnlySpan<byte> key) =>
        new(name, PublicKey.Import(SignatureAlgorithm.Ed25519, key, KeyBlobFormat.RawPublicKey));

    internal static bool IsSignature(string line) => line.StartsWith(Dash, StringComparison.Ordinal);

    internal string Line(byte[] signature) => $"{Dash}{Name} {Convert.ToBase64String([.. Id, .. signature])}\n";

    internal bool Verifies(string body, string line)
    {
        Span<byte> signature = stackalloc byte[4 + 64];
        return IsSignature(line) && line[Dash.Length..].Split(' ') is [var name, var text] && name == Name
            && Convert.TryFromBase64String(text, signature, out var length) && length == signature.Length
            && signature[..4].SequenceEqual(Id)
            && SignatureAlgorithm.Ed25519.Verify(_key, Encoding.UTF8.GetBytes(body), signature[4..]);
    }

    private byte[] Raw => _key.Export(KeyBlobFormat.RawPublicKey);

    private byte[] Id => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Ed25519, .. Raw])[..4];
}

/// <summary>The key with which a log signs (Ed25519, RFC 8032).</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int SeedLength = 32;

    private readonly Key _key;

    /// <summary>The key of this log from its seed.</summary>
    public SigningKey(string name, ReadOnlySpan<byte> seed)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Verifier = VerifierKey.Of(name, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>A signed note (C2SP signed-note).</summary>
    public string Sign(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Body + "\n" + Verifier.Line(SignatureAlgorithm.Ed25519.Sign(_key, Encoding.UTF8.GetBytes(checkpoint.Body)));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}

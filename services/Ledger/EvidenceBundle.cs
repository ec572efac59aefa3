using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tremplin.Ledger;

/// <summary>What somebody asked to see: these records, or those of a programme, a partner or a period, or a sample of them.</summary>
/// <param name="Words">It in words.</param>
/// <param name="Records">The records that were named, if they were.</param>
/// <param name="Programme">The programme.</param>
/// <param name="Partner">The partner that applied.</param>
/// <param name="From">The first day of applying.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Sample">How many records at most.</param>
/// <param name="Seed">What decides which records a sample takes.</param>
public sealed record Scope(
    string Words, IReadOnlyList<Guid>? Records = null, string? Programme = null, string? Partner = null, DateOnly? From = null, DateOnly? To = null,
    int? Sample = null, string? Seed = null)
{
    /// <summary>
    /// The place of a record in the order in which a sample takes them: the SHA-256 of seed, slash and id, in hexadecimal.
    /// Whoever knows seed and population draws the same sample.
    /// </summary>
    public static string Place(string seed, Guid record) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{record}")));
}

/// <summary>What a manifest says of a service.</summary>
/// <param name="Service">The service, and the folder.</param>
/// <param name="Events">How many events of it are in the bundle.</param>
/// <param name="Size">How many events the checkpoint covers.</param>
/// <param name="Root">The checkpoint's root, base64.</param>
public sealed record Covered(string Service, long Events, long Size, string Root);

/// <summary>A file of a bundle as it must be.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in small hexadecimal digits.</param>
public sealed record Digest(long Bytes, string Sha256);

/// <summary>What <c>manifest.json</c> holds.</summary>
/// <param name="Format">Always <see cref="EvidenceBundle.Format"/>.</param>
/// <param name="Version">Always <see cref="EvidenceBundle.Version"/>.</param>
/// <param name="Scope">What was asked for.</param>
/// <param name="Services">The services that have a ledger.</param>
/// <param name="Files">Every other file.</param>
public sealed record Manifest(string Format, int Version, JsonElement Scope, IReadOnlyList<Covered> Services, IReadOnlyDictionary<string, Digest> Files);

/// <summary>The proof that an event is in the ledger.</summary>
/// <param name="Index">The leaf's place, from 0.</param>
/// <param name="Path">The audit path (RFC 9162, section 2.1.3.1), each hash in base64.</param>
public sealed record InclusionProof(long Index, IReadOnlyList<string> Path);

/// <summary>What a service contributes to a bundle.</summary>
/// <param name="Service">The service.</param>
/// <param name="Key">The key that opens the checkpoint.</param>
/// <param name="Checkpoint">The signed note.</param>
/// <param name="Events">The leaves in the order of their sequence, read once.</param>
/// <param name="Proofs">Their proofs against the checkpoint in the same order, read once, after the events.</param>
public sealed record Contribution(
    string Service, VerifierKey Key, string Checkpoint, IEnumerable<byte[]> Events, IEnumerable<InclusionProof> Proofs);

/// <summary>
/// Writes evidence that can be checked without us (docs/evidence.md). The same content gives the same bytes, as long as
/// the .NET below compresses alike.
/// </summary>
public static class EvidenceBundle
{
    /// <summary>The name of the format.</summary>
    public const string Format = "tremplin-evidence";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    internal const string ManifestFile = "manifest.json", RecordsFile = "records.txt", ReadmeFile = "README.txt", SchemaFolder = "schemas/";

    internal static readonly string[] OfService = ["checkpoint", "events.ndjson", "key", "proofs.ndjson"];

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    // The earliest that a zip can say.
    private static readonly DateTimeOffset Always = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a bundle.</summary>
    /// <param name="output">Where to; it must be able to seek.</param>
    /// <param name="scope">What was asked for.</param>
    /// <param name="records">The records whose events it holds.</param>
    /// <param name="contributions">What each service contributes.</param>
    public static Manifest Write(Stream output, Scope scope, IEnumerable<Guid> records, IEnumerable<Contribution> contributions)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(contributions);
        var (files, services) = (new Dictionary<string, Digest>(StringComparer.Ordinal), new List<Covered>());
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        Add(ReadmeFile, [Resource("README.txt")]);
        Add(RecordsFile, records.Select(r => r.ToString()).Order(StringComparer.Ordinal).Select(Line));
        foreach (var schema in (string[])["event.json", "manifest.json", "proof.json"])
            Add(SchemaFolder + schema, [Resource(schema)]);
        foreach (var part in contributions)
        {
            var (checkpoint, events) = (Checkpoint.Open(part.Checkpoint, part.Key), 0L);
            Add($"{part.Service}/checkpoint", [Encoding.UTF8.GetBytes(part.Checkpoint)]);
            Add($"{part.Service}/events.ndjson", part.Events.Select(leaf =>
            {
                events++;
                return (byte[])[.. leaf, (byte)'\n'];
            }));
            Add($"{part.Service}/key", [Line(part.Key.ToString())]);
            Add($"{part.Service}/proofs.ndjson", part.Proofs.Select(proof => (byte[])[.. Canonical(proof), (byte)'\n']));
            services.Add(new(part.Service, events, checkpoint.Size, Convert.ToBase64String(checkpoint.Root.Span)));
        }

        var manifest = new Manifest(Format, Version, JsonSerializer.SerializeToElement(scope, Json), services, new Dictionary<string, Digest>(files, StringComparer.Ordinal));
        Add(ManifestFile, [Canonical(manifest)]);
        return manifest;

        void Add(string name, IEnumerable<byte[]> content)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = Always;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = entry.Open();
            var bytes = 0L;
            foreach (var piece in content)
            {
                file.Write(piece);
                hash.AppendData(piece);
                bytes += piece.Length;
            }

            files[name] = new(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
    }

    private static byte[] Line(string text) => Encoding.UTF8.GetBytes(text + "\n");

    private static byte[] Canonical<T>(T value) => CanonicalJson.Of(JsonSerializer.SerializeToUtf8Bytes(value, Json));

    private static byte[] Resource(string name)
    {
        using var resource = typeof(EvidenceBundle).Assembly.GetManifestResourceStream("evidence/" + name)!;
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tremplin.Ledger;

/// <summary>Something in a bundle that is not as it must be.</summary>
/// <param name="Kind">A stable word for programs: entry, hash, manifest, key, checkpoint, line, proof, order, hole, scope or witness.</param>
/// <param name="File">The file of the bundle.</param>
/// <param name="Line">The line, from 1, where one is at fault.</param>
/// <param name="Event">The event's id, where one is at fault and has an id.</param>
/// <param name="Words">What is wrong, in words.</param>
public sealed record Flaw(string Kind, string File, long? Line, string? Event, string Words);

/// <summary>What somebody outside of the bundle knows of a ledger.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Checkpoints">The bodies of the checkpoints that were witnessed.</param>
public sealed record Seen(string Key, IReadOnlySet<string> Checkpoints);

/// <summary>
/// Checks an evidence bundle by itself: no database, no service. Whatever the file is, memory stays small; nothing is
/// unpacked to disk.
/// </summary>
public sealed partial class EvidenceCheck : IDisposable
{
    private const int Longest = 1 << 26, MostEntries = 1000, MostTimes = 200;

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _twice = [];

    /// <summary>Opens a bundle.</summary>
    /// <exception cref="InvalidDataException">It is no zip, unpacks to far more than a bundle does, or holds no manifest of this format.</exception>
    public EvidenceCheck(Stream bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        _zip = new(bundle, ZipArchiveMode.Read, leaveOpen: true);
        if (_zip.Entries.Count > MostEntries)
            throw new InvalidDataException($"This is no bundle: it holds {_zip.Entries.Count} files.");
        if (_zip.Entries.Aggregate(0m, (sum, e) => sum + (ulong)e.Length) > ((decimal)bundle.Length * MostTimes) + (1 << 20))
            throw new InvalidDataException($"This is no bundle: it would unpack to more than {MostTimes} times its size.");
        foreach (var entry in _zip.Entries)
        {
            if (!_entries.TryAdd(entry.FullName, entry))
                _twice.Add(entry.FullName);
        }

        var manifest = Whole(EvidenceBundle.ManifestFile);
        try
        {
            Manifest = CanonicalJson.Of(manifest).AsSpan().SequenceEqual(manifest)
                ? JsonSerializer.Deserialize<Manifest>(manifest, EvidenceBundle.Json)!
                : throw new InvalidDataException("manifest.json is not canonical JSON.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("manifest.json is none of an evidence bundle: " + e.Message, e);
        }

        if (Manifest is not { Format: EvidenceBundle.Format, Version: EvidenceBundle.Version } || !Manifest.Services.All(s => s is not null && Name().IsMatch(s.Service))
            || Manifest.Services.DistinctBy(s => s.Service).Count() != Manifest.Services.Count)
            throw new InvalidDataException($"manifest.json is none of {EvidenceBundle.Format}, version {EvidenceBundle.Version}.");
    }

    /// <summary>What the bundle says that it is. Whether that is true <see cref="Flaws"/> tells.</summary>
    public Manifest Manifest { get; }

    /// <summary>Everything that is wrong, found as it is read. With none, the bundle holds.</summary>
    /// <param name="keys">The keys that are known from elsewhere, if they are; otherwise those of the bundle are believed.</param>
    /// <param name="witness">What was witnessed of each service, if something was.</param>
    public IEnumerable<Flaw> Flaws(IReadOnlyCollection<string>? keys = null, IReadOnlyDictionary<string, Seen>? witness = null) =>
        Files().Concat(Services(keys, witness));

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private IEnumerable<Flaw> Files()
    {
        foreach (var name in _twice)
            yield return new("entry", name, null, null, "There is another file of this name.");
        var must = Manifest.Services.SelectMany(s => EvidenceBundle.OfService.Select(file => $"{s.Service}/{file}"))
            .Concat([EvidenceBundle.ReadmeFile, EvidenceBundle.RecordsFile]).ToHashSet(StringComparer.Ordinal);
        foreach (var name in must.Where(name => !Manifest.Files.ContainsKey(name)).Order(StringComparer.Ordinal))
            yield return new("manifest", name, null, null, "The manifest does not name it.");
        foreach (var name in _entries.Keys.Where(name => name != EvidenceBundle.ManifestFile && !Manifest.Files.ContainsKey(name)))
            yield return new("entry", name, null, null, "It is not in the manifest.");
        foreach (var (name, digest) in Manifest.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (!must.Contains(name) && !Schema().IsMatch(name))
                yield return new("manifest", name, null, null, "A bundle has no such file.");
            if (!_entries.ContainsKey(name))
            {
                yield return new("entry", name, null, null, "It is missing.");
            }
            else if (Try(() => Digested(name)) is var (found, why) && found != digest)
            {
                // What cannot be unpacked is as good as missing for all that follows.
                if (found is null)
                    _entries.Remove(name);
                yield return new(found is null ? "entry" : "hash", name, null, null, why ?? "It is not the file of the manifest: its SHA-256 or its length differs.");
            }
        }
    }

    private IEnumerable<Flaw> Services(IReadOnlyCollection<string>? keys, IReadOnlyDictionary<string, Seen>? witness)
    {
        var records = new HashSet<string>(StringComparer.Ordinal);
        var last = "";
        foreach (var (at, line, whole) in Lines(EvidenceBundle.RecordsFile))
        {
            var record = Encoding.Latin1.GetString(line);
            if (!whole || !Record().IsMatch(record) || string.CompareOrdinal(last, record) >= 0)
                yield return new("scope", EvidenceBundle.RecordsFile, at, null, "It is no record's id, or not in order.");
            records.Add(last = record);
        }

        var begun = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in Manifest.Services)
        {
            var (key, whyNoKey) = Try(() => VerifierKey.Parse(Text($"{service.Service}/key")));
            if (key is null)
                yield return new("key", $"{service.Service}/key", null, null, whyNoKey!);
            else if (keys?.Contains(key.ToString()) is false)
                yield return new("key", $"{service.Service}/key", null, null, $"It is none of the keys that were given: {key}");
            var (checkpoint, whyNone) = key is null ? (null, null) : Try(() => Checkpoint.Open(Text($"{service.Service}/checkpoint"), key));
            if (whyNone is not null)
                yield return new("checkpoint", $"{service.Service}/checkpoint", null, null, whyNone);
            if (checkpoint is not null && (checkpoint.Size, Convert.ToBase64String(checkpoint.Root.Span)) != (service.Size, service.Root))
                yield return new("manifest", $"{service.Service}/checkpoint", null, null, "The manifest names another size or root.");
            if (witness is not null)
            {
                var seen = witness.GetValueOrDefault(service.Service);
                if (seen is null || seen.Key != key?.ToString())
                    yield return new("witness", $"{service.Service}/key", null, null, "It is not the witnessed key.");
                else if (checkpoint is not null && !seen.Checkpoints.Contains(checkpoint.Body))
                    yield return new("witness", $"{service.Service}/checkpoint", null, null, $"Nobody witnessed this checkpoint of size {checkpoint.Size}.");
            }

            foreach (var flaw in Events(service, checkpoint, records, begun))
                yield return flaw;
        }

        foreach (var record in records.Except(begun).Order(StringComparer.Ordinal))
            yield return new("scope", EvidenceBundle.RecordsFile, null, null, $"The bundle does not hold how the record {record} began.");
    }

    private IEnumerable<Flaw> Events(Covered service, Checkpoint? checkpoint, HashSet<string> records, HashSet<string> begun)
    {
        var (file, proofs) = ($"{service.Service}/events.ndjson", $"{service.Service}/proofs.ndjson");
        var (versions, ids) = (new Dictionary<string, long>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var (sequence, index, count) = ("", -1L, 0L);
        using var proofLines = Lines(proofs).GetEnumerator();
        foreach (var (at, line, whole) in Lines(file))
        {
            count++;
            var (read, why) = whole ? Try(() => Attributes.Of(line, service.Service)) : (null, "The line does not end, or is too long.");
            if (read is null)
                yield return new("line", file, at, null, why!);
            var (proof, whyNone) = !proofLines.MoveNext() ? (null, "This event has no proof.")
                : proofLines.Current.Whole ? Try(() => Proof(proofLines.Current.Line)) : (null, "The line does not end, or is too long.");
            if (proof is null)
                yield return new("proof", proofs, at, read?.Id, whyNone!);
            else if (checkpoint is not null && !Merkle.Includes(
                checkpoint.Root.ToArray(), checkpoint.Size, Merkle.Leaf(line), proof.Index, proof.Path.Select(Convert.FromBase64String)))
                yield return new("proof", file, at, read?.Id, "The ledger did not hold this event at this place.");
            if (proof is not null && proof.Index <= index)
                yield return new("order", proofs, at, read?.Id, $"The place {proof.Index} does not follow {index}.");
            index = proof?.Index ?? index;
            if (read is null)
                continue;
            if (string.CompareOrdinal(read.Sequence, sequence) <= 0)
                yield return new("order", file, at, read.Id, $"The sequence {read.Sequence} does not follow {sequence}.");
            if (!ids.Add(read.Id))
                yield return new("order", file, at, read.Id, "There is another event of this id.");
            sequence = read.Sequence;
            if (!records.Contains(read.Record))
                yield return new("scope", file, at, read.Id, "It is about a record that is not in scope.");
            var before = versions.GetValueOrDefault(read.Stream);
            if (records.Contains(read.Stream) ? read.Version != before + 1 : read.Version <= before)
                yield return new(read.Version > before ? "hole" : "order", file, at, read.Id, $"Version {read.Version} of the stream {read.Stream} does not follow version {before}.");
            versions[read.Stream] = read.Version;
            if (service.Service == "enrollment" && read.Version == 1)
                begun.Add(read.Stream);
        }

        while (proofLines.MoveNext())
            yield return new("proof", proofs, proofLines.Current.At, null, "It belongs to no event.");
        if (_entries.ContainsKey(file) && count != service.Events)
            yield return new("manifest", file, null, null, $"It holds {count} events; the manifest says {service.Events}.");
    }

    private static (T? Value, string? Why) Try<T>(Func<T> read) where T : class
    {
        try
        {
            return (read(), null);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or JsonException)
        {
            return (null, e is JsonException { BytePositionInLine: { } at } ? $"It is no JSON from byte {at} on." : e.Message);
        }
    }

    private static InclusionProof Proof(byte[] line)
    {
        if (!CanonicalJson.Of(line).AsSpan().SequenceEqual(line))
            throw new InvalidDataException("The line is not canonical JSON.");
        var proof = JsonSerializer.Deserialize<InclusionProof>(line, EvidenceBundle.Json) ?? throw new InvalidDataException("The line is no proof.");
        var hash = new byte[Merkle.Length];
        return proof.Path.All(h => h is not null && Convert.TryFromBase64String(h, hash, out var length) && length == hash.Length && Convert.ToBase64String(hash) == h)
            ? proof
            : throw new InvalidDataException("The path holds what is no SHA-256 in base64.");
    }

    private Digest Digested(string name)
    {
        var entry = _entries[name];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = entry.Open();
        var (buffer, bytes) = (new byte[1 << 16], 0L);
        for (int read; (read = file.Read(buffer)) > 0; bytes += read)
        {
            if (bytes + read > entry.Length)
                throw new InvalidDataException("It unpacks to more than the zip says.");
            hash.AppendData(buffer, 0, read);
        }

        return new(bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // A file that is read at once.
    private byte[] Whole(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new InvalidDataException($"There is no {name}.");
        if (entry.Length > Longest)
            throw new InvalidDataException($"{name} is too large.");
        var content = new byte[entry.Length];
        using var file = entry.Open();
        return file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length && file.ReadByte() < 0 && Crc32(content) == entry.Crc32
            ? content
            : throw new InvalidDataException($"{name} is not the file that was packed.");
    }

    // The zip's own checksum, which .NET does not look at: nothing else tells that a manifest was damaged on its way.
    private static uint Crc32(ReadOnlySpan<byte> content)
    {
        var crc = ~0u;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xedb88320 & (uint)-(int)(crc & 1));
        }

        return ~crc;
    }

    private string Text(string name)
    {
        var content = Whole(name);
        return System.Text.Unicode.Utf8.IsValid(content) ? Encoding.UTF8.GetString(content) : throw new InvalidDataException($"{name} is no UTF-8.");
    }

    // Whole is false for what has no end: the rest of a file, or a line beyond any size; then it is the last.
    private IEnumerable<(long At, byte[] Line, bool Whole)> Lines(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            yield break;
        using var file = entry.Open();
        var (buffer, start, end, at) = (new byte[1 << 16], 0, 0, 0L);
        while (true)
        {
            for (int length; (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
                yield return (++at, buffer[start..(start + length)], true);
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length && end < Longest)
                Array.Resize(ref buffer, end * 2);
            var read = file.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                break;
            end += read;
        }

        if (end > 0)
            yield return (++at, buffer[..end], false);
    }

    [GeneratedRegex("^[a-z]{1,40}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("^schemas/[a-z.-]{1,80}\\.json\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Schema();

    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Record();

    [GeneratedRegex("^[0-9]{19}\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sequence();

    /// <summary>What the check needs of an event.</summary>
    private sealed record Attributes(string Id, string Stream, long Version, string Sequence, string Record)
    {
        public static Attributes Of(byte[] line, string service)
        {
            if (!CanonicalJson.Of(line).AsSpan().SequenceEqual(line))
                throw new InvalidDataException("The line is not canonical JSON.");
            using var json = JsonDocument.Parse(line);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } attributes || Text("specversion") != "1.0" || Text("source") != "/" + service
                || !EvidenceCheck.Sequence().IsMatch(Text("sequence"))
                || !attributes.TryGetProperty("streamversion", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var version) || version < 1)
                throw new InvalidDataException($"The line is no event of {service}.");
            return new(Text("id"), Text("subject"), version, Text("sequence"), Text("correlationid"));

            string Text(string name) => attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw new InvalidDataException($"The event has no {name}.");
        }
    }
}

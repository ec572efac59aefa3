using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tremplin.Ledger.Specs;

/// <summary>A made-up platform: what its services stored about some records among others, all from one seed.</summary>
internal sealed class Story
{
    private static readonly string[] Names = ["enrollment", "scheduling", "certification"];

    private readonly Random _random;
    private readonly int _sizes;

    public Story(int seed, params int[] sizes)
    {
        _random = new(seed);
        _sizes = sizes.Length;
        Records = [.. Enumerable.Range(0, Math.Max(1, sizes[0] / 40)).Select(_ => Id()).Take(6)];
        Ledgers = [.. sizes.Zip(Names, (size, name) => new Ledger(name, new("tremplin/" + name, Bytes(SigningKey.SeedLength)), [.. Stored(name, size)]))];
    }

    public IReadOnlyList<Guid> Records { get; }

    public IReadOnlyList<Ledger> Ledgers { get; }

    public byte[] Bundle(Scope? scope = null)
    {
        using var output = new MemoryStream();
        EvidenceBundle.Write(output, scope ?? new("Everything about some records.", Records), Records, Ledgers.Select(l => l.Of(Records)));
        return output.ToArray();
    }

    // The records begin first, so that each is in the bundle; what else happens is about them or about others.
    private IEnumerable<StoredEvent> Stored(string service, int size)
    {
        var (versions, sequence, cohort) = (new Dictionary<Guid, long>(), 0L, Id());
        for (var n = 0; n < size; n++)
        {
            var record = n < Records.Count && service == "enrollment" ? Records[n] : _random.Next(4) == 0 ? Records[_random.Next(Records.Count)] : Id();
            var stream = service == "scheduling" ? cohort : record;
            versions[stream] = versions.GetValueOrDefault(stream) + 1;
            yield return new(
                sequence += 1 + (_random.Next(9) / 8), Id(), stream, service == "scheduling" ? "cohort" : "training-record", versions[stream], "something-happened.v1",
                new DateTime(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc).AddSeconds(n), record.ToString(), Id().ToString(),
                """{"actor":"platform","organisation":"tremplin","occurredAt":"2026-11-02T08:00:00.0000000+00:00"}""",
                $$"""{"mark": {{(_random.Next(200) / 10m).ToString(CultureInfo.InvariantCulture)}}, "name": "é\u20ac\u0007😀{{_random.Next()}}", "none": null, "list": [1e2, true, -0.0, 1e-7, 123456789012345678901234567890, {{_random.NextDouble().ToString("R", CultureInfo.InvariantCulture)}}]}""");
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private Guid Id() => new(Bytes(16));
}

/// <summary>What one service stored, and the tree over it.</summary>
internal sealed record Ledger(string Service, SigningKey Key, IReadOnlyList<StoredEvent> Stored)
{
    private readonly byte[][] _entries = [.. Stored.Select(e => Entry.Of(Service, e))];
    private readonly byte[][] _hashes = [.. Stored.Select(e => Merkle.Leaf(Entry.Of(Service, e)))];

    public string Note(int size) => Key.Sign(new(Key.Verifier.Name, size, Merkle.Root(_hashes.AsSpan(0, size))));

    public Contribution Of(IReadOnlyList<Guid> records)
    {
        var about = Stored.Index().Where(e => records.Contains(Guid.Parse(e.Item.Correlation!))).Select(e => e.Index).ToList();
        return new(
            Service, Key.Verifier, Note(Stored.Count), about.Select(at => _entries[at]),
            about.Select(at => new InclusionProof(at, [.. Merkle.Inclusion(at, Stored.Count, (from, to) => Merkle.Root(_hashes.AsSpan((int)from, (int)(to - from)))).Select(Convert.ToBase64String)])));
    }
}

/// <summary>A bundle taken apart, to be damaged and put together again.</summary>
internal sealed class Pack
{
    private readonly List<(string Name, byte[] Content)> _more = [];

    public Pack(byte[] bundle)
    {
        using var zip = new ZipArchive(new MemoryStream(bundle));
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using var file = entry.Open();
            file.CopyTo(content);
            Files[entry.FullName] = content.ToArray();
        }
    }

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The lines of a file as texts.</summary>
    public List<string> Lines(string name) => [.. Text(name).Split('\n').SkipLast(1)];

    public string Text(string name) => Encoding.UTF8.GetString(Files[name]);

    public Pack Set(string name, string text) => Set(name, Encoding.UTF8.GetBytes(text));

    public Pack Set(string name, byte[] content)
    {
        Files[name] = content;
        return this;
    }

    public Pack Set(string name, IEnumerable<string> lines) => Set(name, string.Concat(lines.Select(l => l + "\n")));

    public Pack Without(string name)
    {
        Files.Remove(name);
        return this;
    }

    /// <summary>Changes a line of a file.</summary>
    public Pack Line(string name, int at, Func<string, string> change) => Set(name, Lines(name).Select((l, n) => n == at ? change(l) : l));

    /// <summary>Does the same to the lines of events and to those of their proofs.</summary>
    public Pack Both(string service, Action<List<string>> change)
    {
        foreach (var name in new[] { $"{service}/events.ndjson", $"{service}/proofs.ndjson" })
        {
            var lines = Lines(name);
            change(lines);
            Set(name, lines);
        }

        return this;
    }

    /// <summary>Puts a second file of a name beside the first.</summary>
    public Pack Also(string name, byte[] content)
    {
        _more.Add((name, content));
        return this;
    }

    /// <summary>Changes the manifest.</summary>
    public Pack Manifest(Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(Files["manifest.json"])!;
        change(manifest);
        return Set("manifest.json", CanonicalJson.Of(manifest.ToJsonString()));
    }

    /// <summary>Makes the manifest fit, as somebody would who knows the format.</summary>
    public Pack Mended() => Manifest(manifest =>
    {
        manifest["files"] = new JsonObject(Files.Where(f => f.Key != "manifest.json").Select(f => KeyValuePair.Create(
            f.Key, (JsonNode?)new JsonObject { ["bytes"] = f.Value.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(f.Value)) })));
        foreach (var service in manifest["services"]!.AsArray())
        {
            var name = (string)service!["service"]!;
            if (Files.ContainsKey($"{name}/events.ndjson"))
                service["events"] = Files[$"{name}/events.ndjson"].Count(b => b == (byte)'\n');
            if (Files.ContainsKey($"{name}/checkpoint") && Text($"{name}/checkpoint").Split('\n') is [_, var size, var root, ..] && long.TryParse(size, CultureInfo.InvariantCulture, out var number))
                (service["size"], service["root"]) = (number, root);
        }
    });

    public byte[] Bytes(CompressionLevel level = CompressionLevel.Fastest)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in Files.Select(f => (f.Key, f.Value)).Concat(_more))
            {
                using var file = zip.CreateEntry(name, level).Open();
                file.Write(content);
            }
        }

        return output.ToArray();
    }
}

using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Ledger;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The schemas that lie in every evidence bundle fit what lies beside them.</summary>
public class EvidenceSpecs
{
    private static readonly Guid Record = new("0d73f8a5-f8b1-5b9f-9f5d-83c6b5303c22");

    private static readonly byte[] Leaf = Entry.Of("enrollment", new(
        7, Record, Record, "training_record", 1, "training-record.seat-requested.v1", new(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc), Record.ToString(), Record.ToString(),
        """{"actor":"platform","organisation":"tremplin","occurredAt":"2026-11-02T08:00:00.0000000+00:00","partner":"p"}""", "{}"));

    private static readonly Dictionary<string, string> Files = Unpacked();

    [Theory]
    [InlineData("event", "enrollment/events.ndjson", "streamversion")]
    [InlineData("proof", "enrollment/proofs.ndjson", "path")]
    [InlineData("manifest", "manifest.json", "services")]
    public void Fits_what_is_in_a_bundle(string schema, string file, string needed)
    {
        var (form, value) = (JsonNode.Parse(Files[$"schemas/{schema}.json"])!, JsonNode.Parse(Files[file])!);
        Schema.Faults(form, value).Should().BeEmpty();
        value.AsObject().Select(m => m.Key).Except(form["properties"]!.AsObject().Select(m => m.Key)).Should().BeEmpty("each is described");
        value.AsObject().Remove(needed);
        Schema.Faults(form, value).Should().ContainSingle();
    }

    private static Dictionary<string, string> Unpacked()
    {
        using var key = new SigningKey("tremplin/enrollment", new byte[SigningKey.SeedLength]);
        using var output = new MemoryStream();
        EvidenceBundle.Write(
            output, new("All.", [Record], "site-web", "p", new(2026, 10, 1), new(2026, 12, 1), 1, "seed"), [Record],
            [new("enrollment", key.Verifier, key.Sign(new("tremplin/enrollment", 1, Merkle.Leaf(Leaf))), [Leaf], [new(0, [Convert.ToBase64String(new byte[32])])])]);
        using var zip = new ZipArchive(output);
        return zip.Entries.ToDictionary(e => e.FullName, e => new StreamReader(e.Open(), Encoding.UTF8).ReadToEnd(), StringComparer.Ordinal);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Xunit;

namespace Tremplin.Ledger.Specs;

/// <summary>Two verifiers that share no code agree about every bundle, whole or damaged, each in another way.</summary>
public sealed class EvidenceSpecs(EvidenceSpecs.Verdicts verdicts) : IClassFixture<EvidenceSpecs.Verdicts>
{
    private const string Events = "enrollment/events.ndjson", Proofs = "enrollment/proofs.ndjson", Note = "enrollment/checkpoint", Key = "enrollment/key";

    private static readonly int[] Sizes = [1, 2, 3, 7, 8, 64, 255, 256, 257, 1000, 1023, 1025, 2049];

    /// <summary>Twenty-five stories, by seed, with one to three services and trees of many sizes.</summary>
    private static readonly IReadOnlyDictionary<string, Func<byte[]>> Whole = Enumerable.Range(0, 25).ToDictionary(
        seed => $"whole {seed}",
        seed => (Func<byte[]>)(() => new Story(seed, [.. Enumerable.Range(0, 1 + (seed % 3)).Select(n => Sizes[(seed + (5 * n)) % Sizes.Length])]).Bundle()),
        StringComparer.Ordinal);

    private static readonly Story Of = new(4711, 300, 200, 40);

    private static readonly byte[] Sound = Of.Bundle();

    private static readonly SigningKey Other = new("tremplin/enrollment", new byte[32]);

    // The line of an event that a later one of the same stream follows; line 0 is of a record, too.
    private static readonly int Inner = new Pack(Sound).Lines(Events).Index().First(l => l.Item.Contains("\"streamversion\":2,", StringComparison.Ordinal)
        && new Pack(Sound).Lines(Events).Skip(l.Index + 1).Any(later => Subject(later) == Subject(l.Item))).Index;

    private static readonly IReadOnlyDictionary<string, Func<Pack, byte[]>> Damages = new Dictionary<string, Func<Pack, byte[]>>(StringComparer.Ordinal)
    {
        ["a byte of an event is flipped"] = p => p.Line(Events, 3, Flip).Bytes(),
        ["a byte of an event is flipped and the manifest mended"] = p => p.Line(Events, 3, Flip).Mended().Bytes(),
        ["an event is removed with its proof"] = p => p.Both("enrollment", l => l.RemoveAt(Inner)).Mended().Bytes(),
        ["an event is removed without its proof"] = p => p.Set(Events, p.Lines(Events).Where((_, n) => n != 2)).Mended().Bytes(),
        ["the first event of a record is removed with its proof"] = p => p.Both("enrollment", l => l.RemoveAt(0)).Mended().Bytes(),
        ["all events of a record are removed"] = p => Removed(p, Subject(p.Lines(Events)[0])).Mended().Bytes(),
        ["a record is no longer in scope"] = p => p.Set("records.txt", p.Lines("records.txt").Skip(1)).Mended().Bytes(),
        ["records are not in order"] = p => p.Set("records.txt", p.Lines("records.txt").Reverse<string>()).Mended().Bytes(),
        ["two events are swapped"] = p => p.Set(Events, Swapped(p.Lines(Events))).Mended().Bytes(),
        ["two events are swapped with their proofs"] = p => p.Both("enrollment", l => Swapped(l)).Mended().Bytes(),
        ["an event is there twice"] = p => p.Both("enrollment", l => l.Insert(4, l[4])).Mended().Bytes(),
        ["a proof has another hash"] = p => Proof(p, (_, path) => path[1] = Convert.ToBase64String(new byte[32])).Mended().Bytes(),
        ["a proof has a hash less"] = p => Proof(p, (_, path) => path.RemoveAt(0)).Mended().Bytes(),
        ["a proof has a hash more"] = p => Proof(p, (_, path) => path.Add(Convert.ToBase64String(new byte[32]))).Mended().Bytes(),
        ["a proof has a short hash"] = p => Proof(p, (_, path) => path[0] = "AAAA").Mended().Bytes(),
        ["a proof has another index"] = p => Proof(p, (proof, _) => proof["index"] = (long)proof["index"]! ^ 1).Mended().Bytes(),
        ["a proof has a negative index"] = p => Proof(p, (proof, _) => proof["index"] = -1).Mended().Bytes(),
        ["a proof says more than it should"] = p => Proof(p, (proof, _) => proof["size"] = 300).Mended().Bytes(),
        ["a proof is none"] = p => p.Line(Proofs, 2, _ => "null").Mended().Bytes(),
        ["the last proof is missing"] = p => p.Set(Proofs, p.Lines(Proofs).SkipLast(1)).Mended().Bytes(),
        ["there is a proof too many"] = p => p.Set(Proofs, p.Lines(Proofs).Append("")).Mended().Bytes(),
        ["the root is changed"] = p => p.Line(Note, 2, _ => Convert.ToBase64String(new byte[32])).Mended().Bytes(),
        ["another root is signed by another key"] = p => p.Set(Note, Other.Sign(new("tremplin/enrollment", 300, new byte[32]))).Mended().Bytes(),
        ["another root is signed by another key that lies beside it"] = p =>
            p.Set(Note, Other.Sign(new("tremplin/enrollment", 300, new byte[32]))).Set(Key, Other.Verifier + "\n").Mended().Bytes(),
        ["the signature is missing"] = p => p.Set(Note, p.Text(Note).Split('—')[0]).Mended().Bytes(),
        ["the key is another"] = p => p.Set(Key, Other.Verifier + "\n").Mended().Bytes(),
        ["the key is mistyped"] = p => p.Set(Key, p.Text(Key).Replace("+", "+0", StringComparison.Ordinal)).Mended().Bytes(),
        ["the key is no text"] = p => p.Set(Key, [0xff, 0xfe]).Mended().Bytes(),
        ["the checkpoint is of another service"] = p => p.Set(Note, p.Text("scheduling/checkpoint")).Mended().Bytes(),
        ["checkpoint and key are of another service"] = p => p.Set(Note, p.Text("scheduling/checkpoint")).Set(Key, p.Text("scheduling/key")).Mended().Bytes(),
        ["the checkpoint is an older one"] = p => p.Set(Note, Of.Ledgers[0].Note(250)).Mended().Bytes(),
        ["the manifest names another number of events"] = p => p.Manifest(m => m["services"]![0]!["events"] = 7).Bytes(),
        ["the manifest names another size"] = p => p.Manifest(m => m["services"]![1]!["size"] = 199).Bytes(),
        ["the manifest names another root"] = p => p.Manifest(m => m["services"]![2]!["root"] = Convert.ToBase64String(new byte[32])).Bytes(),
        ["the manifest names another length"] = p => p.Manifest(m => m["files"]!["README.txt"]!["bytes"] = 1).Bytes(),
        ["the manifest does not name a service"] = p => p.Manifest(m => m["services"]!.AsArray().RemoveAt(2)).Bytes(),
        ["the manifest names a service twice"] = p => p.Manifest(m => m["services"]!.AsArray().Add(m["services"]![0]!.DeepClone())).Bytes(),
        ["the manifest names nobody"] = p => p.Manifest(m => m["services"]!.AsArray().Add(null)).Bytes(),
        ["the manifest is spaced"] = p => p.Set("manifest.json", p.Text("manifest.json").Replace(":", ": ", StringComparison.Ordinal)).Bytes(),
        ["the manifest is of a later version"] = p => p.Manifest(m => m["version"] = 2).Bytes(),
        ["the manifest is of another format"] = p => p.Manifest(m => m["format"] = "else").Bytes(),
        ["the manifest is a list"] = p => p.Set("manifest.json", "[]").Bytes(),
        ["the manifest is null"] = p => p.Set("manifest.json", "null").Bytes(),
        ["the manifest is missing"] = p => p.Without("manifest.json").Bytes(),
        ["a file is missing"] = p => p.Without("certification/proofs.ndjson").Bytes(),
        ["a file is missing and the manifest mended"] = p => p.Without("certification/proofs.ndjson").Mended().Bytes(),
        ["the records are missing"] = p => p.Without("records.txt").Mended().Bytes(),
        ["there is another file"] = p => p.Set("notes.txt", "Believe me.").Bytes(),
        ["there is another file and the manifest mended"] = p => p.Set("notes.txt", "Believe me.").Mended().Bytes(),
        ["a schema is changed"] = p => p.Set("schemas/event.json", "{}").Bytes(),
        ["a file would be written elsewhere"] = p => p.Set("../../etc/passwd", "root").Bytes(),
        ["a file would be written elsewhere and the manifest mended"] = p => p.Set("schemas/../../evil.json", "root").Mended().Bytes(),
        ["two files have one name"] = p => p.Also(Events, p.Files[Events]).Bytes(),
        ["there are two manifests"] = p => p.Also("manifest.json", p.Files["manifest.json"]).Bytes(),
        ["a line is spaced"] = p => p.Line(Events, 2, l => l.Replace(",\"data\"", ", \"data\"", StringComparison.Ordinal)).Mended().Bytes(),
        ["a line is in another order"] = p => p.Line(Events, 2, l => Moved(l)).Mended().Bytes(),
        ["a member is named twice"] = p => p.Line(Events, 2, l => l.Replace("{\"actor\"", "{\"actor\":\"nobody\",\"actor\"", StringComparison.Ordinal)).Mended().Bytes(),
        ["lines end as on Windows"] = p => p.Set(Events, p.Text(Events).Replace("\n", "\r\n", StringComparison.Ordinal)).Mended().Bytes(),
        ["the last line does not end"] = p => p.Set(Events, p.Text(Events).TrimEnd('\n')).Mended().Bytes(),
        ["a line is empty"] = p => p.Line(Events, 5, _ => "").Mended().Bytes(),
        ["a line is a number"] = p => p.Line(Events, 5, _ => "1").Mended().Bytes(),
        ["a line is not JSON"] = p => p.Line(Events, 5, l => l[..^1]).Mended().Bytes(),
        ["a line is nested without end"] = p => p.Line(Events, 5, _ => new string('[', 100_000)).Mended().Bytes(),
        ["a line holds what is no number"] = p => p.Line(Events, 5, l => l.Replace("\"none\":null", "\"none\":NaN", StringComparison.Ordinal)).Mended().Bytes(),
        ["a line holds what is no UTF-8"] = p => p.Set(Events, [.. p.Files[Events].Select(b => b == 0xc3 ? (byte)0xff : b)]).Mended().Bytes(),
        ["the zip is cut off"] = p => p.Bytes()[..^100],
        ["the zip is cut off at its beginning"] = p => p.Bytes()[50..],
        ["it is no zip"] = _ => Encoding.UTF8.GetBytes("Dear auditor, all is well."),
        ["it is nothing"] = _ => [],
        ["it is an empty zip"] = _ => [(byte)'P', (byte)'K', 5, 6, .. new byte[18]],
        ["it would fill the memory"] = p => p.Set(Events, new byte[50_000_000]).Bytes(CompressionLevel.Optimal),
        ["it holds thousands of files"] = p => Enumerable.Range(0, 2000).Aggregate(p, (all, n) => all.Set($"schemas/{n}.json", "{}")).Bytes(),
    };

    public static TheoryData<string> Every => [.. Whole.Keys.Concat(Damages.Keys)];

    [Theory]
    [MemberData(nameof(Every))]
    public void Both_verifiers_agree(string bundle)
    {
        var (ours, theirs, why) = verdicts.Of(bundle);
        (theirs == 0).Should().Be(ours == 0, why);
        (ours == 0).Should().Be(Whole.ContainsKey(bundle), why);
    }

    [Fact]
    public void Whatever_byte_is_flipped_neither_verifier_fails_nor_believes_what_was_not_written()
    {
        verdicts.Flipped.Should().HaveCount(Verdicts.Flips);
        verdicts.Flipped.Where(v => v.Ours == 0).Should().OnlyContain(v => v.SameToUs);
        verdicts.Flipped.Where(v => v.Theirs == 0).Should().OnlyContain(v => v.SameToThem);
        // What a zip says of times and modes says nothing of evidence.
        verdicts.Flipped.Count(v => v is { Ours: > 0, Theirs: > 0 }).Should().BeInRange(Verdicts.Flips / 2, Verdicts.Flips - 1);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        Of.Bundle().Should().Equal(Sound);
        Of.Bundle(new("Something else.")).Should().NotEqual(Sound);
    }

    [Fact]
    public void A_flaw_names_file_line_and_event()
    {
        var pack = new Pack(Sound);
        var id = JsonNode.Parse(pack.Lines(Events)[3])!["id"]!.GetValue<string>();
        Flaws(pack.Line(Events, 3, Flip).Mended().Bytes()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Kind = "proof", File = Events, Line = 4, Event = id });
    }

    [Fact]
    public void A_bundle_of_somebody_elses_ledger_is_known_by_the_key_and_by_the_witness()
    {
        var forged = new Story(4712, 300, 200, 40).Bundle();
        Flaws(forged).Should().BeEmpty("it agrees with itself");
        string[] keys = [.. Of.Ledgers.Select(l => l.Key.Verifier.ToString())];
        var witness = Of.Ledgers.ToDictionary(
            l => l.Service, l => new Seen(l.Key.Verifier.ToString(), new HashSet<string>([l.Note(l.Stored.Count).Split("\n\n")[0] + "\n"], StringComparer.Ordinal)), StringComparer.Ordinal);
        Flaws(Sound, keys, witness).Should().BeEmpty();
        Flaws(forged, keys).Select(f => f.Kind).Should().Equal("key", "key", "key");
        Flaws(forged, witness: witness).Select(f => f.Kind).Should().Equal("witness", "witness", "witness");
        witness["scheduling"] = witness["scheduling"] with { Checkpoints = new HashSet<string>() };
        witness.Remove("certification");
        Flaws(Sound, keys, witness).Select(f => (f.Kind, f.File)).Should().Equal(("witness", "scheduling/checkpoint"), ("witness", "certification/key"));
    }

    [Fact]
    public void A_sample_is_drawn_by_its_seed()
    {
        var records = Enumerable.Range(0, 50).Select(n => new Guid(n, 0, 0, new byte[8])).ToList();
        Scope.Place("2026", records[0]).Should().Be("bb8d5c8561527fb821e5611c6f59e6141828eb2b661914f18f0113feb3dfbed7");
        records.OrderBy(r => Scope.Place("a", r)).Should().NotEqual(records.OrderBy(r => Scope.Place("b", r)));
    }

    [Fact]
    public async Task The_second_verifier_passes_its_own_tests()
    {
        var (code, said) = await Python("-m", "unittest", "-v", "test_verify");
        code.Should().Be(0, said);
        said.Should().MatchRegex("Ran [1-9][0-9]* tests");
    }

    private static List<Flaw> Flaws(byte[] bundle, IReadOnlyCollection<string>? keys = null, IReadOnlyDictionary<string, Seen>? witness = null)
    {
        using var check = new EvidenceCheck(new MemoryStream(bundle));
        return [.. check.Flaws(keys, witness)];
    }

    private static string Subject(string line) => JsonNode.Parse(line)!["subject"]!.GetValue<string>();

    private static string Flip(string line) => line.Replace("tremplin\",\"recordedtime", "trempiln\",\"recordedtime", StringComparison.Ordinal);

    private static List<string> Swapped(List<string> lines)
    {
        (lines[6], lines[7]) = (lines[7], lines[6]);
        return lines;
    }

    private static string Moved(string line)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        var actor = json["actor"]!.DeepClone();
        json.Remove("actor");
        json["actor"] = actor;
        return json.ToJsonString();
    }

    private static Pack Removed(Pack pack, string record)
    {
        foreach (var service in Of.Ledgers.Select(l => l.Service))
        {
            var keep = pack.Lines($"{service}/events.ndjson").Index().Where(l => !l.Item.Contains($"\"correlationid\":\"{record}\"", StringComparison.Ordinal)).Select(l => l.Index).ToList();
            pack.Both(service, lines =>
            {
                var kept = keep.Select(n => lines[n]).ToList();
                lines.Clear();
                lines.AddRange(kept);
            });
        }

        return pack;
    }

    private static Pack Proof(Pack pack, Action<JsonNode, JsonArray> change) => pack.Line(Proofs, 2, line =>
    {
        var proof = JsonNode.Parse(line)!;
        change(proof, proof["path"]!.AsArray());
        return Encoding.UTF8.GetString(CanonicalJson.Of(proof.ToJsonString()));
    });

    // Another python may come first on the PATH, without the package.
    private static async Task<(int Code, string Said)> Python(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-B", .. arguments])
        {
            WorkingDirectory = Verifier(),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }

    private static string Verifier([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "contracts", "verifier");

    /// <summary>What both verifiers say of every bundle. Python starts once for all of them.</summary>
    public sealed class Verdicts : IAsyncLifetime
    {
        internal const int Flips = 200;

        private readonly Dictionary<string, (int Ours, int Theirs, string Why)> _all = new(StringComparer.Ordinal);

        internal List<(int Ours, int Theirs, bool SameToUs, bool SameToThem)> Flipped { get; } = [];

        public async ValueTask InitializeAsync()
        {
            var folder = Directory.CreateTempSubdirectory("tremplin-evidence-");
            try
            {
                var bundles = Whole.Select(w => (w.Key, Bytes: w.Value())).Append(("sound", Sound)).Concat(Damages.Select(d => (d.Key, Bytes: d.Value(new(Sound)))))
                    .Concat(Enumerable.Range(0, Flips).Select(n => ($"flip {n}", Bytes: FlippedAt(n)))).ToList();
                foreach (var (at, (_, bytes)) in bundles.Index())
                    await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{at}"), bytes);
                var (code, said) = await Python("-c", """
                    import contextlib, hashlib, io, sys, verify, zipfile
                    folder, count = sys.argv[1:]
                    def content(path):
                        try:
                            with zipfile.ZipFile(path) as zip:
                                return hashlib.sha256(repr([(name, zip.read(name)) for name in zip.namelist()]).encode()).hexdigest()
                        except Exception:
                            return "none"
                    for bundle in range(int(count)):
                        sys.argv, said = ["verify.py", f"{folder}/{bundle}"], io.StringIO()
                        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                            code = verify.main()
                        print(code, content(sys.argv[1]), said.getvalue()[:400].replace("\n", " "))
                    """, folder.FullName, $"{bundles.Count}");
                var theirs = said.Split('\n');
                foreach (var (at, (name, bytes)) in bundles.Index())
                {
                    var (ours, why) = Ours(bytes);
                    var (their, content) = (int.Parse(theirs[at].Split(' ')[0], CultureInfo.InvariantCulture), theirs[at].Split(' ')[1]);
                    if (name.StartsWith("flip ", StringComparison.Ordinal))
                        Flipped.Add((ours, their, Same(bytes), content == theirs[Whole.Count].Split(' ')[1]));
                    else
                        _all.Add(name, (ours, their, $"we say: {why}; they say: {theirs[at]}"));
                }

                code.Should().Be(0);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        internal (int Ours, int Theirs, string Why) Of(string bundle) => _all[bundle];

        private static (int Code, string Why) Ours(byte[] bundle)
        {
            try
            {
                var flaws = Flaws(bundle);
                return (flaws.Count == 0 ? 0 : 1, string.Join(' ', flaws.Take(3)));
            }
            catch (InvalidDataException e)
            {
                return (2, e.Message);
            }
        }

        private static byte[] FlippedAt(int n)
        {
            byte[] bytes = [.. Sound];
            // Every other one where the zip tells what is in it.
            bytes[new Random(n).Next(n % 2 == 0 ? 0 : bytes.Length - 1500, bytes.Length)] ^= (byte)(1 << (n / 2 % 8));
            return bytes;
        }

        private static bool Same(byte[] bundle)
        {
            try
            {
                var (was, now) = (new Pack(Sound).Files, new Pack(bundle).Files);
                return was.Count == now.Count && was.All(f => now.TryGetValue(f.Key, out var content) && content.AsSpan().SequenceEqual(f.Value));
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }
}

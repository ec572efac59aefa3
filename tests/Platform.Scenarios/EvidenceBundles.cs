using System.Diagnostics;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>An auditor takes evidence home, and checks it there with two programs that know nothing of each other.</summary>
public sealed class EvidenceBundles(OnePlatform one) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tremplin-evidence-");

    [Fact]
    public async Task Evidence_about_a_record_is_the_same_each_time_and_holds_until_a_byte_of_it_changes()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 2);
        var records = await Applied(course, 2);
        var (first, file) = await Export(new("", [records[0]]));
        first.Services.Select(s => s.Service).Should().Equal("enrollment", "scheduling", "certification");
        first.Services.Take(2).Should().OnlyContain(s => s.Events > 0);

        // At the same checkpoints, that is: the platform goes on.
        await Story.Until(async () =>
        {
            var (again, other) = await Export(new("", [records[0]]));
            if (!again.Services.SequenceEqual(first.Services))
            {
                (first, file) = (again, other);
                return false;
            }

            (await File.ReadAllBytesAsync(other.FullName)).Should().Equal(await File.ReadAllBytesAsync(file.FullName));
            again.Sha256.Should().Be(first.Sha256);
            return true;
        }, "it was exported twice at the same checkpoints");

        (await Verdicts(file)).Should().Be((0, 0));
        VerifyBundle.Check(file, [], new(one.Platform.Witness)).Flaws.Should().BeEmpty("the witness knows the checkpoints");
        (await Python(file, "--witness", one.Platform.Witness)).Should().Be(0);
        var (manifest, flaws) = VerifyBundle.Check(file, [new(Path.Combine(one.Platform.Witness, "scheduling.vkey"))], null);
        flaws.Select(f => f.File).Should().Equal("enrollment/key", "certification/key");
        manifest.Scope.GetProperty("words").GetString().Should().Contain(records[0].ToString());

        var bytes = await File.ReadAllBytesAsync(file.FullName);
        bytes[bytes.AsSpan().IndexOf("enrollment/events.ndjson"u8) + 100] ^= 1;
        await File.WriteAllBytesAsync(file.FullName, bytes);
        (await Verdicts(file)).Should().Be((1, 1));
        VerifyBundle.Check(file, [], null).Flaws[0].File.Should().Be("enrollment/events.ndjson");
    }

    [Fact]
    public async Task A_scope_is_chosen_and_a_sample_of_it_is_drawn_by_a_seed()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 12);
        var records = await Applied(course, 10);
        var (all, _) = await Export(new("", Partner: Course.Partner));
        all.Records.Should().BeGreaterThanOrEqualTo(10).And.Be(all.InScope);

        var (sample, file) = await Export(new("", Sample: 4, Seed: "2026"));
        sample.Records.Should().Be(4);
        sample.InScope.Should().BeGreaterThanOrEqualTo(10);
        (await Verdicts(file)).Should().Be((0, 0));
        var drawn = Held(file);
        Held((await Export(new("", Sample: 4, Seed: "2026"))).File).Should().BeEquivalentTo(drawn);
        Held((await Export(new("", Sample: 4, Seed: "2027"))).File).Should().NotBeEquivalentTo(drawn);
        drawn.Should().OnlyContain(r => string.CompareOrdinal(
            Scope.Place("2026", r), drawn.Max(d => Scope.Place("2026", d))) <= 0, "they are the first by their place");
        records.Except(drawn).Where(r => string.CompareOrdinal(Scope.Place("2026", r), drawn.Max(d => Scope.Place("2026", d))) < 0).Should().BeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_exported_leaves_no_file()
    {
        using var auditor = Auditor.Of(one.Platform);
        var course = await Course.Open(one.Api, cohorts: 1, seats: 2);
        var record = (await Applied(course, 1))[0];
        foreach (var (scope, why) in new (Scope, string)[]
        {
            (new("", [Guid.Empty]), "no record"), (new("", [record], Partner: "x"), "no other option"), (new("", Partner: "nobody"), "No record is in scope"),
            (new("", Sample: 3), "seed"), (new("", Sample: 0, Seed: "x"), "number"),
        })
        {
            var file = new FileInfo(Path.Combine(_folder.FullName, "none.zip"));
            (await new Func<Task>(() => Cli.Audit.Export.Write(auditor, scope, file, _ => { }, _ => { }, CancellationToken.None))
                .Should().ThrowAsync<InvalidOperationException>()).WithMessage($"*{why}*");
            _folder.GetFiles("none*").Should().BeEmpty();
        }

        var (_, there) = await Export(new("", [record]));
        await new Func<Task>(() => Cli.Audit.Export.Write(auditor, new("", [record]), there, _ => { }, _ => { }, CancellationToken.None))
            .Should().ThrowAsync<IOException>("evidence is not written over");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Records with a seat, and a checkpoint over all that led there.</summary>
    private async Task<List<Guid>> Applied(Course course, int count)
    {
        var records = new List<Guid>();
        for (var n = 0; n < count; n++)
            records.Add((await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()))).GetProperty("id").GetGuid());
        await one.Api.Answered(course.Cohorts[0], count);
        await one.Platform.Witnessed();
        return records;
    }

    private async Task<(Exported Exported, FileInfo File)> Export(Scope scope)
    {
        using var auditor = Auditor.Of(one.Platform);
        var file = new FileInfo(Path.Combine(_folder.FullName, $"{Guid.NewGuid()}.zip"));
        var exported = await Cli.Audit.Export.Write(auditor, scope, file, _ => { }, _ => { }, TestContext.Current.CancellationToken);
        return (exported with { File = "" }, file);
    }

    private static async Task<(int Ours, int Theirs)> Verdicts(FileInfo bundle) => (VerifyBundle.Check(bundle, [], null).Flaws.Count == 0 ? 0 : 1, await Python(bundle));

    private static async Task<int> Python(FileInfo bundle, params string[] more)
    {
        var verify = Path.Combine(SourceTree.Root, "contracts", "verifier", "verify.py");
        using var verifier = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-B", verify, bundle.FullName, .. more]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        await verifier.StandardOutput.ReadToEndAsync();
        await verifier.WaitForExitAsync();
        return verifier.ExitCode;
    }

    private static List<Guid> Held(FileInfo bundle)
    {
        using var zip = System.IO.Compression.ZipFile.OpenRead(bundle.FullName);
        using var records = new StreamReader(zip.GetEntry("records.txt")!.Open());
        return [.. records.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];
    }
}

using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Npgsql;
using Tremplin.Cli.Demo;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>An auditor proves that an event is in the ledger, and that the ledger only grew, with the public key alone.</summary>
public sealed class Proofs(OnePlatform one)
{
    [Fact]
    public async Task An_event_is_proven_against_a_signed_checkpoint_and_one_checkpoint_against_the_next()
    {
        using var auditor = one.Platform.Client("Enrollment", "auditor");
        var key = VerifierKey.Parse(await auditor.GetStringAsync("audit/ledger/key"));
        var course = await Course.Open(one.Api, cohorts: 1, seats: 5);
        var before = await Checkpoint(auditor, key);
        var record = (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()))).GetProperty("id").GetGuid();
        var history = await Api.Send(auditor, HttpMethod.Get, $"records/{record}/history");
        var id = history.EnumerateArray().Last().GetProperty("eventId").GetGuid();

        var proof = await Covered(auditor, id);
        var covering = Ledger.Checkpoint.Open(proof.GetProperty("checkpoint").GetString()!, key);
        var (leaf, index, path) = (await Leaf(one.Platform, proof.GetProperty("sequence").GetInt64()), proof.GetProperty("index").GetInt64(), Path(proof));
        Merkle.Includes(covering.Root.ToArray(), covering.Size, leaf, index, path).Should().BeTrue();
        Merkle.Includes(covering.Root.ToArray(), covering.Size, leaf, index - 1, path).Should().BeFalse();

        covering.Size.Should().BeGreaterThan(before.Size);
        var growth = await Api.Send(auditor, HttpMethod.Get, $"audit/ledger/consistency?from={before.Size}&to={covering.Size}");
        Merkle.Continues(before.Size, before.Root.ToArray(), covering.Size, covering.Root.ToArray(), Path(growth)).Should().BeTrue();
        Merkle.Continues(before.Size, covering.Root.ToArray(), covering.Size, covering.Root.ToArray(), Path(growth)).Should().BeFalse();
    }

    [Theory]
    [InlineData("inclusion/01234567-89ab-7def-8123-456789abcdef", HttpStatusCode.NotFound, "no event")]
    [InlineData("consistency?from=1&to=999999999", HttpStatusCode.NotFound, "no checkpoint of size")]
    [InlineData("consistency?from=x&to=2", HttpStatusCode.BadRequest, "from")]
    public async Task What_cannot_be_proven_is_said(string address, HttpStatusCode status, string words)
    {
        using var auditor = one.Platform.Client("Enrollment", "auditor");
        await Course.Open(one.Api, cohorts: 1, seats: 1);
        await Checkpoint(auditor, VerifierKey.Parse(await auditor.GetStringAsync("audit/ledger/key")));
        using var answer = await auditor.GetAsync("audit/ledger/" + address);
        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync()).Should().Contain(words);
    }

    [Fact]
    public async Task A_checkpoint_opens_with_an_implementation_that_is_not_ours()
    {
        using var auditor = one.Platform.Client("Enrollment", "auditor");
        await Course.Open(one.Api, cohorts: 1, seats: 1);
        var key = await auditor.GetStringAsync("audit/ledger/key");
        var ours = await Checkpoint(auditor, VerifierKey.Parse(key));
        var note = await auditor.GetStringAsync("audit/ledger/checkpoint");
        var folder = Directory.CreateTempSubdirectory("tremplin-note-");
        try
        {
            (await Opened(note)).Should().Be((0, string.Join('\n', note.Split('\n')[..3]) + "\n"));
            ours.Size.Should().BePositive();
            (await Opened(note.Replace("\n\n", "0\n\n", StringComparison.Ordinal))).Exit.Should().Be(1, "it was changed");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<(int Exit, string Said)> Opened(string text)
        {
            var (keyFile, noteFile) = (System.IO.Path.Combine(folder.FullName, "key"), System.IO.Path.Combine(folder.FullName, "note"));
            await File.WriteAllTextAsync(keyFile, key);
            await File.WriteAllTextAsync(noteFile, text);
            var program = System.IO.Path.Combine(Cli.Machine.SourceTree.Root, "tests", "Platform.Scenarios", "OpenNote", "main.go");
            using var go = Process.Start(new ProcessStartInfo("go", ["run", program, keyFile, noteFile])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // Debian's packages of Go libraries are sources in one folder.
                Environment = { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOCACHE"] = System.IO.Path.Combine(folder.FullName, "cache"), ["GOFLAGS"] = "" },
            })!;
            var (said, errors) = (go.StandardOutput.ReadToEndAsync(), go.StandardError.ReadToEndAsync());
            await go.WaitForExitAsync(TestContext.Current.CancellationToken);
            await errors;
            return (go.ExitCode, await said);
        }
    }

    [Fact]
    public async Task Nobody_else_reads_the_ledger()
    {
        using var partner = one.Platform.Client("Enrollment", "incub-loire");
        (await partner.GetAsync("audit/ledger/checkpoint")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private static async Task<Checkpoint> Checkpoint(HttpClient auditor, VerifierKey key)
    {
        var note = "";
        await Story.Until(async () =>
        {
            using var answer = await auditor.GetAsync("audit/ledger/checkpoint");
            note = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode;
        }, "there is a checkpoint");
        return Ledger.Checkpoint.Open(note, key);
    }

    /// <summary>The proof of an event, as soon as a checkpoint covers it.</summary>
    internal static async Task<JsonElement> Covered(HttpClient auditor, Guid id)
    {
        JsonElement proof = default;
        await Story.Until(async () =>
        {
            using var answer = await auditor.GetAsync($"audit/ledger/inclusion/{id}");
            if (answer.StatusCode is HttpStatusCode.Conflict)
                return false;
            proof = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            return true;
        }, "a checkpoint covers the event");
        return proof;
    }

    /// <summary>The path of a proof.</summary>
    internal static List<byte[]> Path(JsonElement proof) => [.. proof.GetProperty("path").EnumerateArray().Select(h => h.GetBytesFromBase64())];

    /// <summary>The leaf of the event that Enrollment stores with this sequence.</summary>
    internal static async Task<byte[]> Leaf(Cli.Machine.Platform platform, long sequence)
    {
        await using var store = NpgsqlDataSource.Create(platform.Servers.PostgresConnectionString("enrollment") + ";Pooling=false");
        await using var query = store.CreateCommand(StoredEvent.Query("enrollment"));
        query.Parameters.AddWithValue(sequence - 1);
        query.Parameters.AddWithValue(sequence);
        await using var rows = await query.ExecuteReaderAsync();
        await rows.ReadAsync();
        return Merkle.Leaf(Entry.Of("enrollment", StoredEvent.Read(rows)));
    }
}

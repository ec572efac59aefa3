using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>A learner is erased: nobody reads who it was, and everything that was proven still holds.</summary>
public sealed class Erasure(OnePlatform one)
{
    private static readonly string[] Words = ["Philibertine", "Quatrebarbes", "quatrebarbes@tourbillon.example", "1987-03-29"];

    [Fact]
    public async Task Nobody_reads_who_an_erased_learner_was_and_what_was_proven_still_is()
    {
        await using var witness = await Witness.Of(one.Platform);
        using var auditor = one.Platform.Client("Enrollment", "auditor");
        var person = new { firstName = Words[0], lastName = Words[1], email = Words[2], birthDate = Words[3] };
        var (record, certificate) = await FromApplicationToCertificate(person);
        var learner = await Learner(record);
        (await Api.Send(auditor, HttpMethod.Get, $"learners/{learner}?purpose=RightOfAccess")).ToString().Should().ContainAll(Words);
        (await Page(certificate, "json")).Should().Contain("P. Q.");
        var fingerprint = Convert.ToHexString((byte[])(await one.Platform.Sql("keys", $"SELECT fingerprint FROM learner_keys WHERE learner_id = '{learner}'"))[0][0]);
        var (history, registered) = (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}/history"), await Registered(learner));
        var leaf = await Proofs.Leaf(one.Platform, registered.Sequence);

        var erased = await Api.Send(one.Api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=OnRequest");
        var began = (DateTime)(await one.Platform.Sql("keys", "SELECT now()"))[0][0];
        var events = await Events(learner);
        (await Api.Send(one.Api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=Mistake")).ToString().Should().Be(erased.ToString());
        (await Api.Send(auditor, HttpMethod.Get, $"learners/{learner}?purpose=Audit")).ToString().Should().Be(erased.ToString());
        (await Events(learner)).Should().Equal(events, "asked again it changes nothing, and there was nothing to read");
        events.Should().Equal("learner.registered.v1", "learner.read.v1", "learner.erased.v1");
        erased.GetProperty("erased").GetBoolean().Should().BeTrue();
        erased.GetProperty("reason").GetString().Should().Be("OnRequest");

        (await one.Platform.Sql("keys", $"SELECT FROM learner_keys WHERE learner_id = '{learner}' OR fingerprint = '\\x{fingerprint}'")).Should().BeEmpty();
        await Story.Until(async () => (await Page(certificate, "json")).Contains("withdrawn", StringComparison.Ordinal), "the public sees no more than that it is withdrawn");
        (await Page(certificate, "html&lang=fr")).Should().Contain("Retiré à la demande du titulaire").And.NotContain("P. Q.");
        (await Page(certificate, "html&lang=en")).Should().Contain("class=\"certificate withdrawn\"").And.NotContain("P. Q.");
        (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}/history")).ToString().Should().StartWith(history.ToString()[..^1], "the sealed name stays");
        await Nobody_stands_in_clear(learner, record, certificate, await witness.Seen());

        var proof = await Proofs.Covered(auditor, registered.Id);
        (await Proofs.Leaf(one.Platform, registered.Sequence)).Should().Equal(leaf);
        var checkpoint = Checkpoint.Open(proof.GetProperty("checkpoint").GetString()!, VerifierKey.Parse(await auditor.GetStringAsync("audit/ledger/key")));
        Merkle.Includes(checkpoint.Root.ToArray(), checkpoint.Size, leaf, proof.GetProperty("index").GetInt64(), Proofs.Path(proof)).Should().BeTrue();
        await Everything_verifies();

        (await Learner(await Apply(Course.Stranger(), await Cohort(), person))).Should().NotBe(learner, "nobody is recognised any more");
        await Story.Until(
            async () => (await one.Platform.Sql("keys", $"SELECT FROM pg_stat_user_tables WHERE relname = 'learner_keys' AND last_autovacuum > '{began:O}' AND n_dead_tup = 0")).Count == 1,
            "what was left of the row is cleared away");
    }

    [Fact]
    public async Task Nobody_is_erased_in_the_middle_of_a_training()
    {
        var record = await Apply(Course.Stranger(), await Cohort());
        var learner = await Learner(record);
        using (var refused = await one.Api.Enrollment.DeleteAsync($"learners/{learner}?reason=OnRequest"))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.Conflict);
            (await refused.Content.ReadAsStringAsync()).Should().Contain("record-live").And.Contain(record.ToString());
        }

        (await Events(learner)).Should().Equal("learner.registered.v1");
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Learner" });
        (await Api.Send(one.Api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=OnRequest")).GetProperty("erased").GetBoolean().Should().BeTrue();
        using var unknown = await one.Api.Enrollment.DeleteAsync($"learners/{record}?reason=OnRequest");
        unknown.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    /// <summary>The database of the keys fails after the erasure is recorded; meanwhile the learner applies for something else.</summary>
    [Fact]
    public async Task What_was_interrupted_is_finished_by_itself()
    {
        var person = Course.Stranger();
        var record = await Apply(person, await Cohort());
        var learner = await Learner(record);
        var other = (await Course.Open(one.Api, cohorts: 1, seats: 1, programme: "course-two")).Cohorts[0];
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Learner" });
        await using (await Refusing("keys", "learner_keys", "DELETE", $"OLD.learner_id = '{learner}'"))
        {
            using var erasing = await one.Api.Enrollment.DeleteAsync($"learners/{learner}?reason=OnRequest");
            erasing.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await Events(learner)).Should().Contain("learner.erased.v1");
            (await one.Platform.Sql("keys", $"SELECT FROM learner_keys WHERE learner_id = '{learner}'")).Should().HaveCount(1);
            (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"learners/{learner}?purpose=Training")).GetProperty("erased").GetBoolean().Should().BeTrue("what is recorded counts");
            using var applying = await one.Api.Enrollment.PostAsJsonAsync("applications", Course.Application(other, person, "course-two"));
            applying.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await Live(learner)).Should().HaveCount(1, "it came in, and nobody was told so");
        }

        await Story.Until(
            async () => (await one.Platform.Sql("keys", $"SELECT FROM learner_keys WHERE learner_id = '{learner}'")).Count == 0 && (await Live(learner)).Count == 0,
            "the leader destroys the key, and withdraws what came in meanwhile");
        var applied = await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(other, person, "course-two"));
        applied.GetProperty("learnerId").GetGuid().Should().NotBe(learner);
        applied.GetProperty("state").GetString().Should().Be("AwaitingSeat");
    }

    [Fact]
    public async Task A_key_that_a_backup_brings_back_is_destroyed_when_a_leader_begins()
    {
        var record = await Apply(Course.Stranger(), await Cohort());
        var learner = await Learner(record);
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Learner" });
        await one.Platform.Sql("keys", $"CREATE TABLE backup AS SELECT * FROM learner_keys WHERE learner_id = '{learner}'");
        await Api.Send(one.Api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=RetentionEnded");
        await one.Platform.Enrollment[0].KillAsync();
        await one.Platform.Sql("keys", "INSERT INTO learner_keys SELECT * FROM backup; DROP TABLE backup");
        await one.Platform.Enrollment[0].RestartAsync();
        await Story.Until(async () => (await one.Platform.Sql("keys", $"SELECT FROM learner_keys WHERE learner_id = '{learner}'")).Count == 0, "the key is gone again");
    }

    [Fact]
    public async Task A_read_that_cannot_be_recorded_shows_nothing()
    {
        var learner = await Learner(await Apply(Course.Stranger(), await Cohort()));
        await using (await Refusing("enrollment", "enrollment.mt_events", "INSERT", "NEW.type = 'learner.read.v1'"))
        {
            using var answer = await one.Api.Enrollment.GetAsync($"learners/{learner}?purpose=Training");
            answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).Should().NotContain("Camille");
        }

        (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"learners/{learner}?purpose=Training")).GetProperty("firstName").GetString().Should().Be("Camille");
        (await one.Platform.Sql("enrollment", $"SELECT data ->> 'purpose', headers ->> 'actor' FROM enrollment.mt_events WHERE stream_id = '{learner}' AND type = 'learner.read.v1'"))
            .Should().ContainSingle().Which.Should().Equal("Training", "platform");
    }

    [Fact]
    public async Task A_key_that_is_gone_without_an_erasure_is_no_erasure()
    {
        var learner = await Learner(await Apply(Course.Stranger(), await Cohort()));
        var key = await one.Platform.Sql("keys", $"DELETE FROM learner_keys WHERE learner_id = '{learner}' RETURNING encode(fingerprint, 'hex'), encode(wrapped_key, 'hex')");
        using (var answer = await one.Api.Enrollment.GetAsync($"learners/{learner}?purpose=Training"))
        {
            answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
            (await answer.Content.ReadAsStringAsync()).Should().Contain("key-missing").And.NotContain("\"erased\"");
        }

        await one.Platform.Sql("keys", $"INSERT INTO learner_keys VALUES (decode('{key[0][0]}', 'hex'), '{learner}', decode('{key[0][1]}', 'hex'))");
        (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"learners/{learner}?purpose=Training")).GetProperty("firstName").GetString().Should().Be("Camille");
    }

    private async Task<(Guid Record, Guid Certificate)> FromApplicationToCertificate(object person)
    {
        var cohort = await Cohort(on: new(2026, 11, 24));
        var record = await Apply(Course.Stranger(), cohort, person);
        return (record, (await one.Certified(cohort, new(2026, 11, 24), record))[0]);
    }

    // Every table, log and message, whatever lies on the disk, and everything that can be read of the learner.
    private async Task Nobody_stands_in_clear(Guid learner, Guid record, Guid certificate, Dictionary<Guid, (int Times, string Body)> messages)
    {
        var texts = await one.Platform.Texts();
        texts.AddRange(messages.Values.Select(m => ("a message", m.Body)));
        foreach (var (client, path) in new[]
        {
            (one.Api.Enrollment, $"records/{record}"), (one.Api.Enrollment, $"records/{record}/history"), (one.Api.Enrollment, $"events?partner={Course.Partner}"),
            (one.Api.Certification, $"completion-files/{record}"), (one.Api.Certification, $"certificates/{certificate}"),
            (one.Api.Certification, $"certificates/{certificate}/history"), (one.Api.Certification, $"audit/streams/{certificate}"),
            (one.Api.Enrollment, $"audit/events?record={record}"), (one.Api.Enrollment, $"audit/streams/{record}"),
            (one.Api.Enrollment, $"audit/streams/{learner}"), (one.Api.Enrollment, $"audit/records?learner={learner}"),
        })
        {
            texts.Add((path, await client.GetStringAsync(path)));
        }

        texts.Should().Contain(t => t.Text.Contains(certificate.ToString(), StringComparison.Ordinal)).And.HaveCountGreaterThan(30);
        texts.Where(t => Words.Any(w => t.Text.Contains(w, StringComparison.OrdinalIgnoreCase))).Select(t => t.Where).Should().BeEmpty();

        await one.Platform.Sql("postgres", "CHECKPOINT");
        byte[][] words = [.. Words.Select(Encoding.UTF8.GetBytes)];
        var files = Directory.EnumerateFiles(one.Platform.Folder, "*", SearchOption.AllDirectories).Where(f => words.Any(w => Holds(f, w))).ToList();
        files.Should().BeEmpty("not even the servers' own files hold it");
    }

    private static bool Holds(string file, byte[] word)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(word) >= 0;
        }
        catch (FileNotFoundException)
        {
            // The servers have removed it since.
            return false;
        }
    }

    private async Task Everything_verifies()
    {
        await one.Platform.Witnessed();
        var postgres = one.Platform.Servers.PostgresConnectionString("postgres");
        await using var keys = Verify.Store(postgres, "keys");
        foreach (var service in new[] { "enrollment", "scheduling", "certification" })
        {
            await using var store = Verify.Store(postgres, service);
            var verified = await Verify.Of(service, store, one.Platform.Witness, service == "enrollment" ? new(keys, store, TimeSpan.FromMinutes(1)) : null)
                .Run(_ => { }, TestContext.Current.CancellationToken);
            verified.Findings.Should().BeEmpty();
            verified.Erased.Should().Be(service == "enrollment" ? (await one.Platform.Sql(service, "SELECT FROM enrollment.mt_events WHERE type = 'learner.erased.v1'")).Count : 0);
        }
    }

    /// <summary>A database that refuses some changes, until it is disposed of.</summary>
    private async Task<IAsyncDisposable> Refusing(string database, string table, string what, string when)
    {
        await one.Platform.Sql(database,
            $"""
            CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not now''; END';
            CREATE TRIGGER refuses BEFORE {what} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()
            """);
        return new Undone(() => one.Platform.Sql(database, $"DROP TRIGGER refuses ON {table}; DROP FUNCTION refuse()"));
    }

    private sealed class Undone(Func<Task> undo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await undo();
    }

    private async Task<Guid> Cohort(DateOnly? on = null) => (await Course.Open(one.Api, cohorts: 1, seats: 2, on)).Cohorts[0];

    private async Task<Guid> Apply(int number, Guid cohort, object? person = null)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, number), JsonSerializerOptions.Web)!;
        form["person"] = person is null ? form["person"]!.DeepClone() : JsonSerializer.SerializeToNode(person, JsonSerializerOptions.Web);
        return (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();
    }

    private async Task<Guid> Learner(Guid record) =>
        (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("learnerId").GetGuid();

    private async Task<string> Page(Guid certificate, string format)
    {
        using var anybody = new HttpClient { BaseAddress = one.Platform.Portal.Url };
        return await anybody.GetStringAsync($"certificates/{certificate}?format={format}");
    }

    private async Task<List<string>> Events(Guid learner) =>
        [.. (await one.Platform.Sql("enrollment", $"SELECT type FROM enrollment.mt_events WHERE stream_id = '{learner}' ORDER BY version")).Select(r => (string)r[0])];

    private async Task<(Guid Id, long Sequence)> Registered(Guid learner) =>
        (await one.Platform.Sql("enrollment", $"SELECT id, seq_id FROM enrollment.mt_events WHERE stream_id = '{learner}' AND version = 1"))[0] is [Guid id, long sequence] ? (id, sequence) : default;

    private async Task<List<Guid>> Live(Guid learner) =>
        [.. (await one.Platform.Sql("enrollment", $"SELECT id FROM enrollment.mt_doc_trainingrecord WHERE data -> 'application' ->> 'learnerId' = '{learner}' AND data ->> 'status' <> 'Withdrawn'")).Select(r => (Guid)r[0])];
}

using System.Net;
using Npgsql;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>A service that is started on a store whose end was cut off signs nothing more, says so, and serves on.</summary>
public sealed class LedgerRefusal
{
    [Fact]
    public async Task A_ledger_that_does_not_continue_what_was_witnessed_is_not_signed()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 1);
        await using var ends = platform;
        using var also = api;
        var cohort = (await Course.Open(api, cohorts: 1, seats: 5)).Cohorts[0];
        await Apply();
        await api.Answered(cohort, 1);
        await platform.Witnessed();
        using var anybody = new HttpClient { BaseAddress = platform.Enrollment[0].Url };
        (await anybody.GetAsync("health/ledger")).StatusCode.Should().Be(HttpStatusCode.OK);
        var last = Newest();

        await platform.Enrollment[0].StopAsync();
        await using (var store = NpgsqlDataSource.Create(platform.Servers.PostgresConnectionString("enrollment") + ";Pooling=false"))
        {
            await using var cut = store.CreateCommand(
                """
                DELETE FROM enrollment.mt_events WHERE seq_id = (SELECT max(seq_id) FROM enrollment.mt_events);
                UPDATE enrollment.ledger_tile SET hashes = substring(hashes FOR length(hashes) - 32), sequences = sequences[:cardinality(sequences) - 1] WHERE level = 0;
                DELETE FROM enrollment.ledger_checkpoint WHERE size = (SELECT max(size) FROM enrollment.ledger_checkpoint)
                """);
            await cut.ExecuteNonQueryAsync();
        }

        // As a process leaves it that dies while it writes. Whoever reads the file finds the old one or the new one, never a part.
        var key = Path.Combine(platform.Witness, "enrollment.vkey");
        var whole = await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(key, "", TestContext.Current.CancellationToken);
        await using var reader = File.OpenRead(key);

        await platform.Enrollment[0].RestartAsync(TestContext.Current.CancellationToken);
        await Story.Until(async () => (await anybody.GetAsync("health/ledger")).StatusCode == HttpStatusCode.ServiceUnavailable, "it refuses");
        using var answer = await anybody.GetAsync("health/ledger");
        (await answer.Content.ReadAsStringAsync()).Should().Contain("does not continue the witnessed checkpoint").And.NotContain("/");

        (await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken), reader.Length).Should().Be((whole, 0), "it was replaced, not written over");

        await Apply();
        await api.Answered(cohort, 2);
        Newest().Should().Be(last, "nothing was signed since");
        await using var read = Verify.Store(platform.Servers.PostgresConnectionString("postgres"), "enrollment");
        (await Verify.Of("enrollment", read, platform.Witness).Run(_ => { }, TestContext.Current.CancellationToken))
            .Findings.Select(f => f.Kind).Should().Contain("truncated");

        async Task Apply() => await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger()));

        string Newest() => Checkpoint.Notes(File.ReadLines(Path.Combine(platform.Witness, "enrollment.checkpoints"))).Last();
    }
}

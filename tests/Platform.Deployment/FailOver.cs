using Tremplin.Cli.Compose;
using Tremplin.Cli.Demo;

namespace Tremplin.Deployment;

/// <summary>The primary of two PostgreSQL servers dies while people apply, and the operator makes the other the primary.</summary>
public sealed class FailOver : IAsyncLifetime
{
    private Containers? _containers;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _containers = await Story.Apart("deploy/compose.standby.yml");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_containers is not null)
            await _containers.DisposeAsync();
    }

    [Fact]
    public async Task Loses_nothing_that_was_acknowledged_and_the_old_primary_comes_back_as_the_standby()
    {
        var containers = _containers!;
        using var api = new Api(containers.Client);
        var applicants = await Applicants.Start(api, from: 500_000);
        await applicants.More(20, "people apply");

        await containers.Invoking(c => c.ComposeAsync(default, "exec", "-T", "standby", "/standby/member", "promote"))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*postgres still runs*");

        foreach (var (primary, standby) in new[] { ("postgres", "standby"), ("standby", "postgres") })
        {
            (await Asked(primary, "SELECT application_name || ' ' || sync_state FROM pg_stat_replication")).Should().Be($"{standby} sync");
            await applicants.More(20, "they apply");
            await containers.ComposeAsync(default, "kill", primary);
            await containers.ComposeAsync(default, "exec", "-T", standby, "/standby/member", "promote");
            await applicants.More(20, $"they apply after {standby} has become the primary");
            await containers.UpAsync(default);
            (await Asked(primary, "SELECT pg_is_in_recovery()")).Should().Be("t");
            await applicants.More(20, $"they apply now that {primary} is the standby");
        }

        // Without its standby the primary acknowledges nothing, until the operator says that it may.
        await containers.ComposeAsync(default, "kill", "standby");
        await containers.ComposeAsync(default, "exec", "-T", "postgres", "/standby/member", "alone");
        await applicants.More(20, "they apply while there is one copy");
        await containers.UpAsync(default);

        await applicants.AllAreThere();
        (await Asked("postgres", "SELECT application_name || ' ' || sync_state FROM pg_stat_replication")).Should().Be("standby sync");
        (await containers.ToolAsync(default, "audit", "verify")).Split("as recorded").Should().HaveCount(4, "each of three services says so");
        (await containers.ToolAsync(default, "dead-letters", "list", "--expect-none")).Should().Contain("No dead letter waits.");

        async Task<string> Asked(string server, string sql) =>
            (await containers.ComposeAsync(default, "exec", "-T", server, "psql", "-U", "tremplin", "-d", "postgres", "-qtAc", sql)).Trim();
    }
}

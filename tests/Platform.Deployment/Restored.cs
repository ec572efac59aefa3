using System.Net;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Demo;

namespace Tremplin.Deployment;

/// <summary>What docs/operators/backup.md says of containers, on an empty machine: volumes of another project are that.</summary>
[Collection<Deployed>]
public sealed class Restored(Deployed deployed)
{
    [Fact]
    public async Task A_backup_becomes_a_platform_that_is_proven_to_be_the_same_and_goes_on()
    {
        var (containers, api) = (deployed.Containers, deployed.Api);
        var course = await Course.Open(api, cohorts: 1, seats: 1);
        var seated = await api.Apply(course.Cohorts[0], Course.Stranger());
        await Story.Until(async () => await api.State(seated) == "Confirmed", "there is something to keep");
        await containers.ToolAsync(default, "backup", "/backup/day", "--keys", "/vault/day");

        var restored = "";
        await using var other = await Containers.StartAsync($"{containers.Project}-b", _ => { }, Deployed.Start, first: async empty =>
        {
            foreach (var volume in (string[])["backup", "vault"])
                await empty.ComposeAsync(default, "run", "--rm", "-T", "--no-deps", "-v", $"{containers.Project}_{volume}:/from:ro", "--entrypoint", "cp", "tools", "-a", "/from/.", $"/{volume}/");
            await empty.ComposeAsync(default, "run", "--rm", "-T", "secrets", "secrets", "--from", "/vault/day");
            await empty.ComposeAsync(default, "up", "--detach", "--wait", "postgres", "rabbitmq");
            restored = await empty.ToolAsync(default, "restore", "/backup/day", "--keys", "/vault/day");
        });

        restored.Should().Contain("What was restored is what was backed up.").And.Contain("equal").And.NotContain("different");
        using var again = new Api(other.Client);
        (await again.State(seated)).Should().Be("Confirmed");
        (await other.ToolAsync(default, "audit", "verify")).Split("as recorded").Should().HaveCount(4, "each of three services says so");
        var late = await again.Apply(course.Cohorts[0], Course.Stranger());
        await Story.Until(async () => await again.State(late) == "Waitlisted", "it goes on where it was");
        using var elsewhere = await api.Enrollment.GetAsync($"records/{late}");
        elsewhere.StatusCode.Should().Be(HttpStatusCode.NotFound, "the first platform knows nothing of it");
    }
}

namespace Tremplin.Deployment;

/// <summary>Every service is restarted, one container after another, while people apply.</summary>
[Collection<Deployed>]
public sealed class RollingRestart(Deployed deployed)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Fails_no_request_beyond_retries_and_loses_nothing(int replicas)
    {
        var (containers, api) = (deployed.Containers, deployed.Api);
        await containers.UpAsync(default, "--no-recreate", "--scale", $"enrollment={replicas}", "--scale", $"scheduling={replicas}", "--scale", $"certification={replicas}");
        var applicants = await Applicants.Start(api, 400_000 + (replicas * 10_000));
        var all = await containers.Inspect();
        foreach (var service in (string[])["identity", "enrollment", "scheduling", "certification", "portal", "gateway"])
        {
            foreach (var one in all[service])
            {
                var name = one.GetProperty("Id").GetString()!;
                await containers.RunAsync(default, "restart", "--time", "35", name);
                // The next goes when this one is back.
                await Story.Until(async () => (await containers.RunAsync(default, "inspect", "--format", "{{.State.Health.Status}}", name)).Trim() == "healthy", $"{service} is healthy again");
            }
        }

        await applicants.AllAreThere();
        await containers.UpAsync(default, "--no-recreate", "--scale", "enrollment=1", "--scale", "scheduling=1", "--scale", "certification=1");
    }
}

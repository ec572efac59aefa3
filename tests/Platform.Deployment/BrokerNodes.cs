using System.Globalization;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Deployment;

/// <summary>Of three RabbitMQ nodes one after another dies while people apply, and comes back.</summary>
public sealed class BrokerNodes : IAsyncLifetime
{
    private static readonly string[] Nodes = ["rabbitmq", "rabbitmq-2", "rabbitmq-3"];
    private Containers? _containers;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _containers = await Story.Apart(
        "deploy/compose.cluster.yml",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TREMPLIN_AMQP_PORT_2"] = Ports.Take(0).ToString(CultureInfo.InvariantCulture),
            ["TREMPLIN_AMQP_PORT_3"] = Ports.Take(0).ToString(CultureInfo.InvariantCulture),
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_containers is not null)
            await _containers.DisposeAsync();
    }

    [Fact]
    public async Task Lose_no_message_when_each_is_killed_in_turn()
    {
        var containers = _containers!;
        using var api = new Api(containers.Client);
        var applicants = await Applicants.Start(api, from: 600_000);
        await applicants.More(20, "people apply");
        await Story.Until(() => OnAllNodes("rabbitmq"), "every queue has three members");

        foreach (var node in Nodes)
        {
            await containers.ComposeAsync(default, "kill", node);
            await applicants.More(20, $"they apply without {node}");
            await containers.UpAsync(default);
            await Story.Until(() => OnAllNodes(node), $"every queue has three members that {node} sees");
        }

        await applicants.AllAreThere();
        (await containers.ToolAsync(default, "audit", "verify")).Split("as recorded").Should().HaveCount(4, "each of three services says so");
        (await containers.ToolAsync(default, "dead-letters", "list", "--expect-none")).Should().Contain("No dead letter waits.");

        async Task<bool> OnAllNodes(string node)
        {
            var (code, said, _) = await containers.TryAsync(default, "exec", $"{containers.Project}-{node}-1", "rabbitmqctl", "-q", "--no-table-headers", "list_queues", "name", "type", "online");
            var queues = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return code == 0 && queues.Length > 10 && queues.All(queue => Nodes.All(other => queue.Contains($"rabbit@{other}", StringComparison.Ordinal) && queue.Contains("quorum", StringComparison.Ordinal)));
        }
    }
}

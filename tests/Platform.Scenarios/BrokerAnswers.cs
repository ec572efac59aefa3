using System.Net;
using System.Text;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>What the broker's management pages answer while one of its nodes is away.</summary>
public sealed class BrokerAnswers
{
    [Fact]
    public async Task A_queue_whose_node_is_told_twice_is_read()
    {
        var url = Ports.TakeUrl();
        using var management = new HttpListener { Prefixes = { url.ToString() } };
        management.Start();
        using var broker = new Broker(url, "somebody:secret");
        var asked = broker.ListAsync("queues/%2F", TestContext.Current.CancellationToken);
        var context = await management.GetContextAsync();
        await using (var body = context.Response.OutputStream)
            await body.WriteAsync(Encoding.UTF8.GetBytes("""[{"name": "a", "node": "one", "messages": 7, "node": "two"}, {"name": "b"}]"""), TestContext.Current.CancellationToken);
        var queues = await asked;
        queues.Select(q => (string?)q["name"]).Should().Equal("a", "b");
        ((string?)queues[0]["node"], (int?)queues[0]["messages"]).Should().Be(("two", 7));
    }
}

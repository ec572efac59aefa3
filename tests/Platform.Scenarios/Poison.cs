using System.Text;
using RabbitMQ.Client;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>A message that cannot be handled is parked with its cause; the others go on.</summary>
public sealed class Poison(OnePlatform one)
{
    private const string Queue = "scheduling.request-seat", Exchange = "enrollment.seat-requested.v1";

    [Theory]
    [InlineData("no JSON at all", "}{", "invalid start")]
    [InlineData("a request for a cohort that does not exist",
        """{"messageId":"ID","messageType":["urn:tremplin:enrollment:seat-requested:v1"],"message":{"recordId":"ID","recordVersion":3,"cohortId":"ID","learnerId":"ID"}}""",
        "unknown")]
    public async Task A_poison_message_is_parked_with_its_cause(string what, string body, string cause)
    {
        await using var connection = await new ConnectionFactory { Uri = one.Platform.Servers.RabbitMq }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var id = Guid.NewGuid();
        var properties = new BasicProperties { MessageId = id.ToString(), ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync(Exchange, "", mandatory: false, properties, Encoding.UTF8.GetBytes(body.Replace("ID", id.ToString(), StringComparison.Ordinal)));

        var cohort = (await Course.Open(one.Api, cohorts: 1, seats: 1)).Cohorts[0];
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger()));
        await one.Api.Answered(cohort, 1);

        BasicGetResult? parked = null;
        await Story.Until(async () => (parked = await Get(connection)) is not null, "it is parked");
        var headers = parked!.BasicProperties.Headers!.ToDictionary(h => h.Key, h => h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value?.ToString() ?? "");
        headers["MT-Fault-Message"].Should().Contain(cause, what);
        Encoding.UTF8.GetString(parked.Body.Span).Should().Be(body.Replace("ID", id.ToString(), StringComparison.Ordinal));
    }

    // Each look has a channel of its own: as long as there is no such queue, the broker closes the one that asked.
    private static async Task<BasicGetResult?> Get(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return await channel.BasicGetAsync(Queue + "_error", autoAck: true);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }
}

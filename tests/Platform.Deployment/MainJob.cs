using System.Text.Json;
using RabbitMQ.Client;
using Tremplin.Cli.Demo;

namespace Tremplin.Deployment;

/// <summary>One training through the published ports, and what is left of it when everything was taken down.</summary>
[Collection<Deployed>]
public sealed class MainJob(Deployed deployed)
{
    [Fact]
    public async Task Runs_through_the_published_ports_and_survives_down_and_up()
    {
        var (containers, api) = (deployed.Containers, deployed.Api);
        var course = await Course.Open(api, cohorts: 1, seats: 1, on: new(2026, 11, 20));
        var cohort = course.Cohorts[0];
        var first = await api.Apply(cohort, Course.Stranger());
        await Story.Until(async () => await api.State(first) == "Confirmed", "the first has the seat");
        var second = await api.Apply(cohort, Course.Stranger());
        await Story.Until(async () => await api.State(second) == "Waitlisted", "the second waits");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{first}/withdraw", new { reason = "Dates" });
        await Story.Until(async () => await api.State(second) == "SeatOffered", "the freed seat is offered to who waits");

        // All containers go, and come back on what was stored.
        await containers.ComposeAsync(default, "down", "--timeout", "40");
        await containers.UpAsync(default);
        (await api.State(second)).Should().Be("SeatOffered");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{second}/offer/accept");
        await Story.Until(async () => await api.State(second) == "Confirmed", "the accepted offer becomes a seat");

        var session = Course.SessionOf(cohort);
        containers.SetClock(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = second });
        containers.SetClock(new(2026, 11, 20, 11, 31, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => await api.State(second) == "Completed", "the record is completed");
        containers.SetClock(Deployed.Start);

        var id = (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{second}")).GetProperty("certificateId").GetGuid();
        using var anybody = new HttpClient { BaseAddress = containers.Url };
        JsonDocument.Parse(await anybody.GetStringAsync($"certificates/{id}?format=json")).RootElement.ToString().Should().Contain("Cours");
        using (var around = await anybody.GetAsync($"certification/certificates/{id}"))
            around.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound, "who has no token asks the portal, which limits that");
        (await anybody.GetStringAsync(".well-known/did.json")).Should().Contain("did:web:");
        (await anybody.GetStringAsync("sign-in")).Should().Contain("<form");
        (await containers.ToolAsync(default, "audit", "verify")).Split("as recorded").Should().HaveCount(4, "each of three services says so");
    }

    [Fact]
    public async Task A_partner_follows_its_learners_by_messages_through_the_published_port()
    {
        var (containers, api) = (deployed.Containers, deployed.Api);
        var account = JsonDocument.Parse(await containers.ToolAsync(default, "partner", "add", Course.Partner, "--json")).RootElement.GetProperty("amqp");
        var factory = new ConnectionFactory { Uri = new(account.GetProperty("uri").GetString()!), UserName = account.GetProperty("user").GetString()!, Password = account.GetProperty("password").GetString()! };
        factory.Port.Should().Be(containers.Amqp, "the address is the one that partners reach");
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = $"partner.{Course.Partner}.inbox";
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(queue, "training.events", $"{Course.Partner}.#");

        var course = await Course.Open(api, cohorts: 1, seats: 1);
        var record = await api.Apply(course.Cohorts[0], Course.Stranger());
        var types = new List<string>();
        await Story.Until(async () =>
        {
            if (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
            {
                var told = JsonDocument.Parse(message.Body).RootElement;
                if (told.GetProperty("subject").GetString() == $"{record}")
                    types.Add(message.BasicProperties.Type!);
            }
            return types.Any(type => type.EndsWith("training-record.seat-confirmed.v1", StringComparison.Ordinal));
        }, "the partner hears of the seat");
        types[0].Should().EndWith("training-record.application-submitted.v1");
    }

    [Fact]
    public async Task The_sandbox_has_a_partner_for_whom_every_answer_waits()
    {
        var containers = deployed.Containers;
        await containers.ComposeAsync(default, "--profile", "sandbox", "up", "--detach", "--wait", "--no-recreate", "sandbox");
        var account = JsonDocument.Parse(await containers.ComposeAsync(default, "exec", "-T", "sandbox", "cat", "/platform/sandbox.json")).RootElement.GetProperty("amqp");
        var factory = new ConnectionFactory { Uri = new(account.GetProperty("uri").GetString()!), UserName = account.GetProperty("user").GetString()!, Password = account.GetProperty("password").GetString()! };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        (await Waits()).Should().Contain(["training-record.seat-confirmed.v1", "training-record.placed-on-waitlist.v1", "training-record.seat-offered.v1", "training-record.learner-withdrew.v1", "message.rejected.v1"]);

        // Another start plays nothing again, and the account stays what it is.
        await containers.ComposeAsync(default, "--profile", "sandbox", "restart", "sandbox");
        await containers.ComposeAsync(default, "--profile", "sandbox", "up", "--detach", "--wait", "--no-recreate", "sandbox");
        (await Waits()).Should().OnlyContain(name => name == "ledger.checkpoint-signed.v1", "nobody does anything");
        await containers.ComposeAsync(default, "--profile", "sandbox", "rm", "--stop", "--force", "--volumes", "sandbox");

        async Task<HashSet<string>> Waits()
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (await channel.BasicGetAsync("partner.sandbox.inbox", autoAck: true) is { } message)
                names.Add(JsonDocument.Parse(message.Body).RootElement.GetProperty("type").GetString()!["org.tremplin.training.".Length..]);
            return names;
        }
    }
}

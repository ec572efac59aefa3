using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>A partner sends commands over the broker, follows its learners and proves that its copy is whole.</summary>
public sealed class PartnerMessages(OnePlatform one)
{
    [Fact]
    public async Task A_partner_applies_follows_and_rebuilds_its_copy()
    {
        await using var partner = await Partner.Of(one.Platform);
        var course = await Course.Open(one.Api, cohorts: 1, seats: 20);
        var commands = Enumerable.Range(0, 30).Select(n => Partner.Apply(course.Cohorts[0], 7_000_000 + n)).ToList();
        foreach (var (id, body) in commands)
            await partner.Send("apply-for-training", body, id);

        await Story.Until(() => Task.FromResult(commands.All(c => partner.AnswerTo(c.Id) is not null)), "every command is answered");
        var records = commands.Select(c => partner.AnswerTo(c.Id)!.Data.GetProperty("recordId").GetGuid()).ToHashSet();
        records.Should().HaveCount(30);
        await Story.Until(() => Task.FromResult(partner.Final().Count == 30), "every record has a seat or waits");
        partner.Events.Count(e => e.Type.EndsWith("seat-confirmed.v1", StringComparison.Ordinal)).Should().Be(20);
        partner.Events.Count(e => e.Type.EndsWith("placed-on-waitlist.v1", StringComparison.Ordinal)).Should().Be(10);
        foreach (var versions in partner.Events.GroupBy(e => e.Subject))
            versions.Select(e => e.RecordVersion).Order().Should().Equal(Enumerable.Range(1, versions.Count()).Select(v => (long)v), "no version is lacking");
        partner.Events.Select(e => e.Sequence).Should().BeInAscendingOrder(StringComparer.Ordinal);
        partner.Events.Where(e => e.RecordVersion == 1).Select(e => e.Causation).Should().NotContainNulls();

        await The_feed_has_the_same_bytes(partner);
        await A_replay_has_the_same_bytes(partner);
        await The_copy_is_whole(partner);
        await The_same_command_has_the_same_answer(partner, commands[0]);
        partner.Bodies.Should().NotContain(b => b.Contains("Durand", StringComparison.Ordinal) || b.Contains("@atelier", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("apply-for-training.v1", "}{", "", "malformed")]
    [InlineData("apply-for-training.v1", """{"specversion":"1.0","id":"ID","source":"/p","type":"org.tremplin.training.apply-for-training.v1","data":{"person":{"firstName":"Camille-Secret"}}}""", "/data/person/lastName", "missing")]
    [InlineData("withdraw-application.v1", """{"specversion":"1.0","id":"ID","source":"/p","type":"org.tremplin.training.withdraw-application.v1","data":{"recordId":"4","reason":"dates"}}""", "/data/recordId", "wrong-type")]
    [InlineData("fly.v1", "{}", "", "unknown-command")]
    public async Task A_message_at_fault_is_answered_and_kept(string command, string body, string at, string code)
    {
        await using var partner = await Partner.Of(one.Platform);
        var text = body.Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        await partner.SendRaw($"partner.{partner.Id}.{command}", Encoding.UTF8.GetBytes(text));
        Message? rejected = null;
        await Story.Until(
            () => Task.FromResult((rejected = partner.Answers.FirstOrDefault(a => a.Type == "org.tremplin.training.message.rejected.v1" && a.Data.GetProperty("command").GetString() == command)) is not null),
            "it is answered");
        (rejected!.Data.GetProperty("pointer").GetString(), rejected.Data.GetProperty("code").GetString()).Should().Be((at, code));

        // Parked before it was answered, behind those of other stories.
        BasicGetResult? parked;
        do
            parked = await partner.Parked();
        while (parked is not null && Encoding.UTF8.GetString((byte[])parked.BasicProperties.Headers!["fault-code"]!) != code);
        Encoding.UTF8.GetString((byte[])parked!.BasicProperties.Headers!["fault-code"]!).Should().Be(code);
        Encoding.UTF8.GetString(parked.Body.Span).Should().NotContain("Secret");
    }

    [Fact]
    public async Task A_partner_reaches_its_own_records_only()
    {
        await using var partner = await Partner.Of(one.Platform);
        var course = await Course.Open(one.Api, cohorts: 1, seats: 5);
        var foreign = (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()))).GetProperty("id").GetGuid();
        var id = Guid.NewGuid().ToString();
        await partner.Send("withdraw-application", new { recordId = foreign, reason = "learner" }, id);
        await Story.Until(() => Task.FromResult(partner.AnswerTo(id) is not null), "it is answered");
        partner.AnswerTo(id)!.Data.GetProperty("code").GetString().Should().Be("unknown");
        partner.Events.Should().NotContain(e => e.Subject == foreign.ToString());
    }

    private async Task The_feed_has_the_same_bytes(Partner partner)
    {
        var feed = new List<string>();
        for (var after = "0"; ;)
        {
            var page = await one.Api.Enrollment.GetStringAsync($"events?partner={partner.Id}&take=37&after={after}");
            var items = JsonDocument.Parse(page).RootElement.EnumerateArray().Select(e => e.GetRawText()).ToList();
            feed.AddRange(items);
            if (items.Count == 0)
                break;
            after = new Message(items[^1]).Sequence!.TrimStart('0');
        }

        feed.Should().Equal(partner.Events.Select(e => e.Body), "the feed has the same bytes in the same order");
    }

    private static async Task A_replay_has_the_same_bytes(Partner partner)
    {
        var (before, id) = (partner.Events.Select(e => e.Body).ToList(), Guid.NewGuid().ToString());
        await partner.Send("request-replay", new { }, id);
        await Story.Until(() => Task.FromResult(partner.AnswerTo(id) is not null), "the replay is over");
        partner.AnswerTo(id)!.Data.GetProperty("eventsSent").GetInt32().Should().Be(before.Count);
        partner.Replayed.Select(e => e.Body.Replace("\"replay\":true,", "", StringComparison.Ordinal)).Should().Equal(before);
        partner.Events.Should().HaveCount(before.Count, "a replay has no other effect");
    }

    private async Task The_copy_is_whole(Partner partner)
    {
        var copy = partner.Events.GroupBy(e => e.Subject!).Select(g => $"{g.Key} {g.Max(e => e.RecordVersion)}\n").Order(StringComparer.Ordinal);
        var mine = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(copy))));
        var digest = await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"digest?partner={partner.Id}");
        digest.GetProperty("sha256").GetString().Should().Be(mine);
    }

    private static async Task The_same_command_has_the_same_answer(Partner partner, (string Id, object Body) command)
    {
        await partner.Send("apply-for-training", command.Body, command.Id);
        await Story.Until(() => Task.FromResult(partner.Answers.Count(a => a.CommandId == command.Id) == 2), "it is answered again");
        partner.Answers.Where(a => a.CommandId == command.Id).Select(a => a.Body).Distinct().Should().ContainSingle();
    }
}

/// <summary>A message as a partner reads it.</summary>
internal sealed record Message(string Body)
{
    private JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public JsonElement Data => Json.GetProperty("data");

    public string? Subject => Text("subject");

    public string? Sequence => Text("sequence");

    public string? Causation => Text("causationid");

    public long RecordVersion => Json.GetProperty("recordversion").GetInt64();

    public bool Replay => Json.TryGetProperty("replay", out _);

    public string? CommandId => Data.TryGetProperty("commandId", out var id) ? id.GetString() : null;

    private string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>The broker's own user as a partner, or one that is made for a story; with a queue of its own for as long as the story lasts.</summary>
internal sealed class Partner : IAsyncDisposable
{
    private readonly ConcurrentQueue<Message> _received = [];
    private int _answers;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    private Partner(string id) => Id = id;

    public string Id { get; }

    public IReadOnlyList<Message> Events => [.. _received.Where(m => m.Sequence is not null && !m.Replay)];

    public IReadOnlyList<Message> Replayed => [.. _received.Where(m => m.Replay)];

    public IReadOnlyList<Message> Answers => [.. _received.Where(m => m.Sequence is null)];

    public int AnswerCount => Volatile.Read(ref _answers);

    public IEnumerable<string> Bodies => _received.Select(m => m.Body);

    /// <param name="platform">Where.</param>
    /// <param name="own">A partner of nobody else's, for who leaves very much in its feed.</param>
    public static async Task<Partner> Of(Cli.Machine.Platform platform, string? own = null)
    {
        string[] account = platform.Servers.RabbitMq.UserInfo.Split(':');
        if (own is not null)
        {
            using var broker = new Broker(platform.Servers.Management!, platform.Servers.RabbitMq.UserInfo);
            account = [own, Guid.NewGuid().ToString("N")];
            await broker.PutAsync($"users/{own}", new() { ["password"] = account[1], ["tags"] = "" }, TestContext.Current.CancellationToken);
            await broker.PutAsync($"permissions/%2F/{own}", new() { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" }, TestContext.Current.CancellationToken);
        }

        var partner = new Partner(account[0]);
        partner._connection = await new ConnectionFactory { Uri = platform.Servers.RabbitMq, UserName = account[0], Password = Uri.UnescapeDataString(account[1]) }.CreateConnectionAsync();
        partner._channel = await partner._connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var queue = (await partner._channel.QueueDeclareAsync()).QueueName;
        await partner._channel.QueueBindAsync(queue, "training.events", $"{partner.Id}.#");
        var consumer = new AsyncEventingBasicConsumer(partner._channel);
        consumer.ReceivedAsync += (_, m) =>
        {
            var message = new Message(Encoding.UTF8.GetString(m.Body.Span));
            partner._received.Enqueue(message);
            if (message.Sequence is null)
                Interlocked.Increment(ref partner._answers);
            return Task.CompletedTask;
        };
        await partner._channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return partner;
    }

    public Message? AnswerTo(string command) => Answers.FirstOrDefault(a => a.CommandId == command);

    public IReadOnlyList<string> Final() => [.. Events
        .Where(e => e.Type.EndsWith("seat-confirmed.v1", StringComparison.Ordinal) || e.Type.EndsWith("placed-on-waitlist.v1", StringComparison.Ordinal))
        .Select(e => e.Subject!).Distinct()];

    public static (string Id, object Body) Apply(Guid cohort, int person) => (Guid.NewGuid().ToString(), new
    {
        applicationRef = $"P{person}",
        organisationRef = "ORG-COURSE",
        role = "volunteer",
        programme = "course",
        appliedOn = "2026-10-01",
        cohortId = cohort,
        person = new { firstName = "Camille", lastName = $"Durand-{person}", email = $"camille.durand{person}@atelier.example" },
    });

    public Task Send(string command, object data, string id) => SendRaw($"partner.{Id}.{command}.v1", Written(command, data, id));

    public byte[] Written(string command, object data, string id) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        specversion = "1.0",
        id,
        source = $"/{Id}",
        type = $"org.tremplin.training.{command}.v1",
        data,
    });

    public async Task SendRaw(string key, byte[] body) => await _channel.BasicPublishAsync(
        "training.commands", key, mandatory: true, new BasicProperties { UserId = Id, DeliveryMode = DeliveryModes.Persistent }, body);

    public async Task<BasicGetResult?> Parked() => await _channel.BasicGetAsync("enrollment.partner-commands_parked", autoAck: true);

    public Task EmptyTheParking() => _channel.QueuePurgeAsync("enrollment.partner-commands_parked");

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
    }
}

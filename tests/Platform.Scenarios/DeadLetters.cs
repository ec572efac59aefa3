using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Tremplin.Cli.DeadLetters;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>What an operator does with messages that could not be handled: nothing is lost, and nothing takes effect twice.</summary>
public sealed class DeadLetters(OnePlatform one)
{
    private const string Queue = "scheduling.request-seat";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_is_listed_with_its_cause_and_looked_at_thirty_times_and_takes_effect_once_its_cause_is_gone()
    {
        await using var broker = await one.Platform.Broker();
        var (message, cohort) = (Guid.NewGuid(), Guid.NewGuid());
        await Request(broker, message, cohort);
        var parked = await Parked(message, redriven: 0);

        parked.GetProperty("queue").GetString().Should().Be(Queue);
        parked.GetProperty("type").GetString().Should().Be("enrollment:seat-requested:v1");
        parked.GetProperty("why").GetString().Should().Be("Refused: unknown: There is no such cohort.");
        parked.GetProperty("parkedAt").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        var table = (await Run("list")).Out;
        table.Should().Contain($"{message}").And.Contain("There is no such cohort.");
        table.Split('\n').Should().OnlyContain(line => line.Length <= 100);
        (await Run("list", "--expect-none")).Code.Should().Be(1);
        (await RunPlatform("status")).Out.Should().MatchRegex($"dead letters? waits? in {Queue}_error");
        (await Run("show", $"{message}")).Out.Should().Contain("Refused: unknown: There is no such cohort.")
            .And.MatchRegex(@"at Tremplin\.Scheduling\.Cohorts\.RequestSeat\.Door\.Consume\S* .* in RequestSeat\.cs:line \d+")
            .And.Contain("MT-Fault-Timestamp").And.Contain($"    \"cohortId\": \"{cohort}\"");

        var seen = await Waits();
        for (var looks = 0; looks < 30; looks++)
            (await Waits()).Should().Equal(seen);
        await using (var channel = await broker.CreateChannelAsync(cancellationToken: Stop))
            (await Take(channel, message)).BasicProperties.Headers!["x-delivery-count"].Should().Match(count => (long)count >= 30, "every look counted, and it is there all the same");

        await Does("redrive", $"{message}");
        await Parked(message, redriven: 1);
        await Seats(cohort, 1);
        (await Run("redrive", $"{message}")).Out.Should().Contain($"sent again to {Queue}");
        (await Run("redrive", $"{message}")).Should().Match<Outcome>(again => again.Code == 0 && again.Out.Contains("does not wait any more"));
        await Story.Until(async () => await Decided(cohort) == 1, "it takes effect");
        (await Waits()).Should().NotContain($"{message} {Queue}");
        (await Decided(cohort)).Should().Be(1);
    }

    [Fact]
    public async Task One_is_discarded_with_a_reason_that_is_found_later_and_can_be_brought_back()
    {
        await using var broker = await one.Platform.Broker();
        var message = Guid.NewGuid();
        await Request(broker, message, Guid.NewGuid());
        await Parked(message, redriven: 0);

        (await Run("discard", $"{message}")).Code.Should().Be(1);
        (await Run("discard", $"{message}", "--reason", " ")).Should().Match<Outcome>(refused => refused.Code == 1 && refused.Error.Contains("must say why"));
        (await Waits()).Should().Contain($"{message} {Queue}");
        await Does("discard", $"{message}", "--reason", "The cohort was never planned");
        (await Waits()).Should().NotContain($"{message} {Queue}");
        (await Run("discard", $"{message}", "--reason", "Once more")).Out.Should().Contain("discarded already").And.Contain("The cohort was never planned");

        var entry = (await Entries(message)).Should().ContainSingle().Subject;
        (entry.GetProperty("what").GetString(), entry.GetProperty("why").GetString()).Should().Be(("discarded", "The cohort was never planned"));
        entry.GetProperty("by").GetString().Should().Be($"{Environment.UserName}@{Environment.MachineName}");
        entry.GetProperty("letter").GetProperty("why").GetString().Should().Contain("There is no such cohort.");
        (await Run("log")).Out.Should().Contain("The cohort was never planned").And.Contain($"{message}");

        (await Run("redrive", $"{message}")).Should().Match<Outcome>(refused => refused.Code == 1 && refused.Error.Contains("The cohort was never planned"));
        await Does("redrive", $"{message}", "--discarded");
        await Parked(message, redriven: 1);
        await Does("discard", $"{message}", "--reason", "Back for good");
        (await Entries(message)).Select(e => e.GetProperty("what").GetString()).Should().Equal("discarded", "redriven", "discarded");
    }

    [Fact]
    public async Task A_partners_message_is_never_shown_and_never_sent_by_us()
    {
        await using var broker = await one.Platform.Broker();
        await using var channel = await broker.CreateChannelAsync(cancellationToken: Stop);
        var before = await Waits();
        await channel.BasicPublishAsync("training.commands", "partner.incub-loire.apply-for-training.v1", Encoding.UTF8.GetBytes("{Camille"), Stop);
        await Story.Until(async () => (await Waits()).Except(before).Any(), "it is parked");
        var id = (await Waits()).Except(before).Single().Split(' ')[0];

        var shown = (await Run("show", id)).Out;
        shown.Should().Contain("user-id-missing").And.Contain("is sealed").And.NotContain("Camille");
        (await Run("list")).Out.Should().Contain(id).And.NotContain("Camille");
        (await Run("redrive", id)).Should().Match<Outcome>(refused => refused.Code == 1 && refused.Error.Contains("The partner was told"));
        (await Run("redrive", "--all", "--queue", "enrollment.partner-commands")).Out.Should().Contain("No dead letter waits that could be sent again.");
        await Does("discard", id, "--reason", "It was told");
        (await Waits()).Should().Equal(before);
        await using var logged = await one.Platform.Broker();
        (await new Log(logged).ReadAsync(Stop)).Single(entry => entry.Letter.Id == id).Letter.Body.Length.Should().Be(0, "a partner's text is to be gone after thirty days");
    }

    /// <summary>Whoever is killed after a message was sent and before it was taken away leaves it there, with its fault.</summary>
    [Fact]
    public async Task What_was_sent_already_is_not_sent_again()
    {
        await using var broker = await one.Platform.Broker();
        await using var channel = await broker.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Stop);
        var (message, cohort) = (Guid.NewGuid(), Guid.NewGuid());
        await Request(broker, message, cohort);
        await Parked(message, redriven: 0);
        var left = await Take(channel, message);
        var (properties, body) = (new BasicProperties(left.BasicProperties), left.Body.ToArray());
        await channel.BasicNackAsync(left.DeliveryTag, multiple: false, requeue: true, Stop);

        await Does("redrive", $"{message}");
        await Parked(message, redriven: 1);
        await channel.BasicPublishAsync("", Queue + "_error", mandatory: true, properties, body, Stop);
        (await Run("list", "--json")).Out.Split($"\"{message}\"").Should().HaveCount(2, "parked twice it is one, with the higher count");
        await Parked(message, redriven: 1);
        await Does("discard", $"{message}", "--reason", "A test of what is left");
        (await Waits()).Should().NotContain($"{message} {Queue}");

        await channel.BasicPublishAsync("", Queue + "_error", mandatory: true, properties, body, Stop);
        await Does("redrive", $"{message}");
        (await Waits()).Should().NotContain($"{message} {Queue}");
        (await Entries(message)).Select(e => e.GetProperty("what").GetString()).Should().Equal(["redriven", "discarded"], "it was sent once before, and that was that");
    }

    /// <summary>Whatever is said on a channel that was closed ends the connection, and with it what is done with the letters.</summary>
    [Fact]
    public async Task The_log_is_read_by_many_at_once()
    {
        await using var first = await one.Platform.Broker();
        await new Log(first).ReadAsync(Stop);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var broker = await one.Platform.Broker();
            for (var time = 0; time < 50; time++)
                await new Log(broker).ReadAsync(Stop);
            broker.IsOpen.Should().BeTrue($"{broker.CloseReason}");
        }));
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_redrive_nothing_is_lost_and_nothing_takes_effect_twice()
    {
        const int Many = 400;
        await using var broker = await one.Platform.Broker();
        var cohort = Guid.NewGuid();
        Guid[] messages = [.. Enumerable.Range(0, Many).Select(_ => Guid.NewGuid())];
        foreach (var message in messages)
            await Request(broker, message, cohort);
        await Story.Until(async () => (await Ours()).Count == Many, "all are parked");
        await Seats(cohort, 1);

        using (var redrive = Start("dead-letters", "redrive", "--all", "--queue", Queue))
        {
            await Story.Until(async () => await Decided(cohort) >= 20, "the redrive is in the middle");
            redrive.Kill();
            await redrive.WaitForExitAsync(Stop);
            redrive.ExitCode.Should().Be(137);
        }
        (await Ours()).Count.Should().BeInRange(1, Many - 20, "it was killed in the middle");
        await Story.Until(async () => await Decided(cohort) is var decided && (await Ours()).Count + decided is >= Many and <= Many + 1, "each waits or has its effect, and at most the one in hand has both");

        await Does("redrive", "--all", "--queue", Queue);
        await Story.Until(async () => await Decided(cohort) == Many, "all have their effect");
        (await Ours()).Should().BeEmpty();
        var twice = await one.Platform.Sql("scheduling",
            $"SELECT data ->> 'recordId' FROM scheduling.mt_events WHERE stream_id = '{cohort}' AND data ? 'recordId' GROUP BY 1 HAVING count(*) > 1");
        twice.Should().BeEmpty();

        async Task<List<string>> Ours() => [.. (await Waits()).Intersect(messages.Select(message => $"{message} {Queue}"))];
    }

    /// <summary>RabbitMQ 4 drops what it has delivered 20 times, as to a service that is killed again and again; 3.10 drops at once where the limit is -1.</summary>
    [Fact]
    public async Task No_queue_of_ours_drops_what_it_has_delivered_too_often()
    {
        using var api = new Broker(one.Platform.Servers.Management!, one.Platform.Servers.RabbitMq.UserInfo);
        var ours = (await api.ListAsync("queues/%2F", Stop)).Where(queue => $"{queue["name"]}".Split('.')[0] is "enrollment" or "scheduling" or "certification").ToList();
        ours.Count.Should().BeGreaterThan(15);
        ours.Select(queue => $"{queue["name"]} {queue["type"]} {queue["arguments"]?["x-delivery-limit"]}").Should().OnlyContain(one => one.EndsWith(" quorum 1000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asks_for_what_is_not_there_or_cannot_be_done_is_told()
    {
        (await Run("show", "nothing")).Should().Match<Outcome>(none => none.Code == 1 && none.Error.Contains("No dead letter nothing waits."));
        (await Run("redrive", "nothing")).Code.Should().Be(1);
        (await Run("discard", "nothing", "--reason", "It is not there")).Code.Should().Be(1);
        (await Run("redrive")).Code.Should().Be(1);
        (await Run("list", "--queue", "scheduling.nothing", "--expect-none")).Should().Match<Outcome>(none => none.Code == 0 && none.Out.Contains("No dead letter of scheduling.nothing waits."));
        using var elsewhere = Start("dead-letters", ["list"], home: Path.Combine(one.Platform.Folder, "nowhere"));
        (await Outcome.Of(elsewhere)).Should().Match<Outcome>(none => none.Code == 2 && none.Error.Contains("No platform is up"));
    }

    [Theory]
    [InlineData("Tremplin.Defaults.RefusedException", "unknown: There is no such cohort.", "Refused: unknown: There is no such cohort.")]
    [InlineData("System.FormatException", "The input string 'Awa d'Artagnan' can't be read.", "FormatException: The input string '…' can't be read.")]
    [InlineData("Some.Failure", "can't send \"Awa\" to awa@asso.example, «Awa»", "Failure: can't send '…' to … '…'")]
    public void A_cause_quotes_nothing_that_may_be_personal(string type, string message, string words) => Cause.Words(type, message).Should().Be(words);

    private static async Task Request(IConnection broker, Guid message, Guid cohort)
    {
        await using var channel = await broker.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Stop);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = message,
            messageType = (string[])["urn:tremplin:enrollment:seat-requested:v1"],
            message = new { recordId = message, recordVersion = 3, cohortId = cohort, learnerId = message },
        });
        var properties = new BasicProperties { MessageId = message.ToString(), ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync("enrollment.seat-requested.v1", "", mandatory: true, properties, body, Stop);
    }

    private async Task<JsonElement> Parked(Guid message, int redriven)
    {
        JsonElement found = default;
        await Story.Until(async () =>
        {
            found = JsonDocument.Parse((await Run("list", "--json", "--queue", Queue)).Out).RootElement.EnumerateArray().FirstOrDefault(letter => letter.GetProperty("id").GetGuid() == message);
            return found.ValueKind is JsonValueKind.Object && found.GetProperty("redriven").GetInt32() == redriven;
        }, $"it is parked, redriven {redriven} times");
        return found;
    }

    private async Task<List<string>> Waits()
    {
        await using var waiting = await Waiting.LookAsync(State(), queue: null, Stop);
        return [.. waiting.Letters.Select(letter => $"{letter.Id} {letter.Queue}")];
    }

    private async Task<List<JsonElement>> Entries(Guid message) =>
        [.. JsonDocument.Parse((await Run("log", "--json")).Out).RootElement.EnumerateArray().Where(entry => entry.GetProperty("letter").GetProperty("id").GetString() == $"{message}")];

    // As the broker has it. It is given back with the channel.
    private static async Task<BasicGetResult> Take(IChannel channel, Guid message)
    {
        while (await channel.BasicGetAsync(Queue + "_error", autoAck: false, Stop) is { } got)
        {
            if (got.BasicProperties.MessageId == $"{message}")
                return got;
        }
        throw new InvalidOperationException("It is not there.");
    }

    private async Task Seats(Guid cohort, int seats)
    {
        await Course.Open(one.Api, cohorts: 1, seats);
        var session = Guid.NewGuid();
        await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"cohorts/{cohort}", new { programmeRef = "course", zone = "Europe/Paris", place = "Orléans", territories = Array.Empty<string>(), capacity = seats });
        await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"sessions/{session}", new
        {
            cohortId = cohort,
            number = 1,
            date = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(300)),
            start = "09:00:00",
            end = "12:30:00",
            trainer = $"trainer-{cohort:N}",
            room = $"{cohort:N}",
        });
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/open");
    }

    private async Task<long> Decided(Guid cohort) =>
        (long)(await one.Platform.Sql("scheduling", $"SELECT count(*) FROM scheduling.mt_events WHERE stream_id = '{cohort}' AND data ? 'recordId'"))[0][0];

    private PlatformState State()
    {
        one.Platform.Record();
        return PlatformState.In(one.Platform.Folder)!;
    }

    private Task<Outcome> Run(params string[] verb) => RunPlatform(["dead-letters", .. verb]);

    private async Task Does(params string[] verb)
    {
        var outcome = await Run(verb);
        outcome.Code.Should().Be(0, outcome.Error);
    }

    private async Task<Outcome> RunPlatform(params string[] verb)
    {
        using var process = Start(verb[0], verb[1..]);
        return await Outcome.Of(process);
    }

    private Process Start(string verb, params string[] arguments) => Start(verb, arguments, State().Folder);

    private static Process Start(string verb, string[] arguments, string home) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(SourceTree.Built("Cli"), "Tremplin.Cli.dll"), verb, .. arguments])
        {
            Environment = { ["TREMPLIN_HOME"] = home },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private sealed record Outcome(int Code, string Out, string Error)
    {
        public static async Task<Outcome> Of(Process process)
        {
            var (written, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
            await process.WaitForExitAsync(Stop);
            return new(process.ExitCode, await written, await error);
        }
    }
}

using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Scenarios.Otlp;

namespace Tremplin.Scenarios;

/// <summary>What operators see of one training: a trace, metrics under the names that alerts use, and logs.</summary>
public sealed class Telemetry
{
    private const string Committed = "deploy/observability/prometheus";
    private static readonly string[] Tellers = ["ASP.NET Core", ".NET", "Npgsql", "Marten", "MassTransit"];

    [Fact]
    public async Task One_training_is_one_trace_and_its_figures_arrive_where_alerts_look()
    {
        using var collector = new Collector();
        var (platform, api) = await Told(collector);
        await using var ends = platform;
        using var also = api;
        var prometheus = Prometheus(platform.Folder, collector, out var url);
        try
        {
            await Does_not_read(platform);
            var record = await Training(platform, api);
            await Is_one_trace(collector, record);
            await Arrives(url);
            await Is_calm(url);
            await Logs_in_json(platform);
            // Ids stand for people everywhere.
            collector.Spans.Should().NotContain(s => s.Span.ToString().Contains("Durand", StringComparison.OrdinalIgnoreCase));
            (await Page(collector)).Should().NotContainEquivalentOf("Durand");
        }
        finally
        {
            await prometheus.EndAsync(TimeSpan.FromSeconds(10));
        }
    }

    [Theory]
    [InlineData("check config prometheus.yml")]
    [InlineData("check rules alerts.yml")]
    [InlineData("test rules alerts.test.yml")]
    public async Task Prometheus_takes_the_configuration_and_each_alert_fires_when_it_should(string asked)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", asked) { WorkingDirectory = Path.Combine(SourceTree.Root, Committed), RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = await Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync();
        promtool.ExitCode.Should().Be(0, string.Concat(said));
    }

    private static async Task<(Cli.Machine.Platform, Api)> Told(Collector collector)
    {
        // Services have the environment of whoever starts them.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["Logging__Console__FormatterName"] = "json",
            ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
            // So that there is something to read.
            ["Logging__LogLevel__Microsoft"] = "Information",
        };
        foreach (var (name, value) in environment)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            return await OnePlatform.Begin(replicas: 2);
        }
        finally
        {
            foreach (var name in environment.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }
    }

    // As deployed, but that it looks here, more often, and at the services alone.
    private static LocalProcess Prometheus(string folder, Collector collector, out Uri url)
    {
        var committed = Path.Combine(SourceTree.Root, Committed);
        var own = Directory.CreateDirectory(Path.Combine(folder, "prometheus")).FullName;
        var settings = File.ReadAllText(Path.Combine(committed, "prometheus.yml"));
        settings = settings[..settings.IndexOf("  - job_name: rabbitmq", StringComparison.Ordinal)]
            .Replace("collector:8889", collector.Url.Authority, StringComparison.Ordinal).Replace("15s", "1s", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(own, "prometheus.yml"), settings);
        File.Copy(Path.Combine(committed, "alerts.yml"), Path.Combine(own, "alerts.yml"));
        url = Ports.TakeUrl();
        return LocalProcess.Start(new("prometheus", Path.Combine(folder, "logs", "prometheus.log"),
            ["prometheus", $"--config.file={own}/prometheus.yml", $"--storage.tsdb.path={own}/data", $"--web.listen-address={url.Authority}"])
        { EndsWithUs = true });
    }

    // A partner whose queue takes no more than one message: the next ones are refused.
    private static async Task Does_not_read(Cli.Machine.Platform platform)
    {
        await using var connection = await new ConnectionFactory { Uri = platform.Servers.RabbitMq }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("full", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-max-length"] = 1,
            ["x-overflow"] = "reject-publish",
        });
        await channel.QueueBindAsync("full", "training.events", $"{Course.Partner}.#");
    }

    private static async Task<Guid> Training(Cli.Machine.Platform platform, Api api)
    {
        var cohort = (await Course.Open(api, cohorts: 1, seats: 1, on: new(2026, 11, 20))).Cohorts[0];
        var record = (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger()))).GetProperty("id").GetGuid();
        await api.Answered(cohort, 1);
        var session = Course.SessionOf(cohort);
        platform.SetClock(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = record });
        platform.SetClock(new(2026, 11, 20, 11, 31, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString() == "Completed", "the record is completed");
        return record;
    }

    private static async Task Is_one_trace(Collector collector, Guid record)
    {
        // From the first announcement to the last, in each service and by way of the broker.
        string[] way =
        [
            "tremplin-enrollment: announce training-record.seat-requested.v1", "tremplin-scheduling: scheduling.request-seat process",
            "tremplin-scheduling: announce cohort.training-finished.v1", "tremplin-certification: certification.end-training process",
            "tremplin-certification: announce certificate.issued.v1", "tremplin-enrollment: enrollment.complete process",
        ];
        await Story.Until(
            () => Task.FromResult(way.Except(collector.Spans.Where(s => Convert.ToHexStringLower(s.Span.TraceId.Span) == record.ToString("N")).Select(s => $"{s.Service}: {s.Span.Name}")).Any() is false),
            "the trace of the record runs through the three services");
    }

    private static async Task Arrives(Uri prometheus)
    {
        var documented = File.ReadLines(Path.Combine(SourceTree.Root, "docs/operators/observability.md"))
            .Select(line => line.Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())
            .Select(cells => cells switch
            {
                [_, var ours, _, _, var name, _, _, _] when ours.StartsWith("tremplin.", StringComparison.Ordinal) => name,
                [_, var name, var from, _, _] when Tellers.Contains(from) => name,
                _ => null,
            }).OfType<string>().ToList();
        documented.Should().HaveCountGreaterThan(20);
        await Story.Until(
            async () =>
            {
                var known = (await Ask(prometheus, "label/__name__/values"))?.EnumerateArray().Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal) ?? [];
                return documented.TrueForAll(name => known.Contains(name) || known.Contains(name + "_bucket"));
            },
            "Prometheus knows every metric of the page that a service tells");
        // A name is known before each of its series is.
        await Says("1", """sum(marten_event_append_events_total{event_type="certificate.issued.v1"})""");
        await Says("1", """sum(tremplin_applications_total{outcome="accepted"})""");
        await Says("2", """count(tremplin_leader{job="tremplin-scheduling"})""");
        // Who does not lead says nothing of the store.
        await Says("1", """count(tremplin_seats{state="free"})""");

        Task Says(string value, string query) => Story.Until(
            async () => (await Ask(prometheus, "query?query=" + Uri.EscapeDataString(query)))?.GetProperty("result").EnumerateArray()
                .Select(one => one.GetProperty("value")[1].GetString()).SequenceEqual([value]) is true,
            $"{query} is {value}");
    }

    private static async Task Is_calm(Uri prometheus)
    {
        await Story.Until(
            async () => await Ask(prometheus, "rules") is { } rules && Alerts(rules).All(a => a.GetProperty("health").GetString() == "ok"),
            "every alert was evaluated");
        // One was seen pending once, and inactive in the next run: which it is, is said.
        List<string> wrong = [];
        await Story.Until(
            async () =>
            {
                wrong = [.. Alerts((await Ask(prometheus, "rules"))!.Value).Where(a => a.GetProperty("state").GetString() != "inactive").Select(a => $"{a.GetProperty("name")} {a.GetProperty("state")}")];
                if (wrong.Count > 0)
                    TestContext.Current.SendDiagnosticMessage($"Not inactive: {string.Join(", ", wrong)}");
                wrong.Should().NotContain(alert => alert.EndsWith("firing", StringComparison.Ordinal));
                return wrong.Count == 0;
            },
            "nothing is wrong");

        static IEnumerable<JsonElement> Alerts(JsonElement rules) => rules.GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray());
    }

    private static async Task Logs_in_json(Cli.Machine.Platform platform)
    {
        // Identity writes down whom it refuses.
        using var caller = new HttpClient { BaseAddress = platform.Identity.Url };
        using var wrong = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "platform"), new("client_secret", "wrong")]);
        (await caller.PostAsync("connect/token", wrong)).IsSuccessStatusCode.Should().BeFalse();
        foreach (var service in platform.Services)
        {
            List<JsonElement> lines = [];
            await Story.Until(
                async () =>
                {
                    await using var log = new FileStream(service.Process.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    using var reader = new StreamReader(log);
                    var text = await reader.ReadToEndAsync();
                    lines = [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
                    // Portal is asked nothing here that it would write down.
                    return service.Service is "Portal" ? lines.Count > 0 : lines.Exists(Traced);
                },
                $"{service.Service} says to which trace a line belongs");
            lines.Should().NotContain(line => line.ToString().Contains("Durand", StringComparison.OrdinalIgnoreCase));
        }

        static bool Traced(JsonElement line) => line.GetProperty("Scopes").EnumerateArray().Any(s => s.TryGetProperty("TraceId", out _));
    }

    private static async Task<string> Page(Collector collector)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(collector.Url, "metrics"));
    }

    // Null as long as it is starting.
    private static async Task<JsonElement?> Ask(Uri prometheus, string what)
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync(new Uri(prometheus, "api/v1/" + what));
            return answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data") : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}

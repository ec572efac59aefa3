using System.Text.Json;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Tremplin.Scenarios.Otlp;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Tremplin.Platform.Rules;

/// <summary>What operators see hangs together: metrics, the page about them, alerts, runbooks, dashboards, and what runs them.</summary>
public partial class ObservabilitySpecs
{
    private const string Folder = "deploy/observability", Page = "docs/operators/observability.md";
    private static readonly string[] Severities = ["critical", "warning"];
    private static readonly string[] Headings = ["## What it means", "## What to look at", "## What to do", "## When it is over"];

    // By kind, of the collector's contrib distribution.
    private static readonly Dictionary<string, string[]> Components = new(StringComparer.Ordinal)
    {
        ["receivers"] = ["otlp"],
        ["processors"] = ["memory_limiter", "filter", "batch"],
        ["exporters"] = ["otlp", "prometheus"],
        ["extensions"] = ["health_check"],
    };

    private static IReadOnlyList<Alert> Alerts { get; } =
        [.. List(Yaml($"{Folder}/prometheus/alerts.yml"), "groups").SelectMany(g => List(g, "rules")).Select(r => new Alert(
            Text(r, "alert"), Text(r, "expr"), Text(Map(r, "labels"), "severity"), Text(Map(r, "annotations"), "summary"), Text(Map(r, "annotations"), "runbook")))];

    /// <summary>The tables of the page: our metrics with seven cells, those of others with three.</summary>
    private static IReadOnlyList<string[]> Rows { get; } =
        [.. Tree.Read(Page).Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Trim('|').Split('|').Select(c => c.Trim().Trim('`')).ToArray())];

    private static List<string[]> Ours => [.. Rows.Where(r => r[0].StartsWith("tremplin.", StringComparison.Ordinal))];

    private static List<string> Documented => [.. Ours.Select(r => r[3]), .. Rows.Where(r => r.Length == 3 && MetricName().IsMatch(r[0])).Select(r => r[0])];

    private static IEnumerable<(string Where, string Expression)> Expressions =>
        Alerts.Select(a => (a.Name, a.Expression)).Concat(
            from board in Boards()
            from panel in board.Content.GetProperty("panels").EnumerateArray()
            from target in panel.GetProperty("targets").EnumerateArray()
            select ($"{board.File}: {panel.GetProperty("title")}", target.GetProperty("expr").GetString()!));

    [Fact]
    public void Our_metrics_are_those_of_the_page()
    {
        var code = Tree.CSharp("services").SelectMany(f => Instrument().Matches(Tree.Read(f)))
            .Select(m => (Name: m.Groups["name"].Value, Unit: m.Groups["unit"].Value.Trim('"').Replace("null", "", StringComparison.Ordinal), Kind: m.Groups["kind"].Value == "CreateCounter<long>" ? "counter" : "gauge"))
            .ToList();
        code.Should().HaveCountGreaterThan(10);
        code.Select(m => m.Name).Should().BeEquivalentTo(Literals(), "every name is one that this rule can read");
        Ours.Select(r => (Name: r[0], Unit: r[1], Kind: r[2])).Should().BeEquivalentTo(code);

        static IEnumerable<string> Literals() => Tree.CSharp("services").Where(f => !f.StartsWith("services/Cli/", StringComparison.Ordinal)).SelectMany(f => Literal().Matches(Tree.Read(f))).Select(m => m.Groups["name"].Value);
    }

    [Fact]
    public void The_names_in_Prometheus_follow_from_name_unit_and_kind() =>
        Ours.Should().AllSatisfy(r => r[3].Should().Be(PrometheusName.Of(r[0], r[1], r[2])));

    [Theory]
    [InlineData("http.server.request.duration", "s", "histogram", "http_server_request_duration_seconds")]
    [InlineData("dotnet.process.cpu.time", "s", "counter", "dotnet_process_cpu_time_seconds_total")]
    [InlineData("dotnet.process.memory.working_set", "By", "up-down", "dotnet_process_memory_working_set_bytes")]
    [InlineData("marten.event.append", "events", "counter", "marten_event_append_events_total")]
    [InlineData("some.share", "1", "gauge", "some_share_ratio")]
    public void Knows_how_the_collector_names(string name, string unit, string kind, string expected) =>
        PrometheusName.Of(name, unit, kind).Should().Be(expected);

    [Fact]
    public void Alerts_and_panels_use_metrics_of_the_page_and_no_others()
    {
        Documented.Should().OnlyHaveUniqueItems();
        Expressions.SelectMany(e => Metrics(e.Expression).Except(Documented).Select(m => $"{e.Where} uses {m}")).Should().BeEmpty();
        Documented.Except(Expressions.SelectMany(e => Metrics(e.Expression))).Should().BeEmpty("what nobody looks at need not be told");
    }

    [Theory]
    [InlineData("""sum by (job, le) (rate(some_duration_seconds_bucket{job!="x"}[5m])) / max(other) > 0.9 and third == 1e6""", "some_duration_seconds_bucket, other, third")]
    [InlineData("""absent(up{job="a or b"}) or vector(0)""", "up")]
    public void Reads_the_metrics_of_an_expression(string expression, string metrics) => string.Join(", ", Names(expression)).Should().Be(metrics);

    [Fact]
    public void Every_alert_says_how_bad_it_is_what_it_means_and_what_to_do()
    {
        Alerts.Select(a => a.Name).Should().OnlyHaveUniqueItems().And.HaveCountGreaterThan(10);
        Alerts.Should().AllSatisfy(a =>
        {
            a.Severity.Should().BeOneOf(Severities);
            a.Summary.Should().EndWith(".");
            a.Runbook.Should().Be($"docs/runbooks/{a.Name}.md");
        });
        Tree.With(".md").Where(f => f.StartsWith("docs/runbooks/", StringComparison.Ordinal)).Should().BeEquivalentTo(Alerts.Select(a => a.Runbook), "each alert has its page, and each page its alert");
        Alerts.Should().AllSatisfy(a =>
        {
            var lines = Tree.Read(a.Runbook).Split('\n');
            lines[0].Should().Be("# " + a.Name);
            lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Should().Equal(Headings);
        });
    }

    [Fact]
    public void Every_link_of_a_runbook_leads_somewhere() =>
        Tree.With(".md").Where(f => f.StartsWith("docs/runbooks/", StringComparison.Ordinal) || f == Page)
            .SelectMany(f => Link().Matches(Tree.Read(f)).Select(l => Path.Join(Path.GetDirectoryName(f), l.Groups["to"].Value)))
            .Where(to => !Path.Exists(Path.GetFullPath(to, Tree.Root))).Should().BeEmpty();

    [Fact]
    public void Every_alert_is_tried_both_ways()
    {
        var cases = List(Yaml($"{Folder}/prometheus/alerts.test.yml"), "tests").SelectMany(t => List(t, "alert_rule_test"))
            .Select(c => (Alert: Text(c, "alertname"), Fires: List(c, "exp_alerts").Count > 0)).ToList();
        foreach (var fires in new[] { true, false })
            cases.Where(c => c.Fires == fires).Select(c => c.Alert).Should().BeEquivalentTo(Alerts.Select(a => a.Name));
    }

    [Fact]
    public void Dashboards_take_any_source_and_are_told_apart()
    {
        Boards().Should().HaveCountGreaterThan(1);
        Boards().Select(b => b.Content.GetProperty("uid").GetString()).Should().OnlyHaveUniqueItems();
        foreach (var (file, board) in Boards())
        {
            var panels = board.GetProperty("panels").EnumerateArray().ToList();
            panels.Select(p => p.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
            Sources(board).Should().HaveCountGreaterThanOrEqualTo(panels.Count).And.OnlyContain(uid => uid == "${datasource}", $"{file} names no source of somebody's");
            board.GetProperty("templating").GetProperty("list").EnumerateArray().Should().Contain(v => v.GetProperty("type").GetString() == "datasource" && v.GetProperty("name").GetString() == "datasource");
        }

        static IEnumerable<string?> Sources(JsonElement at) => at.ValueKind switch
        {
            JsonValueKind.Object => at.EnumerateObject().SelectMany(p => p.NameEquals("datasource") ? [p.Value.GetProperty("uid").GetString()] : Sources(p.Value)),
            JsonValueKind.Array => at.EnumerateArray().SelectMany(Sources),
            _ => [],
        };
    }

    [Fact]
    public void The_collector_is_made_of_parts_that_exist_and_that_it_uses()
    {
        var collector = Yaml($"{Folder}/collector.yaml");
        var service = Map(collector, "service");
        foreach (var (kind, known) in Components)
        {
            var defined = Map(collector, kind).Keys.Cast<string>().ToList();
            var used = kind == "extensions" ? List(service, kind) : Map(service, "pipelines").Values.SelectMany(p => List(p, kind)).Distinct();
            used.Should().BeEquivalentTo(defined, kind);
            defined.Select(d => d.Split('/')[0]).Should().BeSubsetOf(known);
        }

        var takes = Map(Map(Map(collector, "receivers"), "otlp"), "protocols");
        (Text(Map(takes, "grpc"), "endpoint"), Text(Map(takes, "http"), "endpoint")).Should().Be(("0.0.0.0:4317", "0.0.0.0:4318"));
        var shown = Text(Map(Map(collector, "exporters"), "prometheus"), "endpoint").Split(':')[1];
        List(Yaml($"{Folder}/prometheus/prometheus.yml"), "scrape_configs").SelectMany(j => List(j, "static_configs")).SelectMany(s => List(s, "targets"))
            .Should().Contain($"collector:{shown}");
    }

    [Fact]
    public void What_runs_beside_the_platform_may_do_little()
    {
        var services = Map(Yaml("docker-compose.yml"), "services").Where(s => List(s.Value, "profiles").Contains("observability")).ToDictionary();
        services.Keys.Should().BeEquivalentTo(["collector", "prometheus", "jaeger", "disk", "grafana"]);
        services.Should().AllSatisfy(s =>
        {
            var (name, service) = (s.Key, s.Value);
            Text(service, "image").Should().MatchRegex(@"^[\w./-]+:v?\d+\.\d+\.\d+$", "it is pinned");
            Text(service, "user").Should().MatchRegex(@"^[1-9]\d*:[1-9]\d*$", "it is nobody's root");
            Text(service, "read_only").Should().Be("true");
            List(service, "cap_drop").Should().Equal("ALL");
            List(service, "security_opt").Should().Equal("no-new-privileges:true");
            List(service, "profiles").Should().Equal("observability");
            Map(service).Keys.Should().Contain(["mem_limit", "cpus", "pids_limit"]);
            List(service, "ports").Should().BeEquivalentTo(name is "grafana" ? ["127.0.0.1:${TREMPLIN_GRAFANA_PORT:-3000}:3000"] : Array.Empty<string>());
            List(service, "volumes").Select(v => ((string)v).Split(':')[0]).Where(v => v[0] == '.')
                .Should().AllSatisfy(v => Path.Exists(Path.Combine(Tree.Root, v)).Should().BeTrue(v));
        });
        Map(services["grafana"], "environment").Keys.Cast<string>().Where(k => k.Contains("PASSWORD", StringComparison.Ordinal)).Should().Equal("GF_SECURITY_ADMIN_PASSWORD__FILE");
    }

    private static IEnumerable<(string File, JsonElement Content)> Boards() =>
        Tree.With(".json").Where(f => f.StartsWith($"{Folder}/grafana/", StringComparison.Ordinal)).Select(f => (f, JsonDocument.Parse(Tree.Read(f)).RootElement));

    /// <summary>The metrics of an expression, as the page names them: a histogram by its own name.</summary>
    private static IEnumerable<string> Metrics(string expression) =>
        Names(expression).Select(n => Series().Replace(n, "") is var whole && Documented.Contains(whole) ? whole : n);

    private static IEnumerable<string> Names(string expression) =>
        Name().Matches(Grouping().Replace(NotNames().Replace(expression, ""), "")).Select(m => m.Value).Where(n => n is not ("and" or "or" or "unless" or "ALERTS"));

    private static Dictionary<object, object> Yaml(string file)
    {
        using var text = new StringReader(Tree.Read(file));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }

    private static Dictionary<object, object> Map(object at, string? key = null) => (Dictionary<object, object>)(key is null ? at : Map(at)[key]);

    private static List<object> List(object at, string key) => Map(at).TryGetValue(key, out var list) ? (List<object>)list : [];

    private static string Text(object at, string key) => (string)Map(at)[key];

    private sealed record Alert(string Name, string Expression, string Severity, string Summary, string Runbook);

    [GeneratedRegex(@"(?<kind>Watch|Create\w+(<long>)?)\(\s*""(?<name>tremplin\.[a-z.]+)"",\s*(\(\) => [^,]+,\s*)?(?<unit>""[^""]*""|null)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"""(?<name>tremplin\.[a-z.]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"^[a-z][a-z0-9_]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();

    // Strings, selectors and ranges.
    [GeneratedRegex(@"""[^""]*""|\{([^""}]|""[^""]*"")*\}|\[[^\]]*\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotNames();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<![\w.])[a-zA-Z_]\w*(?!\w|\s*\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|count|sum)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Series();

    [GeneratedRegex(@"\]\((?<to>\.{0,2}[\w./-]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios.Otlp;

/// <summary>
/// Takes the collector's place in tests: takes traces and metrics in (OTLP over HTTP), keeps the spans, and shows each
/// process's newest metrics as the collector's Prometheus exporter would.
/// </summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _http = new();
    private readonly ConcurrentDictionary<string, ResourceMetrics> _newest = new(StringComparer.Ordinal);

    public Collector()
    {
        _http.Prefixes.Add(Url.ToString());
        _http.Start();
        _ = Task.Run(Serve);
    }

    public Uri Url { get; } = Ports.TakeUrl();

    /// <summary>Every span that came, with the service that it came from.</summary>
    public ConcurrentQueue<(string Service, string Scope, Span Span)> Spans { get; } = [];

    /// <summary>Every metric that came: where from, and what Prometheus calls it.</summary>
    public IEnumerable<(string Service, Metric Metric, string Name)> Metrics =>
        from process in _newest.Values
        from scope in process.ScopeMetrics
        from metric in scope.Metrics
        select (Attribute(process.Resource, "service.name"), metric, PrometheusName.Of(metric.Name, metric.Unit, Kind(metric)));

    public static string Kind(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => "gauge",
        Metric.DataOneofCase.Sum when metric.Sum.IsMonotonic => "counter",
        Metric.DataOneofCase.Sum => "up-down",
        Metric.DataOneofCase.Histogram => "histogram",
        _ => throw new InvalidDataException($"{metric.Name} is of a kind that is not used here."),
    };

    public void Dispose() => _http.Close();

    private static string Attribute(Resource resource, string key) => resource.Attributes.Single(a => a.Key == key).Value.StringValue;

    private async Task Serve()
    {
        while (_http.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _http.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var answer = asked.Response;
            using var body = new MemoryStream();
            await asked.Request.InputStream.CopyToAsync(body);
            switch (asked.Request.Url!.AbsolutePath)
            {
                case "/v1/traces":
                    foreach (var from in TraceExport.Parser.ParseFrom(body.ToArray()).ResourceSpans)
                    {
                        foreach (var scope in from.ScopeSpans)
                        {
                            foreach (var span in scope.Spans)
                                Spans.Enqueue((Attribute(from.Resource, "service.name"), scope.Scope.Name, span));
                        }
                    }

                    break;
                case "/v1/metrics":
                    foreach (var from in MetricExport.Parser.ParseFrom(body.ToArray()).ResourceMetrics)
                        _newest[Attribute(from.Resource, "service.instance.id")] = from;
                    break;
                case "/metrics":
                    answer.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                    await answer.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Page()));
                    break;
                default:
                    answer.StatusCode = 404;
                    break;
            }
        }
    }

    // The format wants what has one name to stand together.
    private string Page()
    {
        var lines = new List<(string Name, string Line)>();
        foreach (var process in _newest.Values)
        {
            string[] whose = [$"job=\"{Attribute(process.Resource, "service.name")}\"", $"instance=\"{Attribute(process.Resource, "service.instance.id")}\""];
            foreach (var metric in process.ScopeMetrics.SelectMany(s => s.Metrics))
            {
                var name = PrometheusName.Of(metric.Name, metric.Unit, Kind(metric));
                foreach (var point in metric.Gauge?.DataPoints ?? metric.Sum?.DataPoints ?? [])
                    Line(name, name, point.Attributes, point.ValueCase == Number.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble);
                foreach (var point in metric.Histogram?.DataPoints ?? [])
                {
                    Line(name, name + "_count", point.Attributes, point.Count);
                    Line(name, name + "_sum", point.Attributes, point.Sum);
                    var upTo = 0UL;
                    foreach (var (bucket, i) in point.BucketCounts.Select((b, i) => (b, i)))
                    {
                        var bound = i < point.ExplicitBounds.Count ? point.ExplicitBounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                        Line(name, name + "_bucket", point.Attributes, upTo += bucket, $"le=\"{bound}\"");
                    }
                }
            }

            void Line(string family, string name, IEnumerable<KeyValue> attributes, double value, params string[] more) => lines.Add((family,
                $"{name}{{{string.Join(',', [.. whose, .. attributes.Select(Label), .. more])}}} {value.ToString("R", CultureInfo.InvariantCulture)}"));
        }

        return string.Concat(lines.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => l.Line + "\n"));
    }

    private static string Label(KeyValue attribute)
    {
        var text = attribute.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => attribute.Value.StringValue,
            AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(CultureInfo.InvariantCulture),
            AnyValue.ValueOneofCase.BoolValue => attribute.Value.BoolValue ? "true" : "false",
            _ => attribute.Value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        };
        return $"{attribute.Key.Replace('.', '_').Replace('-', '_')}=\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}

using System.Text.RegularExpressions;

namespace Tremplin.Scenarios.Otlp;

/// <summary>
/// The name under which the collector's Prometheus exporter shows a metric of OpenTelemetry: dots become underscores, the
/// unit and, of a counter, "total" are added.
/// </summary>
internal static partial class PrometheusName
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["By"] = "bytes",
        ["%"] = "percent",
    };

    public static string Of(string name, string unit, string kind)
    {
        var words = name.Split(['.', '_', '-'], StringSplitOptions.RemoveEmptyEntries).ToList();
        var plain = Braces().Replace(unit, "");
        var word = plain is "1" ? (kind == "gauge" ? "ratio" : "") : Units.GetValueOrDefault(plain, plain);
        if (word != "" && !words.Contains(word))
            words.Add(word);
        if (kind == "counter")
        {
            words.Remove("total");
            words.Add("total");
        }

        return string.Join('_', words);
    }

    [GeneratedRegex(@"\{.*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Braces();
}

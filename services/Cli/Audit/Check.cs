using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit compare</c> and <c>audit invariants</c>: what each service checks of itself, from its events.</summary>
internal static class Check
{
    private const int Most = 1000;

    public static Command Compare(Option<bool> json) => Verb(
        "compare", "Makes every read model again from the events and compares it with the stored rows.", json, "difference",
        ["Read model", "Rows", ""],
        line => line.TryGetProperty("document", out var document)
            ? [document.ToString(), N(line.GetProperty("rows")), Verdict(line.GetProperty("differences"), "as the events say", "different")]
            : null,
        d => $"{d.GetProperty("document")} {d.GetProperty("id")}: {(Text(d, "field") is { Length: > 0 } field ? $"{field[1..]} is" : "there is")} {Text(d, "stored") ?? "no row"}; the events make {Text(d, "rebuilt") ?? "none"}"
            + (d.GetProperty("event") is { ValueKind: JsonValueKind.Object } e ? $", by version {e.GetProperty("version")} ({e.GetProperty("type")}), sequence {e.GetProperty("sequence")}." : "."));

    public static Command Invariants(Option<bool> json) => Verb(
        "invariants", "Checks the rules that hold at every version of every stream.", json, "breach",
        ["Rules", "Streams", "Events", ""],
        line => line.TryGetProperty("rules", out var rules)
            ? [string.Join(", ", rules.EnumerateArray()), N(line.GetProperty("streams")), N(line.GetProperty("events")), Verdict(line.GetProperty("breaches"), "kept", "against them")]
            : null,
        b => $"{b.GetProperty("rule")}: {b.GetProperty("words")} Stream {b.GetProperty("stream")}"
            + (b.TryGetProperty("version", out var version) ? $", version {version} ({b.GetProperty("type")})" : "") + $", sequence {b.GetProperty("sequence")}.");

    /// <summary>What a service says of itself: the first thousand faults, and the lines that sum up.</summary>
    public static async Task<(List<JsonElement> Faults, List<JsonElement> Sums)> Run(
        Auditor auditor, string service, string check, string fault, Action<double> progress, CancellationToken stop)
    {
        var (faults, sums) = (new List<JsonElement>(), new List<JsonElement>());
        await foreach (var line in auditor.Lines(service, check, stop))
        {
            // More would be read by nobody; the sums count them all.
            if (line.TryGetProperty(fault, out var found))
                faults.AddRange(faults.Count < Most ? [found] : Array.Empty<JsonElement>());
            else if (line.TryGetProperty("of", out var all))
                progress(line.GetProperty("streams").GetDouble() / all.GetInt64());
            else
                sums.Add(line);
        }

        return sums.Count > 0 ? (faults, sums) : throw new InvalidOperationException($"{service} ended before it had checked everything.");
    }

    private static Command Verb(
        string name, string description, Option<bool> json, string fault, string[] columns, Func<JsonElement, string[]?> row, Func<JsonElement, string> words)
    {
        var verb = new Command(name, description) { json };
        verb.SetAction(async (parsed, stop) =>
        {
            using var auditor = Auditor.OfHome();
            var all = new List<(string Service, List<JsonElement> Faults, List<JsonElement> Sums)>();
            await Audit.Progress(parsed.GetValue(json), async (service, progress) =>
            {
                var (faults, sums) = await Run(auditor, service, name, fault, progress, stop);
                all.Add((service, faults, sums));
            });
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(all.Select(a => new { service = a.Service, sums = a.Sums, findings = a.Faults }), JsonSerializerOptions.Web));
            }
            else
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumn("Service").AddColumns(columns);
                foreach (var (service, sum) in all.SelectMany(a => a.Sums.Select(s => (a.Service, s))))
                    table.AddRow([service, .. row(sum)!]);
                AnsiConsole.Write(table);
                foreach (var (service, found) in all.SelectMany(a => a.Faults.Select(f => (a.Service, f))))
                    AnsiConsole.MarkupLineInterpolated($"[red]{fault}[/] {service}: {words(found)}");
            }

            return all.Exists(a => a.Faults.Count > 0) ? 1 : 0;
        });
        return verb;
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).ValueKind == JsonValueKind.Null ? null : of.GetProperty(name).ToString();

    private static string N(JsonElement number) => number.GetInt64().ToString("N0", CultureInfo.InvariantCulture);

    private static string Verdict(JsonElement faults, string good, string bad) => faults.GetInt64() == 0 ? $"[green]{good}[/]" : $"[red]{N(faults)} {bad}[/]";
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit reconcile</c>: stored events against published messages, and messages against what came of them.</summary>
internal static class Reconcile
{
    public static Command Verb(Option<bool> json)
    {
        var verb = new Command("reconcile", "Compares what the services announced with what came of it in the others.") { json };
        verb.SetAction(async (parsed, stop) =>
        {
            using var auditor = Auditor.OfHome();
            var result = parsed.GetValue(json) ? await Run(auditor, _ => { }, stop) : await AnsiConsole.Status().StartAsync("...", status => Run(auditor, words => status.Status(words), stop));
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
            else
                Show(result);
            return result.Findings.Count > 0 ? 1 : 0;
        });
        return verb;
    }

    /// <summary>Reads all services, the consumers before those that they hear: what arrives meanwhile has its cause.</summary>
    public static async Task<Reconciled> Run(Auditor auditor, Action<string> progress, CancellationToken stop)
    {
        var heads = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var announced = new List<(Guid Id, string Service, string Message, DateTimeOffset At, long Sequence)>();
        var effects = new HashSet<(string Service, Guid Cause)>();
        var (events, newest) = (0L, DateTimeOffset.MinValue);
        foreach (var service in Auditor.Services)
        {
            await foreach (var line in auditor.Lines(service, "published", stop))
            {
                if (line.TryGetProperty("hears", out _))
                {
                    heads[service] = line;
                    continue;
                }

                var at = line.GetProperty("recordedAt").GetDateTimeOffset();
                newest = at > newest ? at : newest;
                if (line.GetProperty("message").GetString() is { } message)
                    announced.Add((line.GetProperty("id").GetGuid(), service, string.Intern(message), at, line.GetProperty("sequence").GetInt64()));
                if (Guid.TryParse(line.GetProperty("cause").GetString(), out var cause))
                    effects.Add((service, cause));
                if (++events % 5000 == 0)
                    progress(string.Create(CultureInfo.InvariantCulture, $"{service}: {events:N0} events"));
            }
        }

        var findings = new List<string>();
        var flows = new SortedDictionary<(string Message, string By), Flow>();
        foreach (var e in announced)
        {
            if (e.Sequence > heads[e.Service].GetProperty("announced").GetInt64())
            {
                // The Announcer may be a moment behind; not for a minute.
                if (e.At < newest - TimeSpan.FromMinutes(1))
                    findings.Add($"{e.Message}, sequence {e.Sequence} of {e.Service}, was not announced; it was recorded at {e.At:u}.");
                continue;
            }

            foreach (var by in Auditor.Services.Where(s => heads[s].GetProperty("hears").EnumerateArray().Any(h => h.ValueEquals(e.Message))))
            {
                var flow = flows.GetValueOrDefault((e.Message, by)) ?? new(e.Message, e.Service, by, 0, 0);
                flows[(e.Message, by)] = flow with { Announced = flow.Announced + 1, WithEffect = flow.WithEffect + (effects.Contains((by, e.Id)) ? 1 : 0) };
            }
        }

        return new(events, [.. flows.Values], findings);
    }

    private static void Show(Reconciled result)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("Message").NoWrap()).AddColumn("Heard by")
            .AddColumn(new TableColumn("Announced").RightAligned()).AddColumn(new TableColumn("Without effect").RightAligned());
        foreach (var flow in result.Flows)
            table.AddRow(flow.Message, flow.To, $"{flow.Announced}", flow.Announced == flow.WithEffect ? "" : $"[yellow]{flow.Announced - flow.WithEffect}[/]");
        AnsiConsole.Write(table);
        foreach (var finding in result.Findings)
            AnsiConsole.MarkupLineInterpolated($"[red]unannounced[/] {finding}");
    }

    /// <summary>One kind of message between two services.</summary>
    internal sealed record Flow(string Message, string From, string To, long Announced, long WithEffect);

    /// <summary>What was found.</summary>
    internal sealed record Reconciled(long Events, IReadOnlyList<Flow> Flows, IReadOnlyList<string> Findings);
}

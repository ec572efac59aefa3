using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.DeadLetters;

/// <summary><c>dead-letters log</c>: who sent again or discarded what, when and why.</summary>
internal static class ShowLog
{
    public static Command Verb()
    {
        var json = DeadLetters.AsJson();
        var verb = new Command("log", "Shows what was done with dead letters, for thirteen months.") { json };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken stop)
    {
        await using var connection = await Waiting.ConnectAsync(DeadLetters.Platform(), stop);
        var log = await new Log(connection).ReadAsync(stop);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(log, DeadLetters.Json));
        else if (log.Count == 0)
            Console.WriteLine("No dead letter was sent again or discarded.");
        else
            Show(log);
        return 0;
    }

    private static void Show(IEnumerable<LogEntry> log)
    {
        var table = new Table().AddColumn(new TableColumn("At (UTC)").NoWrap()).AddColumns("What", "By");
        foreach (var entry in log)
        {
            table.AddRow(DeadLetters.Time(entry.At),
                $"{entry.What}: {Markup.Escape(entry.Letter.Id)}\n{Markup.Escape(entry.Letter.Type)}, of {Markup.Escape(entry.Letter.Queue)}\n[red]{Markup.Escape(entry.Letter.Why)}[/]{(entry.Why is { } why ? $"\n{Markup.Escape(why)}" : "")}",
                Markup.Escape(entry.By));
        }
        DeadLetters.Print(table);
    }
}

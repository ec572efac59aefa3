using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.DeadLetters;

/// <summary><c>dead-letters list</c>: what waits, and why. It changes nothing, however often it is done.</summary>
internal static class ListWaiting
{
    public static Command Verb()
    {
        var (queue, json) = (DeadLetters.Queue(), DeadLetters.AsJson());
        var none = new Option<bool>("--expect-none") { Description = "The exit code is 1 where one waits that is not a partner's: for an alarm." };
        var verb = new Command("list", "Lists the dead letters with their causes. Changes nothing.") { queue, json, none };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(queue), parsed.GetValue(json), parsed.GetValue(none), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string? queue, bool json, bool expectNone, CancellationToken stop)
    {
        await using var waiting = await Waiting.LookAsync(DeadLetters.Platform(), queue, stop);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(waiting.Letters, DeadLetters.Json));
        else if (waiting.Letters.Count == 0)
            Console.WriteLine(queue is null ? "No dead letter waits." : $"No dead letter of {queue} waits.");
        foreach (var of in json ? [] : waiting.Letters.GroupBy(letter => letter.Parked))
            Show(of.Key, [.. of]);
        return expectNone && waiting.Letters.Any(letter => !letter.Sealed) ? 1 : 0;
    }

    private static void Show(string parked, IReadOnlyList<DeadLetter> letters)
    {
        var table = new Table().Title($"{parked}: {letters.Count}{(letters[0].Sealed ? " (of partners: sealed, and sent again by the partner)" : "")}")
            .AddColumn("What and why").AddColumn(new TableColumn("Parked (UTC)").NoWrap()).AddColumn(new TableColumn("Redriven").RightAligned().NoWrap());
        foreach (var letter in letters)
        {
            table.AddRow($"{Markup.Escape(letter.Id)}\n{Markup.Escape(letter.Type)}\n[red]{Markup.Escape(letter.Why)}[/]",
                $"{DeadLetters.Time(letter.ParkedAt)}{(letter.ParkedAt is { } at ? $"\n{DeadLetters.Age(DateTimeOffset.UtcNow - at)} ago" : "")}", $"{letter.Redriven}");
        }
        DeadLetters.Print(table);
    }
}

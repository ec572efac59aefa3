using System.CommandLine;

namespace Tremplin.Cli.DeadLetters;

/// <summary><c>dead-letters discard</c>: takes one out of the way, with a reason. The log keeps both for thirteen months.</summary>
internal static class Discard
{
    public static Command Verb()
    {
        var id = new Argument<string>("id") { Description = "The message's id, as list shows it." };
        var reason = new Option<string>("--reason") { Description = "Why it need not take effect, for whoever reads the log. No names.", Required = true };
        reason.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError("--reason must say why.");
        });
        var queue = DeadLetters.Queue();
        var verb = new Command("discard", "Takes a dead letter out of the way. It can be brought back from the log: redrive ID --discarded.") { id, reason, queue };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(id)!, Cause.OneLine(parsed.GetValue(reason)!).Trim(), parsed.GetValue(queue), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, string reason, string? queue, CancellationToken stop)
    {
        await using var waiting = await Waiting.LookAsync(DeadLetters.Platform(), queue, stop);
        var log = await waiting.Log.ReadAsync(stop);
        var those = waiting.Letters.Where(letter => letter.Id == id).ToList();
        if (those.Select(letter => letter.Parked).Distinct(StringComparer.Ordinal).Count() > 1)
            return DeadLetters.Refuse($"{id} waits in several queues: name one with --queue ({string.Join(", ", those.Select(letter => letter.Queue))}).");
        if (those.Count == 0 && log.LastOrDefault(entry => entry.Letter.Id == id && (queue is null || entry.Letter.Queue == queue)) is { What: Log.Discarded } last)
        {
            Console.WriteLine($"{id} was discarded already, at {DeadLetters.Time(last.At)} UTC by {last.By}: {last.Why}");
            return 0;
        }
        if (those.Count == 0)
            return DeadLetters.NotFound(id);
        foreach (var letter in those)
            await waiting.DiscardAsync(letter, reason, log, stop);
        Console.WriteLine($"{id} is discarded. The log keeps it{(those[0].Sealed ? ", without its text" : $"; to bring it back: ./platform dead-letters redrive {id} --discarded")}.");
        return 0;
    }
}

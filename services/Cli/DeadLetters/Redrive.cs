using System.CommandLine;

namespace Tremplin.Cli.DeadLetters;

/// <summary>
/// <c>dead-letters redrive</c>: sends messages again, with their ids, to the queues from which they came. Killed half-way it
/// loses none; one that was sent twice has one effect, as every message.
/// </summary>
internal static class Redrive
{
    public static Command Verb()
    {
        var ids = new Argument<string[]>("id") { Description = "The messages' ids, as list shows them.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All that wait, but for partners' messages." };
        var discarded = new Option<bool>("--discarded") { Description = "Takes messages from the log that were discarded." };
        var queue = DeadLetters.Queue();
        var verb = new Command("redrive", "Sends dead letters again to the queues from which they came. What fails again is back with its count raised.") { ids, all, discarded, queue };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(ids) is { Length: > 0 })
                result.AddError("Give ids, or --all.");
            if (result.GetValue(all) && result.GetValue(discarded))
                result.AddError("Of those that were discarded, give ids.");
        });
        verb.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(all) ? null : [.. parsed.GetValue(ids)!.Distinct(StringComparer.Ordinal)], parsed.GetValue(discarded), parsed.GetValue(queue), stop));
        return verb;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string>? ids, bool discarded, string? queue, CancellationToken stop)
    {
        await using var waiting = await Waiting.LookAsync(DeadLetters.Platform(), queue, stop);
        var log = await waiting.Log.ReadAsync(stop);
        if (ids is null)
        {
            var those = waiting.Letters.Where(letter => !letter.Sealed).ToList();
            if (those.Count == 0)
                Console.WriteLine("No dead letter waits that could be sent again.");
            return await AgainAsync(waiting, those, log, stop);
        }

        var code = 0;
        foreach (var id in ids)
        {
            var those = waiting.Letters.Where(letter => letter.Id == id).ToList();
            var last = log.LastOrDefault(entry => entry.Letter.Id == id && (queue is null || entry.Letter.Queue == queue));
            code = Math.Max(code, those switch
            {
                [] => await GoneAsync(waiting, id, last, discarded, stop),
                _ when those.Exists(letter => letter.Sealed) => DeadLetters.Refuse($"{id} is a partner's message and sealed. The partner was told the fault, and sends it again."),
                _ => await AgainAsync(waiting, those, log, stop),
            });
        }
        return code;
    }

    private static async Task<int> AgainAsync(Waiting waiting, IEnumerable<DeadLetter> those, IReadOnlyList<LogEntry> log, CancellationToken stop)
    {
        var code = 0;
        foreach (var letter in those)
        {
            if (await waiting.RedriveAsync(letter, log, stop))
                Console.WriteLine($"{letter.Id} was sent again to {letter.Queue}.");
            else
                code = NotTaken(letter);
        }
        return code;
    }

    private static int NotTaken(DeadLetter letter) => DeadLetters.Refuse($"{letter.Id} was not taken by the queue {letter.Queue}, from which it came. It stays where it is.");

    private static async Task<int> GoneAsync(Waiting waiting, string id, LogEntry? last, bool discarded, CancellationToken stop)
    {
        switch (last)
        {
            case null:
                return DeadLetters.NotFound(id);
            case { What: Log.Redriven }:
                Console.WriteLine($"{id} was sent again to {last.Letter.Queue} at {DeadLetters.Time(last.At)} UTC by {last.By}, and does not wait any more.");
                return 0;
            case { Letter.Sealed: true }:
                return DeadLetters.Refuse($"{id} was a partner's message and sealed. The partner was told the fault, and sends it again.");
            case { } when !discarded:
                return DeadLetters.Refuse($"{id} was discarded at {DeadLetters.Time(last.At)} UTC by {last.By} ({last.Why}). To send it all the same: --discarded");
            default:
                if (!await waiting.BringBackAsync(last.Letter, stop))
                    return NotTaken(last.Letter);
                Console.WriteLine($"{id} had been discarded, and was sent again to {last.Letter.Queue}.");
                return 0;
        }
    }
}

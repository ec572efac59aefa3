using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Tremplin.Cli.DeadLetters;

/// <summary><c>dead-letters show</c>: all of one. It changes nothing.</summary>
internal static class ShowOne
{
    // Their values are shown as the cause, without what they may quote.
    private static readonly string[] Told = ["MT-Fault-Message", "MT-Fault-StackTrace", "fault-reason"];

    public static Command Verb()
    {
        var id = new Argument<string>("id") { Description = "The message's id, as list shows it." };
        var queue = DeadLetters.Queue();
        var verb = new Command("show", "Shows a dead letter: headers, cause, where in our code it happened, and the message. Changes nothing.") { id, queue };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(id)!, parsed.GetValue(queue), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, string? queue, CancellationToken stop)
    {
        await using var waiting = await Waiting.LookAsync(DeadLetters.Platform(), queue, stop);
        var those = waiting.Letters.Where(letter => letter.Id == id).ToList();
        if (those.Count == 0)
            return DeadLetters.NotFound(id);
        those.ForEach(Show);
        return 0;
    }

    private static void Show(DeadLetter letter)
    {
        Console.WriteLine($"""
            Id         {letter.Id}
            Queue      {letter.Queue}
            Type       {letter.Type}
            Parked     {DeadLetters.Time(letter.ParkedAt)} (UTC), in {letter.Parked}
            Redriven   {letter.Redriven}
            Cause      {letter.Why}
            """);
        foreach (var line in Cause.Stack(DeadLetter.Header(letter.Properties, "MT-Fault-StackTrace") ?? ""))
            Console.WriteLine($"           {line}");
        Console.WriteLine("\nHeaders");
        foreach (var (name, value) in (letter.Properties.Headers ?? new Dictionary<string, object?>()).Where(header => !Told.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal))
            Console.WriteLine($"  {Cause.OneLine(name),-30} {Cause.OneLine(DeadLetter.Text(value) ?? "")}");
        Console.WriteLine($"\nMessage\n{(letter.Sealed ? "It is a partner's, may hold a name, and is sealed. The partner was told the fault, and sends it again." : Text(letter.Body))}\n");
    }

    // Written as JSON, what is no JSON cannot command a terminal either.
    private static string Text(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return JsonSerializer.Serialize(json.RootElement, DeadLetters.Json);
        }
        catch (JsonException)
        {
            return $"{body.Length} bytes that are no JSON: {JsonSerializer.Serialize(Encoding.UTF8.GetString(body.Span[..Math.Min(2000, body.Length)]), DeadLetters.Json)}";
        }
    }
}

using System.Text.RegularExpressions;

namespace Tremplin.Cli.DeadLetters;

/// <summary>
/// Why a message is a dead letter, in words. A refusal and an exception of ours hold no personal data; what others quote
/// may, and is left out.
/// </summary>
internal static partial class Cause
{
    private const string Ours = "Tremplin.";

    /// <summary>The cause in one line.</summary>
    public static string Of(DeadLetter letter)
    {
        string? Header(string name) => DeadLetter.Header(letter.Properties, name) is { } text ? OneLine(text) : null;
        if (letter.Sealed)
            return $"{Header("fault-code")}{(Header("fault-pointer") is { Length: > 0 } at ? $" at {at}" : "")}: {Header("fault-reason")}";
        if (letter.Parked.EndsWith(DeadLetter.Skipped, StringComparison.Ordinal))
            return "Nobody takes messages of this type here.";
        return Header("MT-Fault-ExceptionType") is { } type ? Words(type, Header("MT-Fault-Message") ?? "") : "The message bears no cause.";
    }

    /// <summary>An exception in words.</summary>
    public static string Words(string type, string message) => type switch
    {
        "Tremplin.Defaults.RefusedException" => $"Refused: {message}",
        _ when type.StartsWith(Ours, StringComparison.Ordinal) => $"{Short(type)}: {message}",
        _ => $"{Short(type)}: {Address().Replace(Quoted().Replace(message, "'…'"), "…")}",
    };

    /// <summary>Where in our code it happened: the first lines of the stack that are ours, without the folders of whoever built it.</summary>
    public static IEnumerable<string> Stack(string stack) => stack.Split('\n')
        .Select(line => Folder().Replace(OneLine(line).Trim(), "in "))
        .Where(line => line.StartsWith($"at {Ours}", StringComparison.Ordinal)).Take(8);

    /// <summary>The text without line ends and other control characters, which a terminal would obey.</summary>
    public static string OneLine(string text) => Control().Replace(text, " ");

    private static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];

    // An apostrophe inside of a word opens and closes nothing.
    [GeneratedRegex("""(?<!\w)(?<quote>['"]).*?\k<quote>(?!\w)|[«“‘„].*?[»”’]""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[^\s@]+@[^\s@]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"\bin /(.*/)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Folder();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Control();
}

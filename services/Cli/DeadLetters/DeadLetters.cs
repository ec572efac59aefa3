using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.DeadLetters;

/// <summary>
/// <c>dead-letters</c>: messages that could not be handled. The exit code is 0 when it is done, 1 when there is no such one
/// or it is refused, 2 when it could not be done.
/// </summary>
internal static class DeadLetters
{
    private const int Widest = 100;

    /// <summary>How they are written, for programs and in <c>show</c>.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Verb() => new("dead-letters", "Shows messages that could not be handled, sends them again, or discards them.")
    {
        ListWaiting.Verb(), ShowOne.Verb(), Redrive.Verb(), Discard.Verb(), ShowLog.Verb(),
    };

    public static Option<string?> Queue() => new("--queue") { Description = "Only those that came from this queue, such as scheduling.request-seat." };

    public static Option<bool> AsJson() => new("--json") { Description = "Prints JSON, for programs." };

    /// <summary>The platform that is up.</summary>
    /// <exception cref="InvalidOperationException">None is.</exception>
    public static PlatformState Platform() =>
        PlatformState.In(PlatformState.Home) is { Started: true } state ? state : throw new InvalidOperationException($"No platform is up in {PlatformState.Home}.");

    /// <summary>A time, as people read it.</summary>
    public static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "not known";

    /// <summary>Prints a table for people, also to a file.</summary>
    public static void Print(Table table)
    {
        if (Console.IsOutputRedirected || AnsiConsole.Profile.Width > Widest)
            AnsiConsole.Profile.Width = Widest;
        AnsiConsole.Write(table.Expand().ShowRowSeparators());
    }

    /// <summary>A time span in its largest unit.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => $"{age.TotalDays:0} days",
        { TotalHours: >= 2 } => $"{age.TotalHours:0} hours",
        { TotalMinutes: >= 2 } => $"{age.TotalMinutes:0} minutes",
        _ => $"{Math.Max(0, age.TotalSeconds):0} seconds",
    };

    /// <summary>Says that there is none of this id, and where else to look.</summary>
    public static int NotFound(string id) => Refuse($"No dead letter {id} waits. What was done with those that waited: ./platform dead-letters log");

    /// <summary>Says why it is not done.</summary>
    public static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}

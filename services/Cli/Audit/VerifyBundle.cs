using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit verify bundle.zip</c>: whether a bundle holds, by itself. It needs no platform.</summary>
internal static class VerifyBundle
{
    private const int Most = 1000;

    /// <summary>Checks, and says what is wrong: 0 nothing, 1 something.</summary>
    public static int Run(FileInfo file, FileInfo[] keys, DirectoryInfo? witness, bool json)
    {
        var (manifest, flaws) = Check(file, keys, witness);
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { holds = flaws.Count == 0, manifest.Scope, manifest.Services, findings = flaws }, JsonSerializerOptions.Web));
        else
            Show(manifest, flaws, trusted: keys.Length > 0 || witness is not null);
        return flaws.Count == 0 ? 0 : 1;
    }

    /// <summary>What is wrong with a bundle, the first thousand of it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (Manifest Manifest, IReadOnlyList<Flaw> Flaws) Check(FileInfo file, FileInfo[] keys, DirectoryInfo? witness)
    {
        try
        {
            using var bundle = file.OpenRead();
            using var check = new EvidenceCheck(bundle);
            var flaws = check.Flaws(
                keys.Length > 0 ? [.. keys.Select(k => VerifierKey.Parse(File.ReadAllText(k.FullName)).ToString())] : null,
                witness is null ? null : Seen(witness, check.Manifest.Services.Select(s => s.Service)));
            return (check.Manifest, [.. flaws.Take(Most)]);
        }
        catch (InvalidDataException e)
        {
            throw new IOException($"{file.Name} cannot be read: {e.Message}", e);
        }
    }

    // A service that the folder does not know was not witnessed.
    private static Dictionary<string, Seen> Seen(DirectoryInfo witness, IEnumerable<string> services) => !witness.Exists
        ? throw new DirectoryNotFoundException($"There is no folder {witness.FullName}.")
        : services.Select(service => (service, Key: Path.Combine(witness.FullName, service + ".vkey"), Notes: Path.Combine(witness.FullName, service + ".checkpoints")))
            .Where(s => File.Exists(s.Key) && File.Exists(s.Notes))
            .ToDictionary(s => s.service, s => new Seen(
                VerifierKey.Parse(File.ReadAllText(s.Key)).ToString(),
                Checkpoint.Notes(File.ReadLines(s.Notes)).Select(n => n[..(n.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)]).ToHashSet(StringComparer.Ordinal)), StringComparer.Ordinal);

    private static void Show(Manifest manifest, IReadOnlyList<Flaw> flaws, bool trusted)
    {
        if (manifest.Scope.TryGetProperty("words", out var words))
            AnsiConsole.WriteLine(Plain(words.ToString()));
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("Service").NoWrap());
        foreach (var heading in new[] { "Events", "Checkpoint of" })
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("").NoWrap());
        foreach (var service in manifest.Services)
        {
            var wrong = flaws.Count(f => f.File.StartsWith(service.Service + "/", StringComparison.Ordinal));
            table.AddRow(service.Service, N(service.Events), N(service.Size), wrong == 0 ? "[green]as recorded[/]" : $"[red]{N(wrong)} at fault[/]");
        }

        AnsiConsole.Write(table);
        foreach (var flaw in flaws)
            AnsiConsole.MarkupLineInterpolated(
                $"[red]{flaw.Kind}[/] {Plain(flaw.File)}{(flaw.Line is { } line ? $", line {line}" : "")}{(flaw.Event is { } id ? $", event {Plain(id)}" : "")}: {Plain(flaw.Words)}");
        if (flaws.Count == Most)
            AnsiConsole.MarkupLine("[red]The rest was not looked at.[/]");
        if (flaws.Count > 0)
            AnsiConsole.MarkupLine("[red]The bundle does not hold.[/]");
        else
            AnsiConsole.MarkupLine(trusted
                ? "[green]The bundle holds.[/]"
                : "[green]The bundle holds[/], by the keys that lie in it. Whose they are only --key or --witness tells.");

        // A name may have been written for the terminal.
        static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c));

        static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}

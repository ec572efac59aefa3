using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Backups;

/// <summary><c>restore</c>: a platform from a backup, and the proof that it is the same.</summary>
internal static class Restore
{
    public static Command Verb()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "The folder with the data." };
        var keys = new Option<DirectoryInfo>("--keys") { Description = "The folder with the keys; of another backup than the data, if need be.", Required = true };
        var verb = new Command("restore", $"Makes a platform in {PlatformState.Home} (TREMPLIN_HOME), where none is, from what backup wrote; proves that it is the same, and starts it.") { folder, keys };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(folder)!.FullName, parsed.GetValue(keys)!.FullName, stop));
        return verb;
    }

    private static async Task<int> RunAsync(string data, string keys, CancellationToken stop)
    {
        var home = PlatformState.Home;
        if (PlatformState.In(home) is { InContainers: true } containers)
            return await IntoAsync(Place.Of(containers), data, keys, stop);
        if (Directory.Exists(home) && Directory.EnumerateFileSystemEntries(home).Any())
            throw new InvalidOperationException($"{home} is not empty: what is restored never replaces anything. Set TREMPLIN_HOME to another folder, or remove what is there (./platform down --purge).");
        Backup.Apart(data, keys);
        Console.WriteLine("The files are compared with the manifests");
        var backup = await Restored.Read(data, keys, stop);

        Servers? servers = null;
        IReadOnlyList<Line> lines;
        try
        {
            PrivateFile.FolderToPass(home);
            servers = await Servers.StartAsync(Path.Combine(home, "servers"), Console.WriteLine, persistent: true, stop);
            var place = Place.Of(home, servers.PostgresConnectionString("postgres"), servers.RabbitMq, servers.Management);
            await backup.Load(place, Console.WriteLine, stop);
            lines = await backup.Prove(place, Console.WriteLine, stop);
            new PlatformState(home, servers.Record, servers.PostgresConnectionString("postgres"), servers.RabbitMq, servers.Management, []).Save();
            await Servers.EndAsync(servers.Record, purge: false);
        }
        catch
        {
            // Half of it is of use to nobody. Databases on given servers stay for whoever made them.
            if (servers is not null)
                await Servers.EndAsync(servers.Record, purge: true);
            Directory.Delete(home, recursive: true);
            throw;
        }

        Show(lines);
        if (!lines.All(l => l.Equal))
        {
            Console.WriteLine($"What was restored is not what was backed up. It is in {home}, and nothing was started.");
            return 1;
        }

        Console.WriteLine("What was restored is what was backed up. The platform starts");
        await using var platform = await Platform.StartAsync(new(home, Persistent: true), Console.WriteLine, stop);
        platform.Record();
        return await Status.ShowAsync(PlatformState.In(home)!, stop) ? 0 : 1;
    }

    // The database and the broker are up and empty, and the services not started yet: that is for whoever started these.
    private static async Task<int> IntoAsync(Place place, string data, string keys, CancellationToken stop)
    {
        Backup.Apart(data, keys);
        Console.WriteLine("The files are compared with the manifests");
        var backup = await Restored.Read(data, keys, stop);
        await backup.Load(place, Console.WriteLine, stop);
        var lines = await backup.Prove(place, Console.WriteLine, stop);
        Show(lines);
        var equal = lines.All(l => l.Equal);
        Console.WriteLine(equal ? "What was restored is what was backed up. Start it: docker compose up -d --wait" : "What was restored is not what was backed up.");
        return equal ? 0 : 1;
    }

    private static void Show(IReadOnlyList<Line> lines)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 150;
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("Backed up").RightAligned()).AddColumn(new TableColumn("Restored").RightAligned()).AddColumn("");
        foreach (var line in lines)
            table.AddRow(new Text(line.What), new Text(line.BackedUp), new Text(line.Found), new Markup(line.Equal ? "[green]equal[/]" : "[red]different[/]"));
        AnsiConsole.Write(table);
        foreach (var words in lines.SelectMany(l => l.Why))
            AnsiConsole.MarkupLineInterpolated($"[red]different[/] {words}");
    }
}

/// <summary>One comparison of a backup with what was restored from it.</summary>
/// <param name="What">What is compared.</param>
/// <param name="BackedUp">How it was.</param>
/// <param name="Found">How it is.</param>
/// <param name="Why">More about a difference, in words.</param>
internal sealed record Line(string What, string BackedUp, string Found, IReadOnlyList<string> Why)
{
    /// <summary>Whether nothing has changed.</summary>
    public bool Equal => BackedUp == Found;

    /// <summary>A number of something.</summary>
    public static Line Of(string what, long backedUp, long found, IReadOnlyList<string>? why = null) => new(what, N(backedUp), N(found), why ?? []);

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

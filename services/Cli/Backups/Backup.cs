using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.Backups;

/// <summary><c>backup</c>: all that a platform holds, while it runs; the keys apart from the data.</summary>
internal static class Backup
{
    public static Command Verb()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Where the data goes; new or empty." };
        var keys = new Option<DirectoryInfo>("--keys") { Description = "Where the learners' keys and the secrets go; new or empty, and best on another machine.", Required = true };
        var verb = new Command("backup", "Writes everything that the platform holds into two folders, while it runs: the data, and apart from it the keys.") { folder, keys };
        verb.SetAction(async (parsed, stop) =>
        {
            if (PlatformState.In(PlatformState.Home) is not { Started: true } state)
                throw new InvalidOperationException($"No platform is up in {PlatformState.Home}.");
            var place = Place.Of(state);
            var findings = await Run(place, parsed.GetValue(folder)!.FullName, parsed.GetValue(keys)!.FullName, Console.WriteLine, stop);
            foreach (var (service, finding) in findings)
                AnsiConsole.MarkupLineInterpolated($"[red]{finding.Kind}[/] {service}: {finding.Words}");
            Console.WriteLine(findings.Count == 0 ? "Done." : "Done, but what is backed up is not as it was recorded.");
            return findings.Count == 0 ? 0 : 1;
        });
        return verb;
    }

    /// <summary>Backs a platform up.</summary>
    /// <param name="place">The platform.</param>
    /// <param name="data">The folder for the data.</param>
    /// <param name="keys">The folder for the keys.</param>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="stop">Gives up. What was written is no backup then.</param>
    /// <returns>What is not as it was recorded.</returns>
    /// <exception cref="InvalidOperationException">It cannot be done; the message says why.</exception>
    public static async Task<IReadOnlyList<(string Service, Finding Finding)>> Run(Place place, string data, string keys, Action<string> say, CancellationToken stop)
    {
        Apart(data, keys);
        foreach (var folder in (string[])[data, keys])
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new InvalidOperationException($"{folder} is not empty.");
        }

        var dump = await PostgresProgram.Of("pg_dump", place.Postgres, stop);
        foreach (var folder in (string[])[data, Path.Combine(data, "data"), Path.Combine(data, "broker"), keys])
            PrivateFile.Folder(folder);
        using (var broker = new Broker(place.Management, place.RabbitMq.UserInfo))
            PrivateFile.Write(Path.Combine(data, "broker", Definitions.Name), (await broker.GetAsync("definitions", stop)).ToJsonString());
        // Before the databases: so these know every checkpoint that is in it.
        var witness = Path.Combine(data, "witness");
        Copy(place.Witness, witness);
        await using var cut = await Cut.Take(place, stop);
        say($"The moment is {cut.TakenAt:u}{(cut.Taken > 1 ? string.Create(CultureInfo.InvariantCulture, $" (taken {cut.Taken} times)") : "")}");
        foreach (var database in Place.Data)
            await Dump(database, Path.Combine(data, "data", database));
        await Dump(Place.Keys, Path.Combine(keys, Place.Keys));
        // After their database: a secret is there before what it opens.
        foreach (var folder in (string[])[place.Secrets, .. place.Apart])
            Copy(folder, Path.Combine(keys, "secrets"));

        say("Every event is read, and compared with the ledgers");
        var all = new List<(Stored Stored, IReadOnlyList<Finding> Findings)>();
        foreach (var service in Place.Stores)
            all.Add(await Figures.Store(place, service, witness, cut.Snapshot(service), stop));
        await new Manifest("keys", cut.TakenAt, Manifest.Ours, [], await Figures.Keys(cut.In(Place.Keys), stop), Nothing).Write(keys, stop);
        await new Manifest("data", cut.TakenAt, Manifest.Ours, [.. all.Select(s => s.Stored)], await Figures.Reported(cut.In, stop), Nothing).Write(data, stop);
        return [.. all.SelectMany(s => s.Findings.Select(f => (s.Stored.Service, f)))];

        async Task Dump(string database, string folder)
        {
            say($"{database} goes to {folder}");
            await dump.Run(
                ["--format=directory", "--compress=1", PostgresProgram.Jobs, "--no-owner", "--no-privileges", $"--snapshot={cut.Snapshot(database)}", $"--file={folder}", database], null, stop);
        }
    }

    /// <summary>Two folders of which neither lies in the other.</summary>
    /// <exception cref="InvalidOperationException">They are the same, or one lies in the other.</exception>
    public static void Apart(string data, string keys)
    {
        var (one, other) = (Real(data), Real(keys));
        if (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal))
            throw new InvalidOperationException($"The keys must not lie with the data: {keys} and {data} are one folder, or one lies in the other.");

        static string Real(string folder)
        {
            var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
            var real = Directory.Exists(path) && Directory.ResolveLinkTarget(path, returnFinalTarget: true) is { } target ? target.FullName : path;
            return Path.GetDirectoryName(real) is { } above ? Path.Combine(Real(above), Path.GetFileName(real)) + Path.DirectorySeparatorChar : real;
        }
    }

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static void Copy(string from, string to)
    {
        PrivateFile.Folder(to);
        // What begins with a dot is being written; what two services share is the same.
        foreach (var file in Directory.EnumerateFiles(from).Where(f => !Path.GetFileName(f).StartsWith('.') && !File.Exists(Path.Combine(to, Path.GetFileName(f)))))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
